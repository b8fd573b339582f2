package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// Shifts of vectors, by the same number for all lanes, modulo their width.

func init() {
	lowerAll(map[ssa.Op]lowering{
		ssa.OpI16x8Shl: shiftLanes(Vpsllw, VpsllwImm, 15), ssa.OpI32x4Shl: shiftLanes(Vpslld, VpslldImm, 31), ssa.OpI64x2Shl: shiftLanes(Vpsllq, VpsllqImm, 63),
		ssa.OpI16x8ShrU: shiftLanes(Vpsrlw, VpsrlwImm, 15), ssa.OpI32x4ShrU: shiftLanes(Vpsrld, VpsrldImm, 31), ssa.OpI64x2ShrU: shiftLanes(Vpsrlq, VpsrlqImm, 63),
		ssa.OpI16x8ShrS: shiftLanes(Vpsraw, VpsrawImm, 15), ssa.OpI32x4ShrS: shiftLanes(Vpsrad, VpsradImm, 31),
		ssa.OpI64x2ShrS: lowerShr64,
		ssa.OpI8x16Shl:  shiftBytes(Vpsllw),
		ssa.OpI8x16ShrU: shiftBytes(Vpsrlw),
		ssa.OpI8x16ShrS: lowerShrBytes,
	})
}

// count brings the number of bits, modulo a width, and plus something, into a vector register.
func (l *Lowerer) count(n ssa.Value, mask, plus int32) ssa.Value {
	n = l.generic(ssa.OpI32And, ssa.TypeI32, 0, n, l.const32(mask))
	if plus != 0 {
		n = l.generic(ssa.OpI32Add, ssa.TypeI32, 0, n, l.const32(plus))
	}
	return l.vector(Vmovd, n)
}

func shiftLanes(o, imm Op, mask int32) lowering {
	return func(l *Lowerer, v ssa.Value) {
		x, n := l.Arg(v, 0), l.Arg(v, 1)
		if c, ok := l.intConst(n); ok {
			l.become(v, imm, c&int64(mask), 0, x)
			return
		}
		l.become(v, o, 0, 0, x, l.count(n, mask, 0))
	}
}

// lowerShr64 shifts the sign, moves it away from the number, and subtracts it to extend it.
func lowerShr64(l *Lowerer, v ssa.Value) {
	n := l.count(l.Arg(v, 1), 63, 0)
	sign := l.vector(Vpsrlq, l.fill(1<<63), n)
	shifted := l.vector(Vpsrlq, l.Arg(v, 0), n)
	l.become(v, Vpsubq, 0, 0, l.vector(Vpxor, shifted, sign), sign)
}

// shiftBytes shifts words, and clears what came from the other byte with a mask that is shifted the same way.
func shiftBytes(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) {
		n := l.count(l.Arg(v, 1), 7, 0)
		mask := l.vector(Vpshufb, l.vector(o, l.fill(0xff*everyWord), n), l.fill(0))
		l.become(v, Vpand, 0, 0, l.vector(o, l.Arg(v, 0), n), mask)
	}
}

// lowerShrBytes shifts words whose upper halves are the bytes, which fit into a byte then.
func lowerShrBytes(l *Lowerer, v ssa.Value) {
	x, n := l.Arg(v, 0), l.count(l.Arg(v, 1), 7, 8)
	low := l.vector(Vpsraw, l.vector(Vpunpcklbw, x, x), n)
	l.become(v, Vpacksswb, 0, 0, low, l.vector(Vpsraw, l.vector(Vpunpckhbw, x, x), n))
}
