/* Base64 of 12 bytes at a time by table lookups and multiplications, and back. */
#include "vector.h"

enum { size = 3 << 20, rounds = 400 };

static uint8_t input[size + 16], text[size / 3 * 4 + 16], back[size + 16];

/* sextets spreads 12 bytes into 16 lanes of 6 bits. */
static u8x16 sextets(u8x16 bytes) {
	u8x16 spread = __builtin_shufflevector(bytes, bytes, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
	u32x4 lanes = (u32x4)spread;
	u32x4 first = lanes >> 10 & 0x3f, second = lanes << 4 & 0x3f00, third = lanes >> 6 & 0x3f0000, fourth = lanes << 8 & 0x3f000000;
	return (u8x16)(first | second | third | fourth);
}

/* letters maps 0…63 to A–Z a–z 0–9 + /: a lookup by range gives what to add. */
static u8x16 letters(u8x16 v) {
	static const u8x16 shift = {'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
		'0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0};
	u8x16 low = (u8x16)(v < u8x16_all(26)) & u8x16_all(13);
	u8x16 above = v - u8x16_all(51);
	above &= (u8x16)(v > u8x16_all(51));
	return v + u8x16_lookup(shift, above | low);
}

/* numbers maps letters back to 0…63. */
static u8x16 numbers(u8x16 v) {
	static const u8x16 shift = {0, 63 - '/', 62 - '+', 52 - '0', (uint8_t)-'A', (uint8_t)-'A', 26 - 'a', 26 - 'a'};
	u8x16 index = (v >> 4) - ((u8x16)(v == u8x16_all('/')) & u8x16_all(1));
	return v + u8x16_lookup(shift, index);
}

/* packed joins 16 lanes of 6 bits to 12 bytes. */
static u8x16 packed(u8x16 v) {
	u32x4 lanes = (u32x4)v;
	u32x4 joined = (lanes & 0x3f) << 18 | (lanes >> 8 & 0x3f) << 12 | (lanes >> 16 & 0x3f) << 6 | (lanes >> 24 & 0x3f);
	u8x16 bytes = (u8x16)joined;
	return __builtin_shufflevector(bytes, bytes, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0, 0, 0, 0);
}

int main(void) {
	for (int i = 0; i < size; i++) input[i] = (uint8_t)(bench_random() >> 13);
	bench_start();
	for (int round = 0; round < rounds; round++) {
		input[round] ^= 0x55;
		for (int i = 0; i < size; i += 12)
			VECTOR_STORE(&text[i / 3 * 4], letters(sextets(VECTOR_LOAD(u8x16, &input[i]))));
		for (int i = 0; i < size; i += 12)
			VECTOR_STORE(&back[i], packed(numbers(VECTOR_LOAD(u8x16, &text[i / 3 * 4]))));
	}
	bench_end();
	bench_require(memcmp(input, back, size) == 0, "round trip");
	printf("%.64s\n", text);
	bench_print("base64", bench_sum(BENCH_SUM, text, size / 3 * 4));
	return 0;
}
