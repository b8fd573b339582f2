/* Gaussian blur of a grey image with the kernel 1 4 6 4 1 in both directions, sixteen pixels at a time. */
#include "vector.h"

enum { width = 2048, height = 1024, rounds = 500, edge = 16 };

static uint8_t image[height * width], half[height * width];

/* weigh returns (a + 4 b + 6 c + 4 d + e + 8) / 16 of eight lanes of 16 bits. */
static u16x8 weigh(u16x8 a, u16x8 b, u16x8 c, u16x8 d, u16x8 e) {
	return (a + e + ((b + d) << 2) + (c << 2) + (c << 1) + u16x8_all(8)) >> 4;
}

static u8x16 blurred(const uint8_t *at, int step) {
	u8x16 v[5];
	for (int i = 0; i < 5; i++) v[i] = VECTOR_LOAD(u8x16, at + (i - 2) * step);
	u16x8 part[2][5];
	for (int i = 0; i < 5; i++) {
		u8x16 zero = {0};
		part[0][i] = (u16x8)__builtin_shufflevector(v[i], zero, 0, 16, 1, 16, 2, 16, 3, 16, 4, 16, 5, 16, 6, 16, 7, 16);
		part[1][i] = (u16x8)__builtin_shufflevector(v[i], zero, 8, 16, 9, 16, 10, 16, 11, 16, 12, 16, 13, 16, 14, 16, 15, 16);
	}
	u8x16 low = (u8x16)weigh(part[0][0], part[0][1], part[0][2], part[0][3], part[0][4]);
	u8x16 high = (u8x16)weigh(part[1][0], part[1][1], part[1][2], part[1][3], part[1][4]);
	return __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

static void blur(void) {
	for (int y = 0; y < height; y++)
		for (int x = edge; x < width - edge; x += 16)
			VECTOR_STORE(&half[y * width + x], blurred(&image[y * width + x], 1));
	for (int y = 2; y < height - 2; y++)
		for (int x = edge; x < width - edge; x += 16)
			VECTOR_STORE(&image[y * width + x], blurred(&half[y * width + x], width));
}

int main(void) {
	for (int i = 0; i < height * width; i++) image[i] = (uint8_t)((i % width) ^ (i / width) ^ (bench_random() >> 27));
	bench_start();
	for (int round = 0; round < rounds; round++) blur();
	bench_end();
	bench_print("blur", bench_sum(BENCH_SUM, image, sizeof image));
	return 0;
}
