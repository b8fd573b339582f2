package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// Vectors of integers beyond equations.

// vector makes an operation on vectors in front of the one being lowered.
func (l *Lowerer) vector(o Op, args ...ssa.Value) ssa.Value {
	return l.emit(ssa.TypeV128, o, 0, 0, args...)
}

// vectorImm makes one with an immediate.
func (l *Lowerer) vectorImm(o Op, imm int64, args ...ssa.Value) ssa.Value {
	return l.emit(ssa.TypeV128, o, imm, 0, args...)
}

// zeroLanes makes the flags that tell whether a vector has no lane that is zero.
func (l *Lowerer) zeroLanes(equal Op, x ssa.Value) ssa.Value {
	zero := l.vector(equal, x, l.zeros())
	return l.emit(ssa.TypeFlags, Vptest, 0, 0, zero, zero)
}

// The selections of vpshufd that bring the lower or the upper two lanes to the low halves of 64 bits each, and the upper half down.
const (
	lowPairs  = 0x50
	highPairs = 0xfa
	highHalf  = 0xee

	swapDwords = 0xb1 // in each half of 64 bits
)

// upper brings the upper half of a vector down.
func (l *Lowerer) upper(x ssa.Value) ssa.Value { return l.vectorImm(Vpshufd, highHalf, x) }

func (l *Lowerer) absolute64(v, x ssa.Value) {
	sign := l.vector(Vpcmpgtq, l.zeros(), x)
	l.set(v, Vpsubq, 0, 0, l.vector(Vpxor, x, sign), sign)
}

func (l *Lowerer) multiplyQ15(v, x, y ssa.Value) {
	product := l.vector(Vpmulhrsw, x, y)
	l.set(v, Vpxor, 0, 0, product, l.vector(Vpcmpeqw, product, l.fill(0x8000*everyWord)))
}

// dotHalf returns the sums of pairs of products of signed bytes in the lower halves, as i32.
func (l *Lowerer) dotHalf(x, y ssa.Value) ssa.Value {
	return l.vector(Vpmaddwd, l.vector(Vpmovsxbw, x), l.vector(Vpmovsxbw, y))
}

// The numbers of ones in the numbers from 0 to 15, a byte each.
const popcntLow, popcntHigh = 0x0302020102010100, 0x0403030203020201

// popcntBytes looks up both halves of each byte.
func (l *Lowerer) popcntBytes(v, x ssa.Value) {
	mask := l.fill(0x0f * everyByte)
	counts := l.constant(ssa.TypeV128, popcntLow, popcntHigh)
	low := l.vector(Vpshufb, counts, l.vector(Vpand, x, mask))
	upper := l.vector(Vpand, l.vectorImm(VpsrlwImm, 4, x), mask)
	l.set(v, Vpaddb, 0, 0, low, l.vector(Vpshufb, counts, upper))
}

// multiply64 multiplies as on paper, with digits of 32 bits. Upper digits that are known to be zero are left out.
func (l *Lowerer) multiply64(v, x, y ssa.Value) {
	short := func(x ssa.Value) bool {
		bits := l.PossibleVector(x)
		return (bits.Lo|bits.Hi)>>32 == 0
	}
	crossed := func(x, y ssa.Value) ssa.Value { return l.vector(Vpmuludq, l.vectorImm(VpsrlqImm, 32, x), y) }
	var cross ssa.Value
	switch {
	case short(x) && short(y):
		l.set(v, Vpmuludq, 0, 0, x, y)
		return
	case short(x):
		cross = crossed(y, x)
	case short(y):
		cross = crossed(x, y)
	default:
		cross = l.vector(Vpaddq, crossed(x, y), crossed(y, x))
	}
	l.set(v, Vpaddq, 0, 0, l.vectorImm(VpsllqImm, 32, cross), l.vector(Vpmuludq, x, y))
}
