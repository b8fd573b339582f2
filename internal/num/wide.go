package num

import "math/bits"

// The wide-arithmetic proposal: 128-bit integers as pairs of i64, low half first in operands and results.

// I64Add128 adds two 128-bit integers modulo 2^128.
func I64Add128(xLo, xHi, yLo, yHi uint64) (lo, hi uint64) {
	lo, carry := bits.Add64(xLo, yLo, 0)
	hi, _ = bits.Add64(xHi, yHi, carry)
	return lo, hi
}

// I64Sub128 subtracts two 128-bit integers modulo 2^128.
func I64Sub128(xLo, xHi, yLo, yHi uint64) (lo, hi uint64) {
	lo, borrow := bits.Sub64(xLo, yLo, 0)
	hi, _ = bits.Sub64(xHi, yHi, borrow)
	return lo, hi
}

// I64MulWideS is the whole 128-bit product of two signed integers.
func I64MulWideS(x, y uint64) (lo, hi uint64) {
	hi, lo = bits.Mul64(x, y)
	// Read as signed, a negative operand is 2^64 less than bits.Mul64 took it for.
	hi -= uint64(int64(x)>>63)&y + uint64(int64(y)>>63)&x
	return lo, hi
}

// I64MulWideU is the whole 128-bit product of two unsigned integers.
func I64MulWideU(x, y uint64) (lo, hi uint64) {
	hi, lo = bits.Mul64(x, y)
	return lo, hi
}
