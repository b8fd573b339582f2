/* Lossless and lossy compression and decompression. The lossy mode's own measurements use floating point and a logarithm,
   so its bytes are not compared, only that they are read back. */
#include "bench.h"
#include "webp/decode.h"
#include "webp/encode.h"

enum { width = 512, height = 384, stride = 3 * width };

static unsigned char image[height * stride];

int main(void) {
	bench_image(image, width, height);
	uint64_t sum = BENCH_SUM;
	int w = 0, h = 0;
	bench_start();
	uint8_t *packed;
	size_t size = WebPEncodeLosslessRGB(image, width, height, stride, &packed);
	bench_require(size > 0, "encode");
	for (int i = 0; i < 10; i++) {
		uint8_t *back = WebPDecodeRGB(packed, size, &w, &h);
		bench_require(back != NULL && w == width && h == height, "decode");
		sum = bench_sum(sum, back, sizeof image);
		WebPFree(back);
	}
	WebPFree(packed);
	for (int i = 0; i < 4; i++) {
		size = WebPEncodeRGB(image, width, height, stride, 75, &packed);
		bench_require(size > 0, "encode");
		for (int j = 0; j < 10; j++) {
			uint8_t *back = WebPDecodeRGB(packed, size, &w, &h);
			bench_require(back != NULL && w == width && h == height, "decode");
			WebPFree(back);
		}
		WebPFree(packed);
	}
	bench_end();
	bench_print("lossless", sum);
	return 0;
}
