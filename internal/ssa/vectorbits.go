package ssa

import (
	"math"

	"github.com/weft-wasm/weft/internal/num"
)

// PossibleVector returns the bits that may be set in v, a v128: all others are known to be 0. Like [Func.PossibleBits] it looks through a few operations.
//
//	v3 = i8x16.shr_u v1 v2    with 4 for v2: 0x0f in each byte
func (f *Func) PossibleVector(v Value) num.V128 { return f.possibleVector(v, bitsDepth) }

// Bits of each lane in 64 bits.
const (
	lowNibbles = 0x0f0f0f0f0f0f0f0f
	lowBytes   = 0x00ff00ff00ff00ff
	lowWords   = 0x0000ffff0000ffff
	lowDwords  = 0x00000000ffffffff
)

func (f *Func) possibleVector(v Value, depth int) num.V128 {
	twice := func(bits uint64) num.V128 { return num.V128{Lo: bits, Hi: bits} }
	x := &f.values[v]
	switch x.op {
	case OpV128Const:
		return f.Bits(v)
	case OpI8x16Popcnt:
		return twice(lowNibbles)
	case OpV128Load8x8U, OpI16x8ExtendLowI8x16U, OpI16x8ExtendHighI8x16U:
		return twice(lowBytes)
	case OpV128Load16x4U, OpI32x4ExtendLowI16x8U, OpI32x4ExtendHighI16x8U:
		return twice(lowWords)
	case OpV128Load32x2U, OpI64x2ExtendLowI32x4U, OpI64x2ExtendHighI32x4U:
		return twice(lowDwords)
	case OpV128Load32Zero:
		return num.V128{Lo: lowDwords}
	case OpV128Load64Zero:
		return num.V128{Lo: math.MaxUint64}
	case OpI8x16Splat:
		return num.I8x16Splat(uint32(f.PossibleBits(x.args[0])))
	case OpI16x8Splat:
		return num.I16x8Splat(uint32(f.PossibleBits(x.args[0])))
	case OpI32x4Splat:
		return num.I32x4Splat(uint32(f.PossibleBits(x.args[0])))
	case OpI64x2Splat:
		return twice(f.PossibleBits(x.args[0]))
	}
	if depth == 0 {
		return twice(math.MaxUint64)
	}
	return f.vectorBitsOf(x, depth-1)
}

// vectorBitsOf computes the bits of an operation from those of its arguments.
func (f *Func) vectorBitsOf(x *value, depth int) num.V128 {
	arg := func(i int) num.V128 { return f.possibleVector(x.args[i], depth) }
	switch x.op {
	case OpV128And:
		a, b := arg(0), arg(1)
		return num.V128{Lo: a.Lo & b.Lo, Hi: a.Hi & b.Hi}
	case OpV128Andnot:
		return arg(0)
	case OpV128Or, OpV128Xor, OpV128Bitselect:
		a, b := arg(0), arg(1)
		return num.V128{Lo: a.Lo | b.Lo, Hi: a.Hi | b.Hi}
	case OpI8x16MinU:
		return eachByte(arg(0), arg(1), func(x, y uint64) uint64 { return below(min(x, y)) })
	case OpI8x16SubSatU:
		if f.IsConst(x.args[1]) {
			return eachByte(arg(0), arg(1), func(x, y uint64) uint64 { return below(max(x, y) - y) })
		}
	case OpI8x16ShrU, OpI16x8ShrU, OpI32x4ShrU, OpI64x2ShrU, OpI8x16Shl, OpI16x8Shl, OpI32x4Shl, OpI64x2Shl:
		if f.IsConst(x.args[1]) {
			return shiftedVector(x.op, arg(0), uint32(f.values[x.args[1]].imm))
		}
	}
	return num.V128{Lo: math.MaxUint64, Hi: math.MaxUint64}
}

// eachByte combines the bytes of two vectors.
func eachByte(x, y num.V128, f func(x, y uint64) uint64) (r num.V128) {
	for i := 0; i < 64; i += 8 {
		r.Lo |= f(x.Lo>>i&0xff, y.Lo>>i&0xff) << i
		r.Hi |= f(x.Hi>>i&0xff, y.Hi>>i&0xff) << i
	}
	return r
}

// shiftedVector shifts lanes.
func shiftedVector(o Op, x num.V128, n uint32) num.V128 {
	switch o {
	case OpI8x16ShrU:
		return num.I8x16ShrU(x, n)
	case OpI16x8ShrU:
		return num.I16x8ShrU(x, n)
	case OpI32x4ShrU:
		return num.I32x4ShrU(x, n)
	case OpI64x2ShrU:
		return num.I64x2ShrU(x, n)
	case OpI8x16Shl:
		return num.I8x16Shl(x, n)
	case OpI16x8Shl:
		return num.I16x8Shl(x, n)
	case OpI32x4Shl:
		return num.I32x4Shl(x, n)
	}
	return num.I64x2Shl(x, n)
}

// AllZero reports whether v, a v128, is known to be 0.
func (m *Rewriter) AllZero(v Value) bool {
	return m.Op(v) == OpV128Const && m.Func.Bits(v) == num.V128{}
}

// AllOne reports whether all bits of v, a v128, are known to be 1.
func (m *Rewriter) AllOne(v Value) bool {
	return m.Op(v) == OpV128Const && m.Func.Bits(v) == num.V128{Lo: math.MaxUint64, Hi: math.MaxUint64}
}

// Keeps reports whether mask, a v128, is a constant with ones wherever v may have some.
func (m *Rewriter) Keeps(mask, v Value) bool {
	if m.Op(mask) != OpV128Const {
		return false
	}
	has, may := m.Func.Bits(mask), m.PossibleVector(v)
	return may.Lo&^has.Lo == 0 && may.Hi&^has.Hi == 0
}
