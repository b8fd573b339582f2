/* Dot products in single precision, four sums at a time, and of bytes in 32 bits: the heart of a search by embeddings. */
#include "vector.h"

enum { length = 384, vectors = 8192, queries = 400 };

static float table[vectors * length];
static int8_t bytes[vectors * length];

static float dot(const float *a, const float *b) {
	f32x4 sum[4] = {{0}};
	for (int i = 0; i < length; i += 16)
		for (int j = 0; j < 4; j++) sum[j] += VECTOR_LOAD(f32x4, a + i + 4 * j) * VECTOR_LOAD(f32x4, b + i + 4 * j);
	f32x4 all = (sum[0] + sum[1]) + (sum[2] + sum[3]);
	return (all[0] + all[1]) + (all[2] + all[3]);
}

static int32_t dotBytes(const int8_t *a, const int8_t *b) {
	typedef int16_t i16x8 __attribute__((vector_size(16)));
	typedef int8_t i8x8 __attribute__((vector_size(8)));
	typedef int16_t i16x4 __attribute__((vector_size(8)));
	i32x4 sum = {0};
	for (int i = 0; i < length; i += 8) {
		i8x8 x, y;
		memcpy(&x, a + i, 8), memcpy(&y, b + i, 8);
		i16x8 product = __builtin_convertvector(x, i16x8) * __builtin_convertvector(y, i16x8);
		i16x4 low = __builtin_shufflevector(product, product, 0, 1, 2, 3), high = __builtin_shufflevector(product, product, 4, 5, 6, 7);
		sum += __builtin_convertvector(low, i32x4) + __builtin_convertvector(high, i32x4);
	}
	return sum[0] + sum[1] + sum[2] + sum[3];
}

int main(void) {
	for (int i = 0; i < vectors * length; i++) {
		bytes[i] = (int8_t)(bench_random() >> 24);
		table[i] = (float)bytes[i] / 128;
	}
	uint64_t sum = BENCH_SUM;
	bench_start();
	for (int query = 0; query < queries; query++) {
		int best = -1, bestBytes = -1;
		float most = -1e30f;
		int32_t mostBytes = INT32_MIN;
		for (int i = 0; i < vectors; i++) {
			if (i == query) continue;
			float score = dot(table + query * length, table + i * length);
			int32_t scoreBytes = dotBytes(bytes + query * length, bytes + i * length);
			if (score > most) most = score, best = i;
			if (scoreBytes > mostBytes) mostBytes = scoreBytes, bestBytes = i;
		}
		int found[2] = {best, bestBytes};
		sum = bench_sum(sum, found, sizeof found);
	}
	bench_end();
	bench_print("dot", sum);
	return 0;
}
