package ssa

import "github.com/weft-wasm/weft/internal/num"

// Constants. Imm holds an i32 sign-extended and an f32 as bits; of a v128 it holds the low half, and the high half lies in the
// two first argument places, which a constant has no other use for. So equal constants have equal bits in the table of values.

// NewConst makes a constant of a type from its bits, the low ones first, that is in no block yet.
func (f *Func) NewConst(t Type, bits num.V128) Value {
	v := f.NewValue(ConstOp(t), t)
	f.setConst(v, bits)
	return v
}

// BecomeConst makes v a constant of its type.
func (f *Func) BecomeConst(v Value, bits num.V128) {
	f.Rewrite(v, ConstOp(f.values[v].typ))
	f.setConst(v, bits)
}

func (f *Func) setConst(v Value, bits num.V128) {
	x := &f.values[v]
	switch x.typ {
	case TypeI32:
		x.imm = int64(int32(bits.Lo))
	case TypeF32:
		x.imm = int64(uint32(bits.Lo))
	case TypeV128:
		x.imm = int64(bits.Lo)
		x.args[0], x.args[1] = Value(bits.Hi), Value(bits.Hi>>32)
	default:
		x.imm = int64(bits.Lo)
	}
}

// IsConst reports whether v is a constant of a numeric type.
func (f *Func) IsConst(v Value) bool { return f.values[v].op.IsConst() }

// Bits returns the bits of the constant v: those of an i32 or f32 are zero-extended.
func (f *Func) Bits(v Value) num.V128 {
	x := &f.values[v]
	switch x.op {
	case OpI32Const:
		return num.V128{Lo: uint64(uint32(x.imm))}
	case OpV128Const:
		return num.V128{Lo: uint64(x.imm), Hi: uint64(x.args[0]) | uint64(x.args[1])<<32}
	}
	return num.V128{Lo: uint64(x.imm)}
}

// laneBits is the room of one lane number of a shuffle: twelve of them are in Imm and four in Aux.
const laneBits = 5

// Lanes returns the sixteen lane numbers, a byte each, of the shuffle v.
func (f *Func) Lanes(v Value) num.V128 {
	x := &f.values[v]
	var lanes [16]uint64
	for i := range lanes {
		if i < 12 {
			lanes[i] = uint64(x.imm) >> (i * laneBits) & 31
		} else {
			lanes[i] = uint64(x.aux) >> ((i - 12) * laneBits) & 31
		}
	}
	var r num.V128
	for i := range 8 {
		r.Lo |= lanes[i] << (8 * i)
		r.Hi |= lanes[i+8] << (8 * i)
	}
	return r
}

// SetLanes sets the lane numbers of the shuffle v; each must be below 32.
func (f *Func) SetLanes(v Value, lanes num.V128) {
	x := &f.values[v]
	x.imm, x.aux = 0, 0
	for i := range 16 {
		half := lanes.Lo
		if i >= 8 {
			half = lanes.Hi
		}
		lane := half >> (i & 7 * 8) & 31
		if i < 12 {
			x.imm |= int64(lane << (i * laneBits))
		} else {
			x.aux |= uint32(lane << ((i - 12) * laneBits))
		}
	}
}
