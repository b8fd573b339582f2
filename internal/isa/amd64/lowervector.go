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

// multiply64 multiplies as on paper, with digits of 32 bits.
func (l *Lowerer) multiply64(v, x, y ssa.Value) {
	cross := l.vector(Vpmuludq, l.vectorImm(VpsrlqImm, 32, x), y)
	cross = l.vector(Vpaddq, cross, l.vector(Vpmuludq, l.vectorImm(VpsrlqImm, 32, y), x))
	cross = l.vectorImm(VpsllqImm, 32, cross)
	l.set(v, Vpaddq, 0, 0, cross, l.vector(Vpmuludq, x, y))
}

// count brings the number of bits, modulo a width, and plus something, into a vector register.
func (l *Lowerer) count(n ssa.Value, mask, plus int32) ssa.Value {
	n = l.generic(ssa.OpI32And, ssa.TypeI32, 0, n, l.const32(mask))
	if plus != 0 {
		n = l.generic(ssa.OpI32Add, ssa.TypeI32, 0, n, l.const32(plus))
	}
	return l.vector(Vmovd, n)
}

// shiftRight64 shifts the sign, moves it away from the number, and subtracts it to extend it.
func (l *Lowerer) shiftRight64(v, x, n ssa.Value) {
	by := l.count(n, 63, 0)
	sign := l.vector(Vpsrlq, l.fill(1<<63), by)
	shifted := l.vector(Vpsrlq, x, by)
	l.set(v, Vpsubq, 0, 0, l.vector(Vpxor, shifted, sign), sign)
}

// shiftBytes shifts words, and clears what came from the other byte with a mask that is shifted the same way.
func (l *Lowerer) shiftBytes(v ssa.Value, o Op, x, n ssa.Value) {
	by := l.count(n, 7, 0)
	mask := l.vector(Vpshufb, l.vector(o, l.fill(0xff*everyWord), by), l.zeros())
	l.set(v, Vpand, 0, 0, l.vector(o, x, by), mask)
}

// shiftBytesSigned shifts words whose upper halves are the bytes, which fit into a byte then.
func (l *Lowerer) shiftBytesSigned(v, x, n ssa.Value) {
	by := l.count(n, 7, 8)
	low := l.vector(Vpsraw, l.vector(Vpunpcklbw, x, x), by)
	l.set(v, Vpacksswb, 0, 0, low, l.vector(Vpsraw, l.vector(Vpunpckhbw, x, x), by))
}
