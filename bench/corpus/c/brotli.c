/* Compression at qualities 5 and 9 and decompression. */
#include "bench.h"
#include <brotli/decode.h>
#include <brotli/encode.h>

enum { size = 2 << 20 };

int main(void) {
	uint8_t *input = bench_alloc(size), *back = bench_alloc(size);
	size_t bound = BrotliEncoderMaxCompressedSize(size);
	uint8_t *packed = bench_alloc(bound);
	bench_text((char *)input, size);
	bench_start();
	uint64_t sum = BENCH_SUM;
	static const int qualities[] = {5, 9};
	for (int i = 0; i < 2; i++) {
		size_t n = bound;
		bench_require(BrotliEncoderCompress(qualities[i], 20, BROTLI_MODE_TEXT, size, input, &n, packed), "compress");
		sum = bench_sum(sum, packed, n);
		for (int j = 0; j < 10; j++) {
			size_t backSize = size;
			bench_require(BrotliDecoderDecompress(n, packed, &backSize, back) == BROTLI_DECODER_RESULT_SUCCESS, "decompress");
		}
		printf("quality %d: %u bytes\n", qualities[i], (unsigned)n);
	}
	bench_end();
	bench_require(memcmp(input, back, size) == 0, "round trip");
	bench_print("sum", sum);
	return 0;
}
