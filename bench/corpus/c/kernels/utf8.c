/* Validation of UTF-8 sixteen bytes at a time: three lookups by nibbles say which pairs of bytes are errors, and the
   leads of long sequences say where the second and third following byte must continue. */
#include "vector.h"

enum { size = 4 << 20, rounds = 480 };

static uint8_t text[size + 16];

enum {
	tooShort = 1, tooLong = 2, overlong3 = 4, surrogate = 16, overlong2 = 32, twoContinuations = 128, tooLarge = 8,
	tooLarge1000 = 64, overlong4 = 64, carry = tooShort | tooLong | twoContinuations,
};

static const u8x16 firstHigh = {tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong,
	twoContinuations, twoContinuations, twoContinuations, twoContinuations,
	tooShort | overlong2, tooShort, tooShort | overlong3 | surrogate, tooShort | tooLarge | tooLarge1000 | overlong4};
static const u8x16 firstLow = {carry | overlong3 | overlong2 | overlong4, carry | overlong2, carry, carry,
	carry | tooLarge, carry | tooLarge | tooLarge1000, carry | tooLarge | tooLarge1000, carry | tooLarge | tooLarge1000,
	carry | tooLarge | tooLarge1000, carry | tooLarge | tooLarge1000, carry | tooLarge | tooLarge1000, carry | tooLarge | tooLarge1000,
	carry | tooLarge | tooLarge1000, carry | tooLarge | tooLarge1000 | surrogate, carry | tooLarge | tooLarge1000, carry | tooLarge | tooLarge1000};
static const u8x16 secondHigh = {tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort,
	tooLong | overlong2 | twoContinuations | overlong3 | tooLarge1000 | overlong4, tooLong | overlong2 | twoContinuations | overlong3 | tooLarge,
	tooLong | overlong2 | twoContinuations | surrogate | tooLarge, tooLong | overlong2 | twoContinuations | surrogate | tooLarge,
	tooShort, tooShort, tooShort, tooShort};

static u8x16 atLeast(u8x16 v, uint8_t limit) { return (u8x16)(v >= u8x16_all(limit)); }

/* errors returns a vector that is zero where now is valid after before. */
static u8x16 errors(u8x16 before, u8x16 now) {
	u8x16 one = __builtin_shufflevector(before, now, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
	u8x16 two = __builtin_shufflevector(before, now, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
	u8x16 three = __builtin_shufflevector(before, now, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
	u8x16 pairs = u8x16_lookup(firstHigh, one >> 4) & u8x16_lookup(firstLow, one & 15) & u8x16_lookup(secondHigh, now >> 4);
	u8x16 must = (atLeast(two, 0xe0) | atLeast(three, 0xf0)) & u8x16_all(twoContinuations);
	return pairs ^ must;
}

static int valid(const uint8_t *at, int n) {
	u8x16 before = {0}, wrong = {0};
	for (int i = 0; i < n; i += 16) {
		u8x16 now = VECTOR_LOAD(u8x16, at + i);
		wrong |= errors(before, now);
		before = now;
	}
	wrong |= errors(before, (u8x16){0});
	return !u8x16_any(wrong);
}

/* put writes one code point and returns its length. */
static int put(uint8_t *to, uint32_t point) {
	if (point < 0x80) return to[0] = (uint8_t)point, 1;
	if (point < 0x800) return to[0] = (uint8_t)(0xc0 | point >> 6), to[1] = 0x80 | (point & 63), 2;
	if (point < 0x10000)
		return to[0] = (uint8_t)(0xe0 | point >> 12), to[1] = 0x80 | (point >> 6 & 63), to[2] = 0x80 | (point & 63), 3;
	return to[0] = (uint8_t)(0xf0 | point >> 18), to[1] = 0x80 | (point >> 12 & 63), to[2] = 0x80 | (point >> 6 & 63),
		to[3] = 0x80 | (point & 63), 4;
}

int main(void) {
	int n = 0;
	while (n < size - 4) {
		static const uint32_t limits[] = {0x80, 0x80, 0x800, 0xd800, 0x110000};
		uint32_t point = bench_random() % limits[bench_random() >> 7 & 3];
		if (bench_random() % 50 == 0) point = 0x10000 + bench_random() % 0x100000;
		n += put(text + n, point);
	}
	int good = 0, bad = 0;
	bench_start();
	for (int round = 0; round < rounds; round++) {
		int at = (int)(bench_random() % (uint32_t)n);
		uint8_t was = text[at];
		if (round & 1) text[at] = 0xff;
		if (valid(text, size)) good++; else bad++;
		text[at] = was;
	}
	bench_end();
	printf("%d valid, %d invalid\n", good, bad);
	return 0;
}
