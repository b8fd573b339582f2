/* A script read from a file. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "bench.h"

/* script_read returns the content of a file with a zero byte at its end. */
static inline char *script_read(const char *name) {
	FILE *f = fopen(name, "rb");
	bench_require(f != NULL, name);
	size_t n = 0, room = 1 << 16;
	char *text = bench_alloc(room + 1);
	for (size_t got; (got = fread(text + n, 1, room - n, f)) > 0;) {
		n += got;
		bench_require(n < room, "the script is too long");
	}
	fclose(f);
	text[n] = 0;
	return text;
}

#endif
