/* The Mandelbrot set, two points in double precision at a time. */
#include "vector.h"

enum { width = 640, height = 480, limit = 400 };

static uint16_t counts[height * width];

/* escape returns for each lane after how many steps it left the circle. */
static i64x2 escape(f64x2 x0, f64x2 y0) {
	f64x2 x = {0}, y = {0};
	i64x2 count = {0};
	for (int i = 0; i < limit; i++) {
		f64x2 xx = x * x, yy = y * y;
		i64x2 inside = xx + yy <= f64x2_all(4);
		if ((inside[0] | inside[1]) == 0) break;
		count -= inside;
		y = x * y * f64x2_all(2) + y0;
		x = xx - yy + x0;
	}
	return count;
}

int main(void) {
	bench_start();
	for (int round = 0; round < 8; round++)
		for (int py = 0; py < height; py++)
			for (int px = 0; px < width; px += 2) {
				f64x2 x = {-2.2 + 3.0 * px / width, -2.2 + 3.0 * (px + 1) / width};
				double y = -1.2 + round * 0.001 + 2.4 * py / height;
				i64x2 count = escape(x, f64x2_all(y));
				counts[py * width + px] = (uint16_t)count[0];
				counts[py * width + px + 1] = (uint16_t)count[1];
			}
	bench_end();
	bench_print("mandelbrot", bench_sum(BENCH_SUM, counts, sizeof counts));
	return 0;
}
