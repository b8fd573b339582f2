/* Deflate at levels 1, 6 and 12, inflate, crc32. */
#include "bench.h"
#include "libdeflate.h"

enum { size = 2 << 20 };

int main(void) {
	char *input = bench_alloc(size), *back = bench_alloc(size), *packed = bench_alloc(2 * size);
	bench_text(input, size);
	bench_start();
	uint64_t sum = BENCH_SUM;
	struct libdeflate_decompressor *reader = libdeflate_alloc_decompressor();
	static const int levels[] = {1, 6, 10};
	for (int i = 0; i < 3; i++) {
		struct libdeflate_compressor *writer = libdeflate_alloc_compressor(levels[i]);
		size_t n = libdeflate_gzip_compress(writer, input, size, packed, 2 * size), got = 0;
		sum = bench_sum(sum, packed, n);
		for (int j = 0; j < 12; j++)
			bench_require(libdeflate_gzip_decompress(reader, packed, n, back, size, &got) == LIBDEFLATE_SUCCESS, "decompress");
		bench_require(got == size, "size");
		libdeflate_free_compressor(writer);
		printf("level %d: %u bytes\n", levels[i], (unsigned)n);
	}
	bench_end();
	bench_require(memcmp(input, back, size) == 0, "round trip");
	bench_print("sum", sum);
	return 0;
}
