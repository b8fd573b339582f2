package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Conversions between integers and floats, of scalars. Most are built of generic operations around the few that the processor has, which are
// signed.

func init() {
	all := map[ssa.Op]lowering{
		ssa.OpF32DemoteF64:      doubled(Vcvtsd2ss, 0),
		ssa.OpF64PromoteF32:     doubled(Vcvtss2sd, 0),
		ssa.OpI32ReinterpretF32: move(VmovdTo),
		ssa.OpI64ReinterpretF64: move(VmovqTo),
		ssa.OpF32ReinterpretI32: move(Vmovd),
		ssa.OpF64ReinterpretI64: move(Vmovq),
		ssa.OpF32ConvertI32S:    fromInteger(Vcvtsi32toss),
		ssa.OpF64ConvertI32S:    fromInteger(Vcvtsi32tosd),
		ssa.OpF32ConvertI64S:    fromInteger(Vcvtsi64toss),
		ssa.OpF64ConvertI64S:    fromInteger(Vcvtsi64tosd),
		ssa.OpF32ConvertI32U:    fromWord(Vcvtsi64toss),
		ssa.OpF64ConvertI32U:    fromWord(Vcvtsi64tosd),
		ssa.OpF32ConvertI64U:    func(l *Lowerer, v ssa.Value) { l.fromUnsigned(v, ssa.OpF32ConvertI64S, ssa.OpF32Add) },
		ssa.OpF64ConvertI64U:    func(l *Lowerer, v ssa.Value) { l.fromUnsigned(v, ssa.OpF64ConvertI64S, ssa.OpF64Add) },
	}
	for o, x := range truncations {
		all[o] = func(l *Lowerer, v ssa.Value) { l.truncate(v, &x) }
	}
	for o, x := range saturations {
		all[o] = func(l *Lowerer, v ssa.Value) { l.saturate(v, &x) }
	}
	lowerAll(all)
}

func move(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, o, 0, 0, l.Arg(v, 0)) }
}

// fromInteger lowers a conversion whose result takes its upper lanes from another register: a zero, so that it waits for nothing.
func fromInteger(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) {
		l.combine(v, o, 0, l.emit(Vzero, ssa.TypeV128, 0), l.Arg(v, 0))
	}
}

// fromWord converts an unsigned i32 as the i64 that it is.
func fromWord(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) {
		x := l.generic(ssa.OpI64ExtendI32U, ssa.TypeI64, 0, l.Arg(v, 0))
		l.become(v, o, 0, 0, l.emit(Vzero, ssa.TypeV128, 0), l.wide(x))
	}
}

// fromUnsigned converts an unsigned i64. One with the top bit is halved, with a last bit that remembers whether anything was lost, so that it
// rounds the same way, and doubled as a float.
func (l *Lowerer) fromUnsigned(v ssa.Value, convert, add ssa.Op) {
	t, x := l.Type(v), l.Arg(v, 0)
	i64 := func(o ssa.Op, a, b ssa.Value) ssa.Value { return l.generic(o, ssa.TypeI64, 0, a, b) }
	high := func() ssa.Value { return l.generic(ssa.OpI64LtS, ssa.TypeI32, 0, x, l.const64(0)) }
	half := i64(ssa.OpI64Or, i64(ssa.OpI64ShrU, x, l.const64(1)), i64(ssa.OpI64And, x, l.const64(1)))
	y := l.generic(convert, t, 0, l.generic(ssa.OpSelect, ssa.TypeI64, 0, high(), half, x))
	l.again(v, ssa.OpSelect, high(), l.generic(add, t, 0, y, y), y)
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
func (x *truncation) limits() (low float64, open bool, high float64) {
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

// number makes a constant of the float's type.
func (l *Lowerer) number(t ssa.Type, x float64) ssa.Value {
	if t == ssa.TypeF32 {
		return l.constant(t, uint64(math.Float32bits(float32(x))), 0)
	}
	return l.constant(t, math.Float64bits(x), 0)
}

// floatOp returns the operation for f32 or f64.
func floatOp(t ssa.Type, f32, f64 ssa.Op) ssa.Op {
	if t == ssa.TypeF32 {
		return f32
	}
	return f64
}

// truncate makes the checks, and then the conversion, which cannot fail any more.
func (l *Lowerer) truncate(v ssa.Value, x *truncation) {
	t, a := x.float, l.Arg(v, 0)
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
func (l *Lowerer) finishTruncation(v ssa.Value, x *truncation, a ssa.Value) {
	switch {
	case x.unsigned && x.is64:
		l.again(v, ssa.OpI64Or, l.halves(x, a)...)
	case x.unsigned:
		l.again(v, ssa.OpI32WrapI64, l.emit(x.o, ssa.TypeI64, 0, a))
	default:
		l.become(v, x.o, 0, 0, a)
	}
}

// halves converts a to an unsigned i64 in two ways, as it is and less 2^63. The first gives the smallest integer if a is 2^63 or more, and
// then, and only then, the second has the other bits.
func (l *Lowerer) halves(x *truncation, a ssa.Value) []ssa.Value {
	first := l.emit(x.o, ssa.TypeI64, 0, a)
	less := l.generic(floatOp(x.float, ssa.OpF32Sub, ssa.OpF64Sub), x.float, 0, a, l.number(x.float, 1<<63))
	second := l.emit(x.o, ssa.TypeI64, 0, less)
	mask := l.generic(ssa.OpI64ShrS, ssa.TypeI64, 0, first, l.const64(63))
	return []ssa.Value{first, l.generic(ssa.OpI64And, ssa.TypeI64, 0, mask, second)}
}

// saturate limits the float where the limits are floats, and else the result.
func (l *Lowerer) saturate(v ssa.Value, x *truncation) {
	a := l.Arg(v, 0)
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
	limited := l.emit(Vminsd, ssa.TypeF64, 0, l.emit(Vmaxsd, ssa.TypeF64, 0, number, l.number(ssa.TypeF64, low)), l.number(ssa.TypeF64, high))
	if x.unsigned {
		l.again(v, ssa.OpI32WrapI64, l.emit(o, ssa.TypeI64, 0, limited))
		return
	}
	l.become(v, o, 0, 0, limited)
}

// withoutNaN returns a, or zero if it is NaN.
func (l *Lowerer) withoutNaN(t ssa.Type, a ssa.Value) ssa.Value {
	cmp, and := Vcmpsd, Vandpd
	if t == ssa.TypeF32 {
		cmp, and = Vcmpss, Vandps
	}
	return l.emit(and, t, 0, l.emit(cmp, t, predicateORD, a, a), a)
}

func (l *Lowerer) saturate64(v ssa.Value, x *truncation, a ssa.Value) {
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
		number = l.emit(o, t, 0, number, l.number(t, 0))
		result = l.generic(ssa.OpI64Or, ssa.TypeI64, 0, l.halves(x, number)...)
	} else {
		result = l.emit(x.o, ssa.TypeI64, 0, number) // the smallest integer for all that is too small
	}
	above := l.generic(floatOp(t, ssa.OpF32Ge, ssa.OpF64Ge), ssa.TypeI32, 0, number, l.number(t, limit))
	l.again(v, ssa.OpSelect, above, l.const64(most), result)
}
