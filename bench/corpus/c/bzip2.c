/* Block-sorting compression and decompression. */
#include "bench.h"
#include "bzlib.h"

enum { size = 3 << 20 };

/* Called by the library, which is built without stdio, when it finds itself inconsistent. */
void bz_internal_error(int code) {
	printf("bzip2: internal error %d\n", code);
	exit(1);
}

int main(void) {
	char *input = bench_alloc(size), *back = bench_alloc(size);
	unsigned packedSize = size + size / 50 + 600, backSize = size;
	char *packed = bench_alloc(packedSize);
	bench_text(input, size);
	bench_start();
	bench_require(BZ2_bzBuffToBuffCompress(packed, &packedSize, input, size, 9, 0, 30) == BZ_OK, "compress");
	bench_require(BZ2_bzBuffToBuffDecompress(back, &backSize, packed, packedSize, 0, 0) == BZ_OK, "decompress");
	bench_end();
	bench_require(backSize == size && memcmp(input, back, size) == 0, "round trip");
	printf("%u bytes\n", packedSize);
	bench_print("sum", bench_sum(BENCH_SUM, packed, packedSize));
	return 0;
}
