/* ChaCha20, four blocks side by side. */
#include "vector.h"

enum { size = 1 << 20, rounds = 600 };

static uint8_t stream[size];

static u32x4 rotate(u32x4 v, int n) { return v << n | v >> (32 - n); }

static void quarter(u32x4 *a, u32x4 *b, u32x4 *c, u32x4 *d) {
	*a += *b, *d = rotate(*d ^ *a, 16);
	*c += *d, *b = rotate(*b ^ *c, 12);
	*a += *b, *d = rotate(*d ^ *a, 8);
	*c += *d, *b = rotate(*b ^ *c, 7);
}

/* fourBlocks xors the key stream of blocks counter … counter + 3 into 256 bytes. */
static void fourBlocks(uint8_t *to, const uint32_t key[16], uint32_t counter) {
	u32x4 first[16], v[16];
	for (int i = 0; i < 16; i++) first[i] = (u32x4){key[i], key[i], key[i], key[i]};
	first[12] = (u32x4){counter, counter + 1, counter + 2, counter + 3};
	memcpy(v, first, sizeof v);
	for (int i = 0; i < 10; i++) {
		for (int j = 0; j < 4; j++) quarter(&v[j], &v[4 + j], &v[8 + j], &v[12 + j]);
		for (int j = 0; j < 4; j++) quarter(&v[j], &v[4 + (j + 1) % 4], &v[8 + (j + 2) % 4], &v[12 + (j + 3) % 4]);
	}
	for (int i = 0; i < 16; i += 4) {
		for (int j = 0; j < 4; j++) v[i + j] += first[i + j];
		u32x4 a = __builtin_shufflevector(v[i], v[i + 1], 0, 4, 1, 5), b = __builtin_shufflevector(v[i + 2], v[i + 3], 0, 4, 1, 5);
		u32x4 c = __builtin_shufflevector(v[i], v[i + 1], 2, 6, 3, 7), d = __builtin_shufflevector(v[i + 2], v[i + 3], 2, 6, 3, 7);
		u32x4 rows[4] = {
			__builtin_shufflevector(a, b, 0, 1, 4, 5), __builtin_shufflevector(a, b, 2, 3, 6, 7),
			__builtin_shufflevector(c, d, 0, 1, 4, 5), __builtin_shufflevector(c, d, 2, 3, 6, 7)};
		for (int block = 0; block < 4; block++) {
			uint8_t *at = to + 64 * block + 4 * i;
			VECTOR_STORE(at, VECTOR_LOAD(u32x4, at) ^ rows[block]);
		}
	}
}

int main(void) {
	uint32_t key[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
	for (int i = 4; i < 16; i++) key[i] = bench_random();
	bench_start();
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < size; i += 256) fourBlocks(stream + i, key, (uint32_t)(round * (size / 64) + i / 64));
	bench_end();
	bench_print("chacha", bench_sum(BENCH_SUM, stream, size));
	return 0;
}
