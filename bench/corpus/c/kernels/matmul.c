/* Single-precision matrix product, in blocks of 4 by 8 that stay in registers. */
#include "vector.h"

enum { n = 512, rounds = 40 };

static float a[n * n], b[n * n], c[n * n];

/* tile adds to the 4 by 8 block of c at (row, column) the product of four rows of a and eight columns of b. */
static void tile(int row, int column) {
	f32x4 sum[4][2] = {{{0}}};
	for (int k = 0; k < n; k++) {
		f32x4 b0 = VECTOR_LOAD(f32x4, &b[k * n + column]), b1 = VECTOR_LOAD(f32x4, &b[k * n + column + 4]);
		for (int i = 0; i < 4; i++) {
			f32x4 x = f32x4_all(a[(row + i) * n + k]);
			sum[i][0] += x * b0;
			sum[i][1] += x * b1;
		}
	}
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 2; j++) {
			float *to = &c[(row + i) * n + column + 4 * j];
			VECTOR_STORE(to, VECTOR_LOAD(f32x4, to) + sum[i][j]);
		}
}

int main(void) {
	for (int i = 0; i < n * n; i++) {
		a[i] = (float)(bench_random() % 2001) / 1000 - 1;
		b[i] = (float)(bench_random() % 2001) / 1000 - 1;
	}
	bench_start();
	for (int round = 0; round < rounds; round++)
		for (int column = 0; column < n; column += 8)
			for (int row = 0; row < n; row += 4) tile(row, column);
	bench_end();
	bench_print("matmul", bench_sum(BENCH_SUM, c, sizeof c));
	return 0;
}
