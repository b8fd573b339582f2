package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// Shifts of the lanes of vectors that the processor does not have, or takes the count of from a vector register.

// count brings the number of bits, modulo a width, and plus something, into a vector register.
func (l *Lowerer) count(n ssa.Value, mask, plus int32) ssa.Value {
	if l.PossibleBits(n)&^uint64(mask) != 0 {
		n = l.generic(ssa.OpI32And, ssa.TypeI32, 0, n, l.const32(mask))
	}
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

// rotation makes the table for vpshufb that rotates lanes of so many bytes to the left by bytes.
func (l *Lowerer) rotation(size, by int64) ssa.Value {
	var halves [2]uint64
	for i := range int64(16) {
		from := i&^(size-1) | (i-by)&(size-1)
		halves[i/8] |= uint64(from) << (8 * (i % 8))
	}
	return l.constant(ssa.TypeV128, halves[0], halves[1])
}
