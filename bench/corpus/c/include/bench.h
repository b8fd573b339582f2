/* What every driver needs: the marks of the region that counts, numbers and texts that are the same on every machine, and
   a checksum. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __wasm__
__attribute__((import_module("bench"), import_name("start"))) void bench_start(void);
__attribute__((import_module("bench"), import_name("end"))) void bench_end(void);
#else
#include <time.h>
#include <unistd.h>

/* The native build measures itself and reports to descriptor 3, where `bench exec` listens; elsewhere it is not open. */
static struct timespec bench_began;

static inline void bench_start(void) { clock_gettime(CLOCK_MONOTONIC, &bench_began); }

static inline void bench_end(void) {
	struct timespec now;
	char line[64];
	clock_gettime(CLOCK_MONOTONIC, &now);
	double seconds = (double)(now.tv_sec - bench_began.tv_sec) + (double)(now.tv_nsec - bench_began.tv_nsec) / 1e9;
	int n = snprintf(line, sizeof line, "{\"execute\": %.9f}\n", seconds);
	if (write(3, line, (size_t)n) != n) return;
}
#endif

/* bench_random is xorshift32: never 0, the same sequence everywhere. */
static uint32_t bench_state = 2463534242u;

static inline uint32_t bench_random(void) {
	bench_state ^= bench_state << 13;
	bench_state ^= bench_state >> 17;
	bench_state ^= bench_state << 5;
	return bench_state;
}

/* bench_sum is FNV-1a over n bytes, eight at a time where there are as many, going on from sum. */
static inline uint64_t bench_sum(uint64_t sum, const void *data, size_t n) {
	const unsigned char *p = data;
	for (; n >= 8; p += 8, n -= 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		sum = (sum ^ word) * 1099511628211u;
		sum ^= sum >> 29;
	}
	for (; n > 0; p++, n--) sum = (sum ^ *p) * 1099511628211u;
	return sum;
}

#define BENCH_SUM 14695981039346656037u

static inline void bench_print(const char *what, uint64_t value) {
	printf("%s %016llx\n", what, (unsigned long long)value);
}

/* bench_require ends a run that has gone wrong. */
static inline void bench_require(int condition, const char *what) {
	if (condition) return;
	printf("failed: %s\n", what);
	exit(1);
}

static inline void *bench_alloc(size_t n) {
	void *p = malloc(n);
	bench_require(p != NULL, "out of memory");
	return p;
}

/* bench_word writes a made-up word of 2 to 9 letters, the same for the same number, and returns its length. */
static inline size_t bench_word(char *to, uint32_t number) {
	static const char consonants[] = "bcdfghlmnprstvwz", vowels[] = "aeiouaei";
	size_t n = 0;
	uint32_t bits = number * 2654435761u;
	for (unsigned i = 0, syllables = 1 + bits % 3; i < syllables; i++) {
		bits = bits * 1664525u + 1013904223u;
		to[n++] = consonants[bits >> 28];
		to[n++] = vowels[bits >> 8 & 7];
		if (bits >> 16 & 1) to[n++] = consonants[bits >> 20 & 15];
	}
	return n;
}

/* bench_pick draws a number below n, small ones far more often, as words are in a text. */
static inline uint32_t bench_pick(uint32_t n) {
	uint32_t a = bench_random() >> 8, b = bench_random() >> 8, c = bench_random() >> 8;
	return (uint32_t)((uint64_t)a * b / 16777216u * c / 16777216u * n / 16777216u);
}

/* bench_text fills a buffer with sentences and paragraphs of n bytes in all. */
static inline void bench_text(char *to, size_t n) {
	size_t at = 0;
	int capital = 1;
	while (at < n) {
		char word[16];
		size_t length = bench_word(word, bench_pick(6000));
		if (capital) word[0] = (char)(word[0] - 32);
		uint32_t r = bench_random() >> 8;
		capital = r % 11 == 0;
		const char *after = r % 97 == 0 ? ".\n\n" : capital ? ". " : r % 7 == 0 ? ", " : " ";
		if (r % 97 == 0) capital = 1;
		for (size_t i = 0; i < length && at < n; i++) to[at++] = word[i];
		for (; *after && at < n; after++) to[at++] = *after;
	}
}

/* bench_image fills width * height pixels of three bytes: gradients, discs with sharp edges, and a little noise. */
static inline void bench_image(unsigned char *rgb, int width, int height) {
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			unsigned char *p = rgb + 3 * ((size_t)y * width + x);
			p[0] = (unsigned char)(x * 255 / width);
			p[1] = (unsigned char)(y * 255 / height);
			p[2] = (unsigned char)((x ^ y) & 127);
		}
	for (int disc = 0; disc < 60; disc++) {
		int cx = (int)(bench_random() % (uint32_t)width), cy = (int)(bench_random() % (uint32_t)height);
		int radius = 8 + (int)(bench_random() % (uint32_t)(height / 6));
		uint32_t colour = bench_random();
		for (int y = cy - radius; y <= cy + radius; y++)
			for (int x = cx - radius; x <= cx + radius; x++) {
				if (x < 0 || y < 0 || x >= width || y >= height) continue;
				if ((x - cx) * (x - cx) + (y - cy) * (y - cy) > radius * radius) continue;
				unsigned char *p = rgb + 3 * ((size_t)y * width + x);
				p[0] = (unsigned char)(colour + x / 4), p[1] = (unsigned char)(colour >> 8), p[2] = (unsigned char)(colour >> 16);
			}
	}
	for (size_t i = 0, n = 3 * (size_t)width * height; i < n; i++) rgb[i] = (unsigned char)(rgb[i] ^ (bench_random() >> 16 & 3));
}

#endif
