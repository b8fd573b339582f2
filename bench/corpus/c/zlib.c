/* deflate at levels 1, 6 and 9, inflate, crc32 and adler32. */
#include "bench.h"
#include "zlib.h"

enum { size = 2 << 20 };

int main(void) {
	unsigned char *input = bench_alloc(size), *back = bench_alloc(size);
	uLong bound = compressBound(size);
	unsigned char *packed = bench_alloc(bound);
	bench_text((char *)input, size);
	bench_start();
	uint64_t sum = BENCH_SUM;
	static const int levels[] = {1, 6, 9};
	for (int i = 0; i < 3; i++) {
		uLongf packedSize = bound;
		bench_require(compress2(packed, &packedSize, input, size, levels[i]) == Z_OK, "compress2");
		sum = bench_sum(sum, packed, packedSize);
		for (int j = 0; j < 8; j++) {
			uLongf backSize = size;
			bench_require(uncompress(back, &backSize, packed, packedSize) == Z_OK && backSize == size, "uncompress");
		}
		printf("level %d: %lu bytes\n", levels[i], (unsigned long)packedSize);
	}
	unsigned long crc = 0, adler = 1;
	for (int i = 0; i < 20; i++) {
		crc = crc32(crc, input, size);
		adler = adler32(adler, input, size);
	}
	bench_end();
	bench_require(memcmp(input, back, size) == 0, "round trip");
	printf("crc32 %08lx adler32 %08lx\n", crc, adler);
	bench_print("sum", sum);
	return 0;
}
