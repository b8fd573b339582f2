/* A small shop in a database in memory: inserts, an index, updates, joins, windows, a recursive query, full-text search. */
#include "bench.h"
#include "sqlite3.h"

static uint64_t sum = BENCH_SUM;
static unsigned rows;

static int row(void *user, int n, char **values, char **names) {
	(void)user, (void)names;
	rows++;
	for (int i = 0; i < n; i++)
		if (values[i] != NULL) sum = bench_sum(sum, values[i], strlen(values[i]));
	return 0;
}

static void run(sqlite3 *db, const char *sql) {
	char *message = NULL;
	bench_require(sqlite3_exec(db, sql, row, NULL, &message) == SQLITE_OK, message != NULL ? message : sql);
}

static void fill(sqlite3 *db) {
	sqlite3_stmt *insert, *describe;
	bench_require(sqlite3_prepare_v2(db, "INSERT INTO orders(customer, day, price, note) VALUES(?, ?, ?, ?)", -1, &insert, NULL) == SQLITE_OK, "prepare");
	bench_require(sqlite3_prepare_v2(db, "INSERT INTO notes(rowid, body) VALUES(?, ?)", -1, &describe, NULL) == SQLITE_OK, "prepare");
	run(db, "BEGIN");
	for (int i = 1; i <= 60000; i++) {
		char note[120];
		bench_text(note, sizeof note);
		sqlite3_bind_int(insert, 1, (int)(1 + bench_pick(500)));
		sqlite3_bind_int(insert, 2, (int)(bench_random() % 365));
		sqlite3_bind_double(insert, 3, bench_random() % 100000 / 64.0);
		sqlite3_bind_text(insert, 4, note, 40, SQLITE_TRANSIENT);
		bench_require(sqlite3_step(insert) == SQLITE_DONE, "insert");
		sqlite3_reset(insert);
		if (i % 12 != 0) continue;
		sqlite3_bind_int(describe, 1, i);
		sqlite3_bind_text(describe, 2, note, sizeof note, SQLITE_TRANSIENT);
		bench_require(sqlite3_step(describe) == SQLITE_DONE, "insert");
		sqlite3_reset(describe);
	}
	run(db, "COMMIT");
	sqlite3_finalize(insert), sqlite3_finalize(describe);
}

static const char *const queries[] = {
	"CREATE INDEX orders_by_customer ON orders(customer, day)",
	"UPDATE orders SET price = price * 1.25 WHERE day % 7 = 3",
	"DELETE FROM orders WHERE id % 97 = 5",
	"SELECT customer, count(*), sum(price), max(day) FROM orders GROUP BY customer ORDER BY 3 DESC LIMIT 50",
	"SELECT a.customer, b.day, count(*) FROM orders a JOIN orders b ON a.customer = b.customer AND a.day = b.day + 1"
	" WHERE a.customer > 20 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 100",
	"SELECT customer, day, rank() OVER (PARTITION BY customer ORDER BY price DESC, id) AS place FROM orders WHERE customer < 40"
	" ORDER BY customer, place, id LIMIT 500",
	"WITH RECURSIVE walk(n, x) AS (SELECT 1, 1 UNION ALL SELECT n + 1, (x * 1103515245 + 12345) & 2147483647 FROM walk WHERE n < 100000)"
	" SELECT count(*), sum(x % 1000) FROM walk",
	"SELECT count(*) FROM orders WHERE note LIKE '%ba%' OR note GLOB '*ne*ra*'",
	"SELECT upper(substr(note, 1, 12)) || hex(id), length(note) FROM orders ORDER BY note, id LIMIT 400",
	"SELECT rowid, snippet(notes, 0, '[', ']', '…', 6) FROM notes WHERE notes MATCH 'ba* NOT de*' ORDER BY rank, rowid LIMIT 40",
	"SELECT day, group_concat(printf('%d:%.2f', id, price), ';') FROM (SELECT * FROM orders WHERE id < 6000 ORDER BY id) GROUP BY day ORDER BY day",
};

int main(void) {
	sqlite3 *db;
	bench_require(sqlite3_open(":memory:", &db) == SQLITE_OK, "sqlite3_open");
	bench_start();
	run(db, "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INT, day INT, price REAL, note TEXT)");
	run(db, "CREATE VIRTUAL TABLE notes USING fts5(body)");
	fill(db);
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		rows = 0;
		run(db, queries[i]);
		printf("%2u: %5u rows, sum %016llx\n", (unsigned)i, rows, (unsigned long long)sum);
	}
	bench_end();
	sqlite3_close(db);
	return 0;
}

#ifdef __wasm__
/* Built without an operating system's layer. A database in memory needs one, but no more of it than this. */
static int has_no_files(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given) {
	(void)vfs, (void)name, (void)flags, (void)given;
	file->pMethods = NULL;
	return SQLITE_CANTOPEN;
}

static int fixed_bytes(sqlite3_vfs *vfs, int n, char *bytes) {
	(void)vfs;
	memset(bytes, 1, (size_t)n);
	return n;
}

static int fixed_time(sqlite3_vfs *vfs, double *julian_day) {
	(void)vfs;
	*julian_day = 2460000.5;
	return SQLITE_OK;
}

static sqlite3_vfs memory_only = {.iVersion = 1, .szOsFile = sizeof(sqlite3_file), .mxPathname = 64, .zName = "memory only",
	.xOpen = has_no_files, .xRandomness = fixed_bytes, .xCurrentTime = fixed_time};

int sqlite3_os_init(void) { return sqlite3_vfs_register(&memory_only, 1); }
int sqlite3_os_end(void) { return SQLITE_OK; }
#endif
