package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Float arithmetic, scalar and of vectors. NaN: the processor returns the quieted NaN of an operand, or its own, which is canonical.

func init() {
	lowerAll(map[ssa.Op]lowering{
		ssa.OpF32Add: sameArgs(Vaddss), ssa.OpF64Add: sameArgs(Vaddsd), ssa.OpF32x4Add: sameArgs(Vaddps), ssa.OpF64x2Add: sameArgs(Vaddpd),
		ssa.OpF32Sub: sameArgs(Vsubss), ssa.OpF64Sub: sameArgs(Vsubsd), ssa.OpF32x4Sub: sameArgs(Vsubps), ssa.OpF64x2Sub: sameArgs(Vsubpd),
		ssa.OpF32Mul: sameArgs(Vmulss), ssa.OpF64Mul: sameArgs(Vmulsd), ssa.OpF32x4Mul: sameArgs(Vmulps), ssa.OpF64x2Mul: sameArgs(Vmulpd),
		ssa.OpF32Div: sameArgs(Vdivss), ssa.OpF64Div: sameArgs(Vdivsd), ssa.OpF32x4Div: sameArgs(Vdivps), ssa.OpF64x2Div: sameArgs(Vdivpd),

		ssa.OpF32Sqrt: doubled(Vsqrtss, 0), ssa.OpF64Sqrt: doubled(Vsqrtsd, 0), ssa.OpF32x4Sqrt: unary(Vsqrtps), ssa.OpF64x2Sqrt: unary(Vsqrtpd),

		ssa.OpF32Ceil: doubled(Vroundss, roundUp), ssa.OpF64Ceil: doubled(Vroundsd, roundUp),
		ssa.OpF32Floor: doubled(Vroundss, roundDown), ssa.OpF64Floor: doubled(Vroundsd, roundDown),
		ssa.OpF32Trunc: doubled(Vroundss, roundToZero), ssa.OpF64Trunc: doubled(Vroundsd, roundToZero),
		ssa.OpF32Nearest: doubled(Vroundss, roundNearest), ssa.OpF64Nearest: doubled(Vroundsd, roundNearest),
		ssa.OpF32x4Ceil: immediate(Vroundps, roundUp), ssa.OpF64x2Ceil: immediate(Vroundpd, roundUp),
		ssa.OpF32x4Floor: immediate(Vroundps, roundDown), ssa.OpF64x2Floor: immediate(Vroundpd, roundDown),
		ssa.OpF32x4Trunc: immediate(Vroundps, roundToZero), ssa.OpF64x2Trunc: immediate(Vroundpd, roundToZero),
		ssa.OpF32x4Nearest: immediate(Vroundps, roundNearest), ssa.OpF64x2Nearest: immediate(Vroundpd, roundNearest),

		ssa.OpF32Abs: masked(Vandps, ssa.TypeF32, math.MaxInt32, 0), ssa.OpF64Abs: masked(Vandpd, ssa.TypeF64, math.MaxInt64, 0),
		ssa.OpF32Neg: masked(Vxorps, ssa.TypeF32, 1<<31, 0), ssa.OpF64Neg: masked(Vxorpd, ssa.TypeF64, 1<<63, 0),
		ssa.OpF32x4Abs: masked(Vandps, ssa.TypeV128, pairOf(math.MaxInt32), pairOf(math.MaxInt32)),
		ssa.OpF64x2Abs: masked(Vandpd, ssa.TypeV128, math.MaxInt64, math.MaxInt64),
		ssa.OpF32x4Neg: masked(Vxorps, ssa.TypeV128, pairOf(1<<31), pairOf(1<<31)),
		ssa.OpF64x2Neg: masked(Vxorpd, ssa.TypeV128, 1<<63, 1<<63),

		ssa.OpF32Copysign: func(l *Lowerer, v ssa.Value) { l.copysign(v, Vandps, Vandnps, Vorps, 1<<31) },
		ssa.OpF64Copysign: func(l *Lowerer, v ssa.Value) { l.copysign(v, Vandpd, Vandnpd, Vorpd, 1<<63) },

		ssa.OpF32Min: minimum(&singles), ssa.OpF32x4Min: minimum(&singles), ssa.OpF32x4RelaxedMin: minimum(&singles),
		ssa.OpF64Min: minimum(&doubles), ssa.OpF64x2Min: minimum(&doubles), ssa.OpF64x2RelaxedMin: minimum(&doubles),
		ssa.OpF32Max: maximum(&singles), ssa.OpF32x4Max: maximum(&singles), ssa.OpF32x4RelaxedMax: maximum(&singles),
		ssa.OpF64Max: maximum(&doubles), ssa.OpF64x2Max: maximum(&doubles), ssa.OpF64x2RelaxedMax: maximum(&doubles),

		// min of the processor is x < y ? x : y, and pmin y < x ? y : x.
		ssa.OpF32x4Pmin: exchanged(Vminps), ssa.OpF64x2Pmin: exchanged(Vminpd),
		ssa.OpF32x4Pmax: exchanged(Vmaxps), ssa.OpF64x2Pmax: exchanged(Vmaxpd),

		ssa.OpF32x4RelaxedMadd: fused(Vfmadd213ps), ssa.OpF64x2RelaxedMadd: fused(Vfmadd213pd),
		ssa.OpF32x4RelaxedNmadd: fused(Vfnmadd213ps), ssa.OpF64x2RelaxedNmadd: fused(Vfnmadd213pd),
	})
}

// The immediates of vround, which ask for no exception when the result is inexact.
const (
	roundNearest = 8 + iota
	roundDown
	roundUp
	roundToZero
)

func pairOf(lane uint64) uint64 { return lane | lane<<32 }

// sameArgs lowers to an operation of the same two arguments.
func sameArgs(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.combine(v, o, 0, l.Arg(v, 0), l.Arg(v, 1)) }
}

// exchanged lowers to an operation of the two arguments in the other order.
func exchanged(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.combine(v, o, 0, l.Arg(v, 1), l.Arg(v, 0)) }
}

// immediate lowers to an operation of the same argument and an immediate.
func immediate(o Op, imm int64) lowering {
	return func(l *Lowerer, v ssa.Value) { l.combine(v, o, imm, l.Arg(v, 0)) }
}

// doubled lowers to an operation that takes the upper lanes of its result from another register, for which the same will do.
func doubled(o Op, imm int64) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, o, imm, 0, l.Arg(v, 0), l.Arg(v, 0)) }
}

// fused lowers to an operation of three arguments.
func fused(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, o, 0, 0, l.Arg(v, 0), l.Arg(v, 1), l.Arg(v, 2)) }
}

// masked lowers to an operation with a constant.
func masked(o Op, t ssa.Type, lo, hi uint64) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, o, 0, 0, l.Arg(v, 0), l.constant(t, lo, hi)) }
}

// constant makes a float or vector constant in front of the value being lowered.
func (l *Lowerer) constant(t ssa.Type, lo, hi uint64) ssa.Value {
	c := l.NewConst(t, num.V128{Lo: lo, Hi: hi})
	l.InsertBefore(l.at, c)
	return c
}

func (l *Lowerer) copysign(v ssa.Value, and, andn, or Op, sign uint64) {
	t := l.Type(v)
	x, y := l.Arg(v, 0), l.Arg(v, 1)
	mask := l.constant(t, sign, 0)
	magnitude := l.emit(andn, t, 0, mask, x)
	l.become(v, or, 0, 0, magnitude, l.emit(and, t, 0, mask, y))
}

// lanes is the operations on float lanes of one width that minimum and maximum are made of.
type lanes struct {
	min, max, or, xor, andn, sub, cmp, shift Op
	payload                                  int64 // how far ones are shifted to leave those of a NaN's payload
}

var (
	singles = lanes{Vminps, Vmaxps, Vorps, Vxorps, Vandnps, Vsubps, Vcmpps, VpsrldImm, 10}
	doubles = lanes{Vminpd, Vmaxpd, Vorpd, Vxorpd, Vandnpd, Vsubpd, Vcmppd, VpsrlqImm, 13}
)

// minimum computes it both ways round: the processor returns the second argument if one is NaN, or if both are zeros. The or of both results
// has the sign of a negative zero and is NaN if either is; the payload of a NaN is then cleared to make it canonical.
func minimum(k *lanes) lowering {
	return func(l *Lowerer, v ssa.Value) {
		t, x, y := l.Type(v), l.Arg(v, 0), l.Arg(v, 1)
		a, b := l.emit(k.min, t, 0, x, y), l.emit(k.min, t, 0, y, x)
		both := l.emit(k.or, t, 0, a, b)
		unordered := l.emit(k.cmp, t, predicateUNO, b, both)
		l.clearPayload(v, k, l.emit(k.or, t, 0, both, unordered), unordered)
	}
}

// maximum does the same. What the two results differ in is the sign of zeros, or there is a NaN: subtracting the difference from both together
// makes zeros of different signs positive, and quiets NaNs.
func maximum(k *lanes) lowering {
	return func(l *Lowerer, v ssa.Value) {
		t, x, y := l.Type(v), l.Arg(v, 0), l.Arg(v, 1)
		a, b := l.emit(k.max, t, 0, x, y), l.emit(k.max, t, 0, y, x)
		differ := l.emit(k.xor, t, 0, a, b)
		both := l.emit(k.sub, t, 0, l.emit(k.or, t, 0, a, differ), differ)
		unordered := l.emit(k.cmp, t, predicateUNO, differ, both)
		l.clearPayload(v, k, both, unordered)
	}
}

func (l *Lowerer) clearPayload(v ssa.Value, k *lanes, x, unordered ssa.Value) {
	payload := l.emit(k.shift, l.Type(v), k.payload, unordered)
	l.become(v, k.andn, 0, 0, payload, x)
}
