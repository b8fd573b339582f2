package ssa

import (
	"math"
	"math/bits"

	"github.com/weft-wasm/weft/internal/num"
)

// Rewriter is what the code generated from rules stands on: it looks at values, and makes the values of right sides. Conditions of rules call its
// methods by their names with a lower-case letter. Package ssa uses it for simplification, a target for selecting instructions.
type Rewriter struct {
	*Func
	made Value // the first of the values that the last rule made in front of the one it rewrote
}

// Arg returns argument i of v. It is for operations with no more arguments than fit into a value; rules match no others.
func (m *Rewriter) Arg(v Value, i int) Value { return m.values[v].args[i] }

// LastArg returns the last argument of v, which is the value that an access stores.
func (m *Rewriter) LastArg(v Value) Value { x := &m.values[v]; return x.args[x.n-1] }

// New makes an operation in front of v. If it is polymorphic it has the type of v.
func (m *Rewriter) New(v Value, o Op, args ...Value) Value {
	return m.NewFull(v, o, 0, 0, args...)
}

// NewFull makes an operation with Imm and Aux in front of v.
func (m *Rewriter) NewFull(v Value, o Op, imm int64, aux uint32, args ...Value) Value {
	t := m.Type(v)
	if !o.Polymorphic() {
		t = o.ResultType()
	}
	w := m.NewValue(o, t, args...)
	x := &m.values[w]
	x.imm, x.aux = imm, aux
	m.insert(v, w)
	return w
}

// NewConst makes a constant in front of v, from its Imm.
func (m *Rewriter) NewConst(v Value, t Type, imm int64) Value {
	w := m.Func.NewConst(t, num.V128{Lo: uint64(imm)})
	m.insert(v, w)
	return w
}

func (m *Rewriter) insert(v, w Value) {
	m.values[w].pos = m.values[v].pos
	m.InsertBefore(v, w)
	if m.made == 0 {
		m.made = w
	}
}

// Set makes v an operation.
func (m *Rewriter) Set(v Value, o Op, args ...Value) { m.Rewrite(v, o, args...) }

// SetFull makes v an operation with Imm and Aux.
func (m *Rewriter) SetFull(v Value, o Op, imm int64, aux uint32, args ...Value) {
	m.Rewrite(v, o, args...)
	x := &m.values[v]
	x.imm, x.aux = imm, aux
}

// SetConst makes v a constant, from its Imm.
func (m *Rewriter) SetConst(v Value, imm int64) { m.BecomeConst(v, num.V128{Lo: uint64(imm)}) }

// Once reports whether v has a single use, so that what replaces that use leaves v dead.
func (m *Rewriter) Once(v Value) bool { return m.Uses(v) == 1 }

// U32 is an Imm as an unsigned word.
func (m *Rewriter) U32(c int64) uint64 { return uint64(uint32(c)) }

// U64 is an Imm as an unsigned double word.
func (m *Rewriter) U64(c int64) uint64 { return uint64(c) }

// Mask32 has the bits of a word.
func (m *Rewriter) Mask32() uint64 { return math.MaxUint32 }

// Mask64 has the bits of a double word.
func (m *Rewriter) Mask64() uint64 { return math.MaxUint64 }

// Pow2 reports whether c is a power of two.
func (m *Rewriter) Pow2(c uint64) bool { return c != 0 && c&(c-1) == 0 }

// Log2 is the exponent of the power of two c.
func (m *Rewriter) Log2(c uint64) int64 { return int64(bits.TrailingZeros64(c)) }

// Reciprocal32 has the bits of 1/x for the bits of a float x.
func (m *Rewriter) Reciprocal32(c int64) int64 {
	return int64(math.Float32bits(1 / math.Float32frombits(uint32(c))))
}

// Reciprocal64 has the bits of 1/x for the bits of a float x.
func (m *Rewriter) Reciprocal64(c int64) int64 {
	return int64(math.Float64bits(1 / math.Float64frombits(uint64(c))))
}

// Exact32 reports whether the float with the bits c is a power of two whose reciprocal is one too, so that multiplying by that is exact.
func (m *Rewriter) Exact32(c int64) bool {
	exp := c >> 23 & 0xff
	return c&(1<<23-1) == 0 && exp > 0 && exp < 0xfe
}

// Exact64 reports the same of the bits of a double.
func (m *Rewriter) Exact64(c int64) bool {
	exp := c >> 52 & 0x7ff
	return c&(1<<52-1) == 0 && exp > 0 && exp < 0x7fe
}
