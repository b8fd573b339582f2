package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Float arithmetic beyond equations, and constants.

// The immediates of vround, which ask for no exception when the result is inexact.
const (
	roundNearest = 8 + iota
	roundDown
	roundUp
	roundToZero
)

// constant makes a float or vector constant in front of the value being lowered.
func (l *Lowerer) constant(t ssa.Type, lo, hi uint64) ssa.Value {
	c := l.Func.NewConst(t, num.V128{Lo: lo, Hi: hi})
	l.InsertBefore(l.at, c)
	return c
}

// word makes a constant of the bits of a float, of the type of the value being lowered.
func (l *Lowerer) word(bits uint64) ssa.Value { return l.constant(l.Type(l.at), bits, 0) }

// number makes a constant of a float's type.
func (l *Lowerer) number(t ssa.Type, x float64) ssa.Value {
	if t == ssa.TypeF32 {
		return l.constant(t, uint64(math.Float32bits(float32(x))), 0)
	}
	return l.constant(t, math.Float64bits(x), 0)
}

// fill makes a vector of the same 64 bits twice.
func (l *Lowerer) fill(bits uint64) ssa.Value { return l.constant(ssa.TypeV128, bits, bits) }

func (l *Lowerer) ones() ssa.Value  { return l.fill(math.MaxUint64) }
func (l *Lowerer) zeros() ssa.Value { return l.fill(0) }

// singles and doubles make vectors of the same float.
func (l *Lowerer) singles(x float32) ssa.Value {
	return l.fill(uint64(math.Float32bits(x)) * everyDword)
}
func (l *Lowerer) doubles(x float64) ssa.Value { return l.fill(math.Float64bits(x)) }

// Lanes of the same value in 64 bits.
const (
	everyByte  = 0x0101010101010101
	everyWord  = 0x0001000100010001
	everyDword = 0x0000000100000001
)

// floatOp returns the operation for f32 or f64.
func floatOp(t ssa.Type, f32, f64 ssa.Op) ssa.Op {
	if t == ssa.TypeF32 {
		return f32
	}
	return f64
}

// lanes is the operations on float lanes of one width that minimum and maximum are made of.
type lanes struct {
	min, max, or, xor, andn, sub, cmp, shift Op
	payload                                  int64 // how far ones are shifted to leave those of a NaN's payload
}

var (
	lanes32 = lanes{Vminps, Vmaxps, Vorps, Vxorps, Vandnps, Vsubps, Vcmpps, VpsrldImm, 10}
	lanes64 = lanes{Vminpd, Vmaxpd, Vorpd, Vxorpd, Vandnpd, Vsubpd, Vcmppd, VpsrlqImm, 13}
)

// minimum computes it both ways round: the processor returns the second argument if one is NaN, or if both are zeros. The or of both results
// has the sign of a negative zero and is NaN if either is; the payload of a NaN is then cleared to make it canonical.
func (l *Lowerer) minimum(v ssa.Value, k *lanes, x, y ssa.Value) {
	t := l.Type(v)
	a, b := l.emit(t, k.min, 0, 0, x, y), l.emit(t, k.min, 0, 0, y, x)
	both := l.emit(t, k.or, 0, 0, a, b)
	unordered := l.emit(t, k.cmp, predicateUNO, 0, b, both)
	l.clearPayload(v, k, l.emit(t, k.or, 0, 0, both, unordered), unordered)
}

// maximum does the same. What the two results differ in is the sign of zeros, or there is a NaN: subtracting the difference from both together
// makes zeros of different signs positive, and quiets NaNs.
func (l *Lowerer) maximum(v ssa.Value, k *lanes, x, y ssa.Value) {
	t := l.Type(v)
	a, b := l.emit(t, k.max, 0, 0, x, y), l.emit(t, k.max, 0, 0, y, x)
	differ := l.emit(t, k.xor, 0, 0, a, b)
	both := l.emit(t, k.sub, 0, 0, l.emit(t, k.or, 0, 0, a, differ), differ)
	unordered := l.emit(t, k.cmp, predicateUNO, 0, differ, both)
	l.clearPayload(v, k, both, unordered)
}

func (l *Lowerer) clearPayload(v ssa.Value, k *lanes, x, unordered ssa.Value) {
	payload := l.emit(l.Type(v), k.shift, k.payload, 0, unordered)
	l.set(v, k.andn, 0, 0, payload, x)
}
