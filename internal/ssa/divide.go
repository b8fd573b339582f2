package ssa

import "math/bits"

// Division by a constant d as a multiplication: x/d is the upper half of x·m, shifted right by s, if m = ⌈2^(w+s)/d⌉ and the error
// m·d - 2^(w+s) is small enough for all x of w bits. Unsigned, it must be at most 2^s; the smallest s is taken for which m also has no
// more than w bits, and where there is none, s = ⌈log2 d⌉ and m has one bit more, which the rule adds separately. Signed, x has one bit less, and
// the error may be twice as large. Proof: Granlund and Montgomery, "Division by Invariant Integers using Multiplication" (PLDI 1994).

// Divisor reports whether d is one for which multiplication pays: neither 0 nor a power of two.
func (m *Rewriter) Divisor(d uint64) bool { return d&(d-1) != 0 }

// MagicU is m for unsigned numbers of w bits, without its bit w if MagicFits is false.
func (m *Rewriter) MagicU(d uint64, w int64) uint64 {
	mul, _, _ := magicUnsigned(d, w)
	return mul
}

// MagicShiftU is s for unsigned numbers.
func (m *Rewriter) MagicShiftU(d uint64, w int64) int64 {
	_, shift, _ := magicUnsigned(d, w)
	return shift
}

// MagicFits reports whether MagicU has no more than w bits.
func (m *Rewriter) MagicFits(d uint64, w int64) bool {
	_, _, fits := magicUnsigned(d, w)
	return fits
}

func magicUnsigned(d uint64, w int64) (mul uint64, shift int64, fits bool) {
	top := int64(bits.Len64(d - 1))
	for s := range top {
		q, r := divideScaled(1<<s, d, w)
		if d-r <= 1<<s {
			return q + 1, s, true
		}
	}
	q, _ := divideScaled(1<<top-d, d, w) // for 2^64 the shift gives 0, and the difference wraps to what is meant
	return q + 1, top, false
}

// MagicS is m for signed numbers of w bits; it has at most w bits.
func (m *Rewriter) MagicS(d uint64, w int64) uint64 {
	mul, _ := magicSigned(d, w)
	return mul
}

// MagicShiftS is s for signed numbers.
func (m *Rewriter) MagicShiftS(d uint64, w int64) int64 {
	_, shift := magicSigned(d, w)
	return shift
}

func magicSigned(d uint64, w int64) (mul uint64, shift int64) {
	for s := int64(0); ; s++ {
		q, r := divideScaled(1<<s, d, w)
		if d-r <= 2<<s {
			return q + 1, s
		}
	}
}

// divideScaled divides x·2^w by d, where x is below d.
func divideScaled(x, d uint64, w int64) (q, r uint64) {
	return bits.Div64(x>>(64-w), x<<w, d)
}
