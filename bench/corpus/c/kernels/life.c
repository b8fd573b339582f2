/* Conway's Game of Life on a torus, a byte for a cell, without vectors: 500 generations, or the number in the first argument. */
#include "bench.h"

enum { width = 512, height = 512 };

static uint8_t cells[height * width], next[height * width];

static void step(void) {
	for (int y = 0; y < height; y++) {
		const uint8_t *above = cells + (y + height - 1) % height * width, *here = cells + y * width;
		const uint8_t *below = cells + (y + 1) % height * width;
		for (int x = 0; x < width; x++) {
			int left = (x + width - 1) % width, right = (x + 1) % width;
			int n = above[left] + above[x] + above[right] + here[left] + here[right] + below[left] + below[x] + below[right];
			next[y * width + x] = n == 3 || (n == 2 && here[x]);
		}
	}
	memcpy(cells, next, sizeof cells);
}

int main(int argc, char **argv) {
	int generations = argc > 1 ? atoi(argv[1]) : 500;
	for (int i = 0; i < height * width; i++) cells[i] = bench_random() >> 8 & 1;
	bench_start();
	for (int i = 0; i < generations; i++) step();
	bench_end();
	uint32_t alive = 0, sum = 2166136261u;
	for (int i = 0; i < height * width; i++) alive += cells[i], sum = (sum ^ cells[i]) * 16777619u;
	printf("%u alive, sum %u\n", alive, sum);
	return 0;
}
