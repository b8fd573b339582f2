// Mosaic: renders, blurs, sharpens and compares small images with the vector types of the compiler, which become
// SIMD instructions under -msimd128. It prints checksums only; all lane arithmetic is exact or correctly rounded, so any
// conforming machine prints the same.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef int64_t i64x2 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));

enum { WIDTH = 256, HEIGHT = 192, PIXELS = WIDTH * HEIGHT };

static uint64_t checksum(const void *data, size_t size) {
	const uint8_t *p = data;
	uint64_t h = 0xcbf29ce484222325u;
	while (size--) h = (h ^ *p++) * 0x100000001b3u;
	return h;
}

// mandelbrot renders four pixels at a time; finished lanes are masked out.
static void mandelbrot(uint8_t *out, int limit) {
	const f32x4 lanes = {0, 1, 2, 3};
	for (int y = 0; y < HEIGHT; y++) {
		f32x4 cy = (f32x4){} + (y * (2.0f / HEIGHT) - 1.0f);
		for (int x = 0; x < WIDTH; x += 4) {
			f32x4 cx = (lanes + (float)x) * (3.0f / WIDTH) - 2.0f, zx = {}, zy = {};
			i32x4 steps = {};
			for (int i = 0; i < limit; i++) {
				f32x4 xx = zx * zx, yy = zy * zy;
				i32x4 inside = xx + yy < (f32x4){4, 4, 4, 4};
				if (!(inside[0] | inside[1] | inside[2] | inside[3])) break;
				steps -= inside;
				zy = (zx + zx) * zy + cy;
				zx = xx - yy + cx;
			}
			for (int lane = 0; lane < 4; lane++) out[y * WIDTH + x + lane] = (uint8_t)(steps[lane] * 255 / limit);
		}
	}
}

static i16x8 load8(const uint8_t *p) {
	i16x8 v;
	for (int i = 0; i < 8; i++) v[i] = p[i];
	return v;
}

// blur is a 3x3 box of weights 1 2 1 in 16-bit lanes.
static void blur(uint8_t *restrict out, const uint8_t *restrict in) {
	memcpy(out, in, PIXELS);
	for (int y = 1; y < HEIGHT - 1; y++)
		for (int x = 1; x + 8 < WIDTH; x += 8) {
			i16x8 sum = {};
			for (int dy = -1; dy <= 1; dy++) {
				const uint8_t *row = in + (y + dy) * WIDTH + x;
				i16x8 line = load8(row - 1) + 2 * load8(row) + load8(row + 1);
				sum += dy ? line : 2 * line;
			}
			sum = (sum + 8) >> 4;
			for (int i = 0; i < 8; i++) out[y * WIDTH + x + i] = (uint8_t)sum[i];
		}
}

// sharpen adds the difference to the blurred image, saturated to a byte.
static void sharpen(uint8_t *restrict out, const uint8_t *restrict in, const uint8_t *restrict blurred) {
	for (int i = 0; i < PIXELS; i++) {
		int v = 2 * in[i] - blurred[i];
		out[i] = v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
	}
}

static uint32_t difference(const uint8_t *a, const uint8_t *b) {
	u32x4 total = {};
	for (int i = 0; i < PIXELS; i += 16) {
		u8x16 x, y;
		memcpy(&x, a + i, 16);
		memcpy(&y, b + i, 16);
		u8x16 larger = (u8x16)(x > y);
		u8x16 d = ((x - y) & larger) | ((y - x) & ~larger);
		for (int j = 0; j < 16; j++) total[j & 3] += d[j];
	}
	return total[0] + total[1] + total[2] + total[3];
}

// spectrum is a slow cosine-free transform (Walsh-Hadamard) over one row, in doubles and in 64-bit integers.
static double spectrum(const uint8_t *row, int64_t *energy) {
	static double f[WIDTH];
	static int64_t n[WIDTH];
	for (int i = 0; i < WIDTH; i++) f[i] = n[i] = row[i];
	for (int half = 1; half < WIDTH; half *= 2)
		for (int base = 0; base < WIDTH; base += 2 * half)
			for (int i = base; i < base + half; i++) {
				double a = f[i], b = f[i + half];
				int64_t c = n[i], d = n[i + half];
				f[i] = a + b, f[i + half] = a - b;
				n[i] = c + d, n[i + half] = c - d;
			}
	f64x2 sum = {};
	i64x2 squares = {};
	for (int i = 0; i < WIDTH; i += 2) {
		f64x2 v = {f[i], f[i + 1]};
		i64x2 w = {n[i], n[i + 1]};
		sum += v / (1.0 + i);
		squares += w * w;
	}
	*energy += squares[0] + squares[1];
	return sum[0] + sum[1];
}

int main(void) {
	uint8_t *image = malloc(PIXELS), *soft = malloc(PIXELS), *sharp = malloc(PIXELS);
	if (!image || !soft || !sharp) return 1;
	for (int limit = 16; limit <= 64; limit *= 2) {
		mandelbrot(image, limit);
		blur(soft, image);
		sharpen(sharp, image, soft);
		double sum = 0;
		int64_t energy = 0;
		for (int y = 0; y < HEIGHT; y += 8) sum += spectrum(sharp + y * WIDTH, &energy);
		printf("%2d steps: image %016llx soft %016llx sharp %016llx\n", limit,
		       (unsigned long long)checksum(image, PIXELS), (unsigned long long)checksum(soft, PIXELS),
		       (unsigned long long)checksum(sharp, PIXELS));
		printf("          difference %u, spectrum %.6f, energy %lld\n", difference(image, sharp), sum,
		       (long long)energy);
	}
	free(image), free(soft), free(sharp);
	return 0;
}
