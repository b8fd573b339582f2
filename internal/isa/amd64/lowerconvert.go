package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Conversions between integers and floats that take a few operations, most of them generic ones around the few that the processor has.

// fromUnsigned converts an unsigned i64. One with the top bit is halved, with a last bit that remembers whether anything was lost, so that it
// rounds the same way, and doubled as a float.
func (l *Lowerer) fromUnsigned(v, x ssa.Value) {
	t := l.Type(v)
	convert, add := floatOp(t, ssa.OpF32ConvertI64S, ssa.OpF64ConvertI64S), floatOp(t, ssa.OpF32Add, ssa.OpF64Add)
	i64 := func(o ssa.Op, a, b ssa.Value) ssa.Value { return l.generic(o, ssa.TypeI64, 0, a, b) }
	high := func() ssa.Value { return l.generic(ssa.OpI64LtS, ssa.TypeI32, 0, x, l.const64(0)) }
	half := i64(ssa.OpI64Or, i64(ssa.OpI64ShrU, x, l.const64(1)), i64(ssa.OpI64And, x, l.const64(1)))
	y := l.generic(convert, t, 0, l.generic(ssa.OpSelect, ssa.TypeI64, 0, high(), half, x))
	l.Set(v, ssa.OpSelect, high(), l.generic(add, t, 0, y, y), y)
}

// truncation is a conversion to an integer, with the processor's operation that makes it of a float in range. An unsigned i32 is made as an i64.
type truncation struct {
	o        Op
	float    ssa.Type
	is64     bool // of the result
	unsigned bool
}

var truncations = map[ssa.Op]truncation{
	ssa.OpI32TruncF32S: {Vcvttsstosi32, ssa.TypeF32, false, false},
	ssa.OpI32TruncF64S: {Vcvttsdtosi32, ssa.TypeF64, false, false},
	ssa.OpI32TruncF32U: {Vcvttsstosi64, ssa.TypeF32, false, true},
	ssa.OpI32TruncF64U: {Vcvttsdtosi64, ssa.TypeF64, false, true},
	ssa.OpI64TruncF32S: {Vcvttsstosi64, ssa.TypeF32, true, false},
	ssa.OpI64TruncF64S: {Vcvttsdtosi64, ssa.TypeF64, true, false},
	ssa.OpI64TruncF32U: {Vcvttsstosi64, ssa.TypeF32, true, true},
	ssa.OpI64TruncF64U: {Vcvttsdtosi64, ssa.TypeF64, true, true},
}

var saturations = map[ssa.Op]truncation{
	ssa.OpI32TruncSatF32S: truncations[ssa.OpI32TruncF32S],
	ssa.OpI32TruncSatF64S: truncations[ssa.OpI32TruncF64S],
	ssa.OpI32TruncSatF32U: truncations[ssa.OpI32TruncF32U],
	ssa.OpI32TruncSatF64U: truncations[ssa.OpI32TruncF64U],
	ssa.OpI64TruncSatF32S: truncations[ssa.OpI64TruncF32S],
	ssa.OpI64TruncSatF64S: truncations[ssa.OpI64TruncF64S],
	ssa.OpI64TruncSatF32U: truncations[ssa.OpI64TruncF32U],
	ssa.OpI64TruncSatF64U: truncations[ssa.OpI64TruncF64U],
}

// limits returns the range of floats that can be converted: from low, or above it if open, and below high.
func (x truncation) limits() (low float64, open bool, high float64) {
	switch {
	case x.unsigned && x.is64:
		return -1, true, 1 << 64
	case x.unsigned:
		return -1, true, 1 << 32
	case x.is64:
		return -1 << 63, false, 1 << 63
	case x.float == ssa.TypeF64:
		return -1<<31 - 1, true, 1 << 31
	}
	return -1 << 31, false, 1 << 31
}

// truncate makes the checks, and then the conversion, which cannot fail any more.
func (l *Lowerer) truncate(v, a ssa.Value) {
	x := truncations[l.Op(v)]
	t := x.float
	low, open, high := x.limits()
	compare := func(o ssa.Op, b ssa.Value) ssa.Value { return l.generic(o, ssa.TypeI32, 0, a, b) }
	l.trapIf(compare(floatOp(t, ssa.OpF32Ne, ssa.OpF64Ne), a), abi.TrapInvalidConversion)
	below := floatOp(t, ssa.OpF32Lt, ssa.OpF64Lt)
	if open {
		below = floatOp(t, ssa.OpF32Le, ssa.OpF64Le)
	}
	l.trapIf(compare(below, l.number(t, low)), abi.TrapIntegerOverflow)
	l.trapIf(compare(floatOp(t, ssa.OpF32Ge, ssa.OpF64Ge), l.number(t, high)), abi.TrapIntegerOverflow)
	l.finishTruncation(v, x, a)
}

// finishTruncation converts a, which is in range.
func (l *Lowerer) finishTruncation(v ssa.Value, x truncation, a ssa.Value) {
	switch {
	case x.unsigned && x.is64:
		l.Set(v, ssa.OpI64Or, l.halves(x, a)...)
	case x.unsigned:
		l.Set(v, ssa.OpI32WrapI64, l.emit(ssa.TypeI64, x.o, 0, 0, a))
	default:
		l.set(v, x.o, 0, 0, a)
	}
}

// halves converts a to an unsigned i64 in two ways, as it is and less 2^63. The first gives the smallest integer if a is 2^63 or more, and
// then, and only then, the second has the other bits.
func (l *Lowerer) halves(x truncation, a ssa.Value) []ssa.Value {
	first := l.emit(ssa.TypeI64, x.o, 0, 0, a)
	less := l.generic(floatOp(x.float, ssa.OpF32Sub, ssa.OpF64Sub), x.float, 0, a, l.number(x.float, 1<<63))
	second := l.emit(ssa.TypeI64, x.o, 0, 0, less)
	mask := l.generic(ssa.OpI64ShrS, ssa.TypeI64, 0, first, l.const64(63))
	return []ssa.Value{first, l.generic(ssa.OpI64And, ssa.TypeI64, 0, mask, second)}
}

// saturate limits the float where the limits are floats, and else the result.
func (l *Lowerer) saturate(v, a ssa.Value) {
	x := saturations[l.Op(v)]
	if x.is64 {
		l.saturate64(v, x, a)
		return
	}
	if x.float == ssa.TypeF32 {
		a = l.generic(ssa.OpF64PromoteF32, ssa.TypeF64, 0, a)
	}
	low, high, o := float64(math.MinInt32), float64(math.MaxInt32), Vcvttsdtosi32
	if x.unsigned {
		low, high, o = 0, math.MaxUint32, Vcvttsdtosi64
	}
	// The processor returns the second argument if the first is NaN.
	number := l.withoutNaN(ssa.TypeF64, a)
	limited := l.emit(ssa.TypeF64, Vmaxsd, 0, 0, number, l.number(ssa.TypeF64, low))
	limited = l.emit(ssa.TypeF64, Vminsd, 0, 0, limited, l.number(ssa.TypeF64, high))
	if x.unsigned {
		l.Set(v, ssa.OpI32WrapI64, l.emit(ssa.TypeI64, o, 0, 0, limited))
		return
	}
	l.set(v, o, 0, 0, limited)
}

// withoutNaN returns a, or zero if it is NaN.
func (l *Lowerer) withoutNaN(t ssa.Type, a ssa.Value) ssa.Value {
	cmp, and := Vcmpsd, Vandpd
	if t == ssa.TypeF32 {
		cmp, and = Vcmpss, Vandps
	}
	return l.emit(t, and, 0, 0, l.emit(t, cmp, predicateORD, 0, a, a), a)
}

func (l *Lowerer) saturate64(v ssa.Value, x truncation, a ssa.Value) {
	t := x.float
	number := l.withoutNaN(t, a)
	limit, most := float64(1<<63), int64(math.MaxInt64)
	var result ssa.Value
	if x.unsigned {
		limit, most = 1<<64, -1
		o := Vmaxsd
		if t == ssa.TypeF32 {
			o = Vmaxss
		}
		number = l.emit(t, o, 0, 0, number, l.number(t, 0))
		result = l.generic(ssa.OpI64Or, ssa.TypeI64, 0, l.halves(x, number)...)
	} else {
		result = l.emit(ssa.TypeI64, x.o, 0, 0, number) // the smallest integer for all that is too small
	}
	above := l.generic(floatOp(t, ssa.OpF32Ge, ssa.OpF64Ge), ssa.TypeI32, 0, number, l.number(t, limit))
	l.Set(v, ssa.OpSelect, above, l.const64(most), result)
}

// truncateLanes makes zero of NaN. What is too large for the processor comes out as the smallest number, whose complement is the largest.
func (l *Lowerer) truncateLanes(v, x ssa.Value) {
	number := l.vector(Vandps, x, l.vectorImm(Vcmpps, predicateORD, x, x))
	above := l.vectorImm(Vcmpps, predicateLE, l.singles(1<<31), number)
	l.set(v, Vpxor, 0, 0, l.vector(Vcvttps2dq, number), above)
}

// truncateLanesUnsigned converts the numbers as they are and what they have above 2^31, and adds both: of a number below that the second is
// negative and counts as zero; of one above it the first is 2^31.
func (l *Lowerer) truncateLanesUnsigned(v, x ssa.Value) {
	number := l.vector(Vmaxps, x, l.zeros()) // zero for NaN, which is not the second argument
	first := l.vector(Vcvttps2dq, number)
	limit := l.singles(1 << 31)
	rest := l.vector(Vsubps, number, limit)
	above := l.vectorImm(Vcmpps, predicateLE, limit, rest)
	second := l.vector(Vpmaxsd, l.vector(Vpxor, l.vector(Vcvttps2dq, rest), above), l.zeros())
	l.set(v, Vpaddd, 0, 0, first, second)
}

const (
	highOf52  = 0x43300000 // the upper half of 2^52 as a double
	evenLanes = 0x88       // the selection of vshufps
)
