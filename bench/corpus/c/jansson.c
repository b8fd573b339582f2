/* JSON parsed, changed and written. */
#include "bench.h"
#include <jansson.h>

enum { room = 1 << 20, rounds = 12 };

static char text[room + 2000];

static size_t document(void) {
	size_t n = (size_t)sprintf(text, "[");
	while (n < room) {
		char words[200];
		bench_text(words, sizeof words - 1);
		words[sizeof words - 1] = 0;
		for (char *c = words; *c; c++)
			if (*c == '\n') *c = '_';
		n += (size_t)sprintf(text + n, "%s{\"id\": %u, \"name\": \"%.20s\\u00e9\\n\", \"price\": %u.%u, \"tags\": [\"%.8s\", \"%.9s\", null, true],"
			" \"place\": {\"x\": -%u.5e-2, \"y\": %u, \"note\": \"%.90s\"}}\n", n > 1 ? "," : "", bench_random() >> 2, words,
			bench_random() % 1000, bench_random() % 8 * 125, words + 20, words + 30, bench_random() % 5000, bench_random() % 5000, words + 40);
	}
	return n + (size_t)sprintf(text + n, "]");
}

int main(void) {
	size_t n = document(), size = 0;
	uint64_t sum = BENCH_SUM;
	json_object_seed(1);
	bench_start();
	for (int i = 0; i < rounds; i++) {
		json_error_t error;
		json_t *root = json_loadb(text, n, 0, &error);
		bench_require(root != NULL, error.text);
		for (size_t j = 0; j < json_array_size(root); j++) {
			json_t *item = json_array_get(root, j);
			json_int_t id = json_integer_value(json_object_get(item, "id"));
			json_object_set_new(item, "parity", json_string(id & 1 ? "odd" : "even"));
			if (id % 3 == 0) json_object_del(item, "tags");
		}
		char *written = json_dumps(root, JSON_SORT_KEYS | (i & 1 ? JSON_INDENT(2) : JSON_COMPACT));
		size = strlen(written);
		sum = bench_sum(sum, written, size);
		free(written);
		json_decref(root);
	}
	bench_end();
	printf("%u bytes\n", (unsigned)size);
	bench_print("sum", sum);
	return 0;
}
