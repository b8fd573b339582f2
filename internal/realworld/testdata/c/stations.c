// Stations: writes weather readings to a file below the directory argv[1], reads them back line by line, and prints
// statistics. It exercises stdio, files, malloc and realloc, qsort and bsearch, libm and variable arguments.
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATIONS = 40, READINGS = 6000 };

typedef struct {
	char name[16];
	size_t count, capacity;
	double *values;
	double mean, deviation;
} station;

static uint32_t seed = 12345;

static uint32_t draw(void) {
	seed ^= seed << 13;
	seed ^= seed >> 17;
	return seed ^= seed << 5;
}

static void fail(const char *format, ...) {
	va_list args;
	va_start(args, format);
	fputs("stations: ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(errno));
	exit(1);
}

static void write_readings(const char *path) {
	FILE *f = fopen(path, "w");
	if (!f) fail("open %s", path);
	for (int i = 0; i < READINGS; i++) {
		double angle = i * 0.01;
		double value = 15 + 10 * sin(angle) + draw() % 1000 / 250.0 - 2;
		if (fprintf(f, "S%02u;%+.3f;%08x\n", draw() % STATIONS, value, (unsigned)i * 2654435761u) < 0)
			fail("write %s", path);
	}
	if (fclose(f)) fail("close %s", path);
}

static void add(station *s, double value) {
	if (s->count == s->capacity) {
		s->capacity = s->capacity ? 2 * s->capacity : 4;
		s->values = realloc(s->values, s->capacity * sizeof *s->values);
		if (!s->values) fail("out of memory at %zu values", s->count);
	}
	s->values[s->count++] = value;
}

static void read_readings(const char *path, station *stations) {
	char line[64], check[16];
	unsigned id;
	double value;
	FILE *f = fopen(path, "r");
	if (!f) fail("open %s", path);
	for (unsigned i = 0; fgets(line, sizeof line, f); i++) {
		if (sscanf(line, "S%u;%lf;%15s", &id, &value, check) != 3 || id >= STATIONS)
			fail("line %u is not a reading", i + 1);
		if (strtoul(check, NULL, 16) != (i * 2654435761u & 0xffffffffu)) fail("line %u has another check", i + 1);
		add(&stations[id], value);
	}
	if (ferror(f)) fail("read %s", path);
	fclose(f);
}

static int by_value(const void *a, const void *b) {
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static int by_mean(const void *a, const void *b) {
	const station *x = a, *y = b;
	return x->mean != y->mean ? (x->mean < y->mean ? 1 : -1) : strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b) {
	return strcmp(((const station *)a)->name, ((const station *)b)->name);
}

static void summarise(station *s) {
	double sum = 0, squares = 0;
	for (size_t i = 0; i < s->count; i++) sum += s->values[i];
	s->mean = sum / s->count;
	for (size_t i = 0; i < s->count; i++) squares += pow(s->values[i] - s->mean, 2);
	s->deviation = sqrt(squares / s->count);
	qsort(s->values, s->count, sizeof *s->values, by_value);
}

// weave folds 64-bit integer arithmetic, rotates, divisions and conversions into one number.
static uint64_t weave(int rounds) {
	uint64_t h = 0x9e3779b97f4a7c15u;
	for (int i = 1; i <= rounds; i++) {
		h ^= (uint64_t)(int64_t)floor(log(i) * 1e6) * 0xff51afd7ed558ccdu;
		h = (h << 31 | h >> 33) + h / (uint64_t)i - h % 97;
		h += (uint64_t)__builtin_popcountll(h) << (__builtin_ctzll(h | 1ull << 40) & 31);
	}
	return h;
}

static void print_directory(const char *path) {
	DIR *d = opendir(path);
	if (!d) fail("open directory %s", path);
	int files = 0;
	for (struct dirent *e; (e = readdir(d));) files += e->d_name[0] != '.';
	closedir(d);
	printf("%d file(s) left\n", files);
}

int main(int argc, char **argv) {
	char path[256], moved[256];
	struct stat info;
	static station stations[STATIONS];

	if (argc != 2) {
		fprintf(stderr, "usage: stations DIR\n");
		return 2;
	}
	snprintf(path, sizeof path, "%s/readings.csv", argv[1]);
	snprintf(moved, sizeof moved, "%s/old.csv", argv[1]);
	write_readings(path);
	if (rename(path, moved) || stat(moved, &info)) fail("move %s", path);
	printf("%lld bytes\n", (long long)info.st_size);
	for (int i = 0; i < STATIONS; i++) snprintf(stations[i].name, sizeof stations[i].name, "S%02d", i);
	read_readings(moved, stations);
	for (int i = 0; i < STATIONS; i++) summarise(&stations[i]);
	qsort(stations, STATIONS, sizeof *stations, by_mean);
	for (int i = 0; i < 5; i++) {
		station *s = &stations[i];
		printf("%-4s n=%3zu min=%8.3f median=%8.3f max=%8.3f mean=%7.4f dev=%6.4f\n", s->name, s->count, s->values[0],
		       s->values[s->count / 2], s->values[s->count - 1], s->mean, s->deviation);
	}
	qsort(stations, STATIONS, sizeof *stations, by_name);
	station *found = bsearch(&(station){.name = "S23"}, stations, STATIONS, sizeof *stations, by_name);
	printf("S23 is number %td with %zu readings\n", found - stations, found->count);
	printf("weave %016llx\n", (unsigned long long)weave(200000));
	if (unlink(moved)) fail("remove %s", moved);
	if (fopen(moved, "r") || errno != ENOENT) fail("%s is still there", moved);
	print_directory(argv[1]);
	for (int i = 0; i < STATIONS; i++) free(stations[i].values);
	return 0;
}
