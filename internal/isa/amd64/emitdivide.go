package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Divisions. The processor faults where a quotient does not exist or does not fit, which are the two traps of WebAssembly's divisions, so that
// nothing need be checked in front; see abi.Divisor. But it faults for the remainder by -1 of the least number as well, which is 0. Where faults
// do not become traps, everything is checked.

// divisor is what a division divides by.
type divisor struct {
	reg   isa.Reg
	is64  bool
	known bool // it is value
	value int64
	ops   divideOps
}

// divideOps are the instructions for signed divisions of a width.
type divideOps struct{ compare, test, negate, extend, divide Op }

var signedDivides = map[bool]divideOps{
	false: {Cmp32Imm, Test32, Neg32, Cdq, Sdiv32},
	true:  {Cmp64Imm, Test64, Neg64, Cqo, Sdiv64},
}

// divisor describes argument i of the division v.
func (e *Emitter) divisor(v ssa.Value, i int, is64 bool) divisor {
	d := divisor{reg: e.alloc.Uses(v)[i].Reg(), is64: is64, ops: signedDivides[is64]}
	switch y := e.f.Arg(v, i); e.f.Op(y) {
	case ssa.OpI32Const, ssa.OpI64Const:
		d.known, d.value = true, e.f.Imm(y)
	}
	return d
}

// mayBe reports whether the divisor may have a value.
func (d *divisor) mayBe(x int64) bool { return !d.known || d.value == x }

// checkZero traps in front of a division by zero where that does not fault.
func (e *Emitter) checkZero(d *divisor) {
	if e.Explicit.Faults && d.mayBe(0) {
		e.inst(d.ops.test, 0, d.reg, d.reg)
		e.Asm.TrapIf(CondE, abi.TrapDivideByZero)
	}
}

// divideBy emits the instruction that divides, whose first two operands are implied.
func (e *Emitter) divideBy(o Op, d *divisor) {
	if !e.Explicit.Faults && (d.mayBe(0) || d.mayBe(-1)) {
		e.Asm.MayTrapBy(abi.DivideBy(signalRegisters[d.reg], d.is64))
	}
	e.inst(o, 0, RAX, RDX, d.reg)
}

// divideUnsigned emits a division of RAX; RDX is zero.
func (e *Emitter) divideUnsigned(o Op, d divisor) {
	e.checkZero(&d)
	e.divideBy(o, &d)
}

// divide emits a signed division of RAX. Where it may not fault, a division by -1 is a negation, which overflows exactly where the quotient does.
func (e *Emitter) divide(d divisor) {
	e.checkZero(&d)
	done := e.Asm.NewLabel()
	if e.Explicit.Faults && d.mayBe(-1) {
		ordinary := e.Asm.NewLabel()
		e.inst(d.ops.compare, -1, d.reg)
		e.Asm.Branch(CondNE, ordinary)
		e.inst(d.ops.negate, 0, RAX)
		e.Asm.TrapIf(CondO, abi.TrapIntegerOverflow)
		e.Asm.Jump(done)
		e.Asm.Bind(ordinary)
	}
	e.inst(d.ops.extend, 0)
	e.divideBy(d.ops.divide, &d)
	e.Asm.Bind(done)
}

// remainder emits the signed remainder of RAX, in RDX, where the one for -1 is already.
func (e *Emitter) remainder(d divisor) {
	e.checkZero(&d)
	done := e.Asm.NewLabel()
	if d.mayBe(-1) {
		e.inst(d.ops.compare, -1, d.reg)
		e.Asm.Branch(CondE, done)
	}
	e.inst(d.ops.extend, 0)
	e.divideBy(d.ops.divide, &d)
	e.Asm.Bind(done)
}

// signalRegisters says where a signal's context has each general register.
var signalRegisters = [...]int{
	RAX: abi.RegisterAX, RCX: abi.RegisterCX, RDX: abi.RegisterDX, RBX: abi.RegisterBX,
	RSP: abi.RegisterSP, RBP: abi.RegisterBP, RSI: abi.RegisterSI, RDI: abi.RegisterDI,
	R8: abi.RegisterR8, R9: abi.RegisterR9, R10: abi.RegisterR10, R11: abi.RegisterR11,
	R12: abi.RegisterR12, R13: abi.RegisterR13, R14: abi.RegisterR14, R15: abi.RegisterR15,
}
