/* Text compressed fast and with the high-compression mode, and decompressed. What the fast mode makes depends on the width
   of the machine's registers, so only the other's output is printed. */
#include "bench.h"
#include "lz4.h"
#include "lz4hc.h"

enum { size = 4 << 20, rounds = 40 };

int main(void) {
	char *input = bench_alloc(size), *back = bench_alloc(size);
	int bound = LZ4_compressBound(size);
	char *fast = bench_alloc(bound), *high = bench_alloc(bound);
	bench_text(input, size);
	bench_start();
	for (int i = 0; i < rounds; i++) {
		memcpy(input + 1000 * i, &i, sizeof i);
		int fastSize = LZ4_compress_default(input, fast, size, bound);
		bench_require(LZ4_decompress_safe(fast, back, fastSize, size) == size, "LZ4_decompress_safe");
	}
	int highSize = LZ4_compress_HC(input, high, size, bound, 6);
	bench_require(LZ4_decompress_safe(high, back, highSize, size) == size, "LZ4_decompress_safe");
	bench_end();
	bench_require(memcmp(input, back, size) == 0, "round trip");
	printf("high %d bytes\n", highSize);
	bench_print("sum", bench_sum(BENCH_SUM, high, highSize));
	return 0;
}
