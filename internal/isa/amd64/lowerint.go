package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Integer arithmetic beyond equations, and what its rules ask.

// fits reports whether c is a sign-extended immediate of 32 bits.
func (l *Lowerer) fits(c int64) bool { return c == int64(int32(c)) }

// fitsPacked reports whether c is an immediate that fits beside a memory operand.
func (l *Lowerer) fitsPacked(c int64) bool { return fitsPacked(c) }

// address is the Imm of a lea.
func (l *Lowerer) address(disp, scale int64) int64 {
	m := address{disp: int32(disp), scale: uint8(scale)}
	return m.pack(0)
}

// trapIf makes a generic trap, whose turn to be lowered comes.
func (l *Lowerer) trapIf(cond ssa.Value, code abi.Trap) {
	l.SetAux(l.generic(ssa.OpTrapif, ssa.TypeNone, 0, cond), uint32(code))
}

func (l *Lowerer) zero(t ssa.Type) ssa.Value { return l.generic(ssa.ConstOp(t), t, 0) }

// divideUnsigned makes v the quotient (0) or the remainder (1).
func (l *Lowerer) divideUnsigned(v ssa.Value, o Op, result int64, x, y ssa.Value) {
	both := l.emit(ssa.TypeTuple, o, 0, 0, x, l.zero(l.Type(v)), y)
	l.SetFull(v, ssa.OpProj, result, 0, both)
}

func (l *Lowerer) divideSigned(v, x, y ssa.Value) {
	o := SafeDiv32
	if l.Type(v) == ssa.TypeI64 {
		o = SafeDiv64
	}
	l.set(v, o, 0, 0, x, y)
}

func (l *Lowerer) remainderSigned(v, x, y ssa.Value) {
	o := SafeRem32
	if l.Type(v) == ssa.TypeI64 {
		o = SafeRem64
	}
	l.set(v, o, 0, 0, l.zero(l.Type(v)), x, y)
}

// sum128 makes v a sum or difference of 128 bits.
func (l *Lowerer) sum128(v ssa.Value, o Op) {
	var args [4]ssa.Value
	copy(args[:], l.Args(v))
	l.set(v, o, 0, 0, args[:]...)
}
