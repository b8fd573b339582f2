/* Compression at levels 1, 3 and 9 and decompression. */
#include "bench.h"
#include "zstd.h"

enum { size = 6 << 20 };

int main(void) {
	char *input = bench_alloc(size), *back = bench_alloc(size);
	size_t bound = ZSTD_compressBound(size);
	char *packed = bench_alloc(bound);
	bench_text(input, size);
	bench_start();
	uint64_t sum = BENCH_SUM;
	static const int levels[] = {1, 3, 9};
	for (int i = 0; i < 3; i++) {
		size_t n = ZSTD_compress(packed, bound, input, size, levels[i]);
		bench_require(!ZSTD_isError(n), "ZSTD_compress");
		sum = bench_sum(sum, packed, n);
		for (int j = 0; j < 5; j++) bench_require(ZSTD_decompress(back, size, packed, n) == size, "ZSTD_decompress");
		printf("level %d: %u bytes\n", levels[i], (unsigned)n);
	}
	bench_end();
	bench_require(memcmp(input, back, size) == 0, "round trip");
	bench_print("sum", sum);
	return 0;
}
