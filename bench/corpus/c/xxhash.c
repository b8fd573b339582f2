/* Hashes of long and of short inputs. */
#define XXH_STATIC_LINKING_ONLY
#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_SCALAR
#include "bench.h"
#include "xxhash.h"

enum { size = 1 << 20 };

int main(void) {
	char *data = bench_alloc(size);
	bench_text(data, size);
	uint64_t sum = 0;
	bench_start();
	for (int i = 0; i < 500; i++) {
		sum = sum * 31 + XXH32(data, size, (uint32_t)i);
		sum = sum * 31 + XXH64(data, size, (uint64_t)i);
		sum = sum * 31 + XXH3_64bits_withSeed(data, size, (uint64_t)i);
	}
	for (int i = 0; i < 8000000; i++) sum = sum * 31 + XXH3_64bits_withSeed(data + (i & 0xffff), (size_t)(i & 255), sum);
	bench_end();
	bench_print("xxhash", sum);
	return 0;
}
