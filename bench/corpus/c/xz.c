/* LZMA2 at preset 2 with CRC-64, and decompression. */
#include "bench.h"
#include "lzma.h"

enum { size = 2 << 20 };

int main(void) {
	uint8_t *input = bench_alloc(size), *back = bench_alloc(size);
	size_t bound = lzma_stream_buffer_bound(size), packedSize = 0, backSize = 0;
	uint8_t *packed = bench_alloc(bound);
	bench_text((char *)input, size);
	bench_start();
	bench_require(lzma_easy_buffer_encode(2, LZMA_CHECK_CRC64, NULL, input, size, packed, &packedSize, bound) == LZMA_OK, "encode");
	for (int i = 0; i < 6; i++) {
		uint64_t limit = UINT64_MAX;
		size_t at = 0;
		backSize = 0;
		bench_require(lzma_stream_buffer_decode(&limit, 0, NULL, packed, &at, packedSize, back, &backSize, size) == LZMA_OK, "decode");
	}
	bench_end();
	bench_require(backSize == size && memcmp(input, back, size) == 0, "round trip");
	printf("%u bytes\n", (unsigned)packedSize);
	bench_print("sum", bench_sum(BENCH_SUM, packed, packedSize));
	return 0;
}
