package ssa

import (
	"math"
	"math/bits"
)

// bitsDepth is how many operations possible looks through.
const bitsDepth = 4

// PossibleBits returns the bits that may be set in v, an i32 or i64: all others are known to be 0. Those of an i32 are in the lower half. It looks through
// a few operations, and through parameters of blocks if [Func.FindBits] was called.
func (f *Func) PossibleBits(v Value) uint64 { return f.possible(v, bitsDepth) }

// possible is PossibleBits for a number of operations to look through.
func (f *Func) possible(v Value, depth int) uint64 {
	x := &f.values[v]
	all := uint64(math.MaxUint64)
	if x.typ == TypeI32 {
		all = math.MaxUint32
	}
	if x.op.Has(FlagCmp) {
		return 1
	}
	switch x.op {
	case OpI32Const, OpI64Const:
		return uint64(x.imm) & all
	case OpParam:
		if a := &f.order; a.hasBits && int(v) < len(a.bits) && f.links[v].block != Entry {
			return a.bits[v]
		}
		return all
	case OpI32Load8U, OpI64Load8U, OpI8x16ExtractLaneU:
		return math.MaxUint8
	case OpI32Load16U, OpI64Load16U, OpI16x8ExtractLaneU, OpI8x16Bitmask:
		return math.MaxUint16
	case OpI64Load32U:
		return math.MaxUint32
	case OpI32Clz, OpI32Ctz, OpI32Popcnt:
		return 63
	case OpI64Clz, OpI64Ctz, OpI64Popcnt:
		return 127
	}
	if depth == 0 {
		return all
	}
	return f.bitsOf(x, depth-1) & all
}

// bitsOf computes the bits of an operation from those of its arguments.
func (f *Func) bitsOf(x *value, depth int) uint64 {
	arg := func(i int) uint64 { return f.possible(x.args[i], depth) }
	switch x.op {
	case OpI32And, OpI64And:
		return arg(0) & arg(1)
	case OpI32Or, OpI64Or, OpI32Xor, OpI64Xor:
		return arg(0) | arg(1)
	case OpSelect:
		if x.typ == TypeI32 || x.typ == TypeI64 {
			return arg(1) | arg(2)
		}
	case OpI64ExtendI32U, OpI32WrapI64, OpCopy:
		return arg(0)
	case OpI32Add, OpI64Add:
		return upTo(arg(0), arg(1))
	case OpI32ShrU, OpI64ShrU, OpI32Shl, OpI64Shl:
		return f.shiftedBits(x, arg(0))
	case OpI32RemU, OpI64RemU, OpI32DivU, OpI64DivU:
		return below(arg(0))
	}
	return math.MaxUint64
}

// shiftedBits are the bits of a shift by a constant.
func (f *Func) shiftedBits(x *value, in uint64) uint64 {
	by := &f.values[x.args[1]]
	switch {
	case x.op == OpI32ShrU && by.op == OpI32Const:
		return in >> (by.imm & 31)
	case x.op == OpI64ShrU && by.op == OpI64Const:
		return in >> (by.imm & 63)
	case x.op == OpI32Shl && by.op == OpI32Const:
		return in << (by.imm & 31)
	case x.op == OpI64Shl && by.op == OpI64Const:
		return in << (by.imm & 63)
	case x.op == OpI32ShrU || x.op == OpI64ShrU:
		return below(in)
	}
	return math.MaxUint64
}

// below has all bits up to the highest one of x.
func below(x uint64) uint64 { return 1<<bits.Len64(x) - 1 }

// upTo has the bits of a sum of numbers with the bits x and y: one more than the wider of them.
func upTo(x, y uint64) uint64 { return below(max(x, y))<<1 | 1 }

// Bits returns the bits that may be set in an i32, in the lower half, or i64.
func (m *Rewriter) Bits(v Value) uint64 { return m.possible(v, bitsDepth) }
