package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// pseudo emits an operation without an encoding of its own.
func (e *Emitter) pseudo(v ssa.Value, o Op) {
	uses, results := e.registers(v)
	c := Cond(e.f.Imm(v))
	switch o {
	case If:
		e.branch(c, e.f.BlockOf(v))
	case TrapIf:
		e.trapIf(c, abi.Trap(e.f.Aux(v)))
	case SetCond:
		e.instCond(Set, c, results[0])
		e.inst(Movzx8, 0, results[0], results[0])
	case SetFloat:
		e.setFloat(e.f.Imm(v), results[0], results[1], uses[0], uses[1])
	case Choose32:
		e.choose(Cmov32, c, results[0], uses[1])
	case Choose64:
		e.choose(Cmov64, c, results[0], uses[1])
	case ChooseVector:
		e.chooseVector(c, results[0], uses[1])
	case SafeDiv32, SafeDiv64:
		e.divide(e.divisor(v, 1, o == SafeDiv64))
	case SafeRem32, SafeRem64:
		e.remainder(e.divisor(v, 2, o == SafeRem64))
	case Add128:
		e.wideSum(Add64, Adc64, uses, results)
	case Sub128:
		e.wideSum(Sub64, Sbb64, uses, results)
	case Meter:
		e.meter(v, results[0])
	default:
		e.fail(o.Value())
	}
}

// registers returns the registers that v reads and writes.
func (e *Emitter) registers(v ssa.Value) (uses, results []isa.Reg) {
	for _, l := range e.alloc.Uses(v) {
		uses = append(uses, l.Reg())
	}
	for _, l := range e.alloc.Results(v) {
		results = append(results, l.Reg())
	}
	return uses, results
}

func (e *Emitter) trapIf(c Cond, code abi.Trap) {
	switch c {
	case condFloatEqual:
		ok := e.Asm.NewLabel()
		e.Asm.Branch(CondP, ok)
		e.Asm.TrapIf(CondE, code)
		e.Asm.Bind(ok)
	case condFloatNotEqual:
		e.Asm.TrapIf(CondNE, code)
		e.Asm.TrapIf(CondP, code)
	default:
		e.Asm.TrapIf(c, code)
	}
}

// setFloat compares as vectors do, for a result that NaN needs no second look for.
func (e *Emitter) setFloat(imm int64, to, temp, x, y isa.Reg) {
	o := Vcmpss
	if imm&setDouble != 0 {
		o = Vcmpsd
	}
	e.inst(o, imm&^setDouble, temp, x, y)
	e.inst(VmovdTo, 0, to, temp)
	e.inst(And32Imm, 1, to)
}

// choose moves y to the result, which holds the other choice, if a condition holds.
func (e *Emitter) choose(o Op, c Cond, to, y isa.Reg) {
	switch c {
	case condFloatEqual:
		skip := e.Asm.NewLabel()
		e.Asm.Branch(CondP, skip)
		e.instCond(o, CondE, to, y)
		e.Asm.Bind(skip)
	case condFloatNotEqual:
		e.instCond(o, CondNE, to, y)
		e.instCond(o, CondP, to, y)
	default:
		e.instCond(o, c, to, y)
	}
}

func (e *Emitter) chooseVector(c Cond, to, y isa.Reg) {
	if to == y {
		return
	}
	skip := e.Asm.NewLabel()
	switch c {
	case condFloatEqual:
		e.Asm.Branch(CondNE, skip)
		e.Asm.Branch(CondP, skip)
	case condFloatNotEqual:
		take := e.Asm.NewLabel()
		e.Asm.Branch(CondP, take)
		e.Asm.Branch(CondE, skip)
		e.Asm.Bind(take)
	default:
		e.Asm.Branch(c.Not(), skip)
	}
	e.inst(Vmovaps, 0, to, y)
	e.Asm.Bind(skip)
}

// wideSum adds or subtracts 128 bits in working registers, because a result may be where an argument still is.
func (e *Emitter) wideSum(low, high Op, x, to []isa.Reg) {
	e.inst(Mov64, 0, to[2], x[0])
	e.inst(Mov64, 0, to[3], x[1])
	e.inst(low, 0, to[2], x[2])
	e.inst(high, 0, to[3], x[3])
	e.inst(Mov64, 0, to[0], to[2])
	e.inst(Mov64, 0, to[1], to[3])
}
