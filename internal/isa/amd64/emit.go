package amd64

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Emitter turns lowered functions with registers into objects. It keeps its memory from one to the next.
type Emitter struct {
	Asm      Assembler
	Explicit abi.Explicit // what the code does for itself
	Words    bool         // functions of the module are called by way of words that have their addresses, since they may get code later

	f      *ssa.Func
	alloc  *regalloc.Allocation
	frame  frame
	labels []Label // by block
	layout ssa.Layout
	next   ssa.Block // the block that is emitted behind the current one
	pads   []bool    // by block: exceptions arrive there
	cold   []coldPart
}

// Emit fills in the object for a function, which the [Lowerer] has lowered.
func (e *Emitter) Emit(f *ssa.Func, alloc *regalloc.Allocation, o *code.Object) {
	e.f, e.alloc, e.cold = f, alloc, e.cold[:0]
	e.Asm.ExplicitTraps = e.Explicit.Faults
	e.layOut()
	e.frame.plan(f, alloc)
	e.prologue()
	for i, b := range e.layout.Blocks {
		e.next = 0
		if i+1 < len(e.layout.Blocks) {
			e.next = e.layout.Blocks[i+1]
		}
		e.block(b)
	}
	e.coldParts()
	e.Asm.Finish(o)
	o.FrameBytes = uint32(e.frame.bytes)
}

// layOut orders the blocks and makes their labels. Blocks that come to nothing but a jump, as most of those do that the register allocator puts
// on critical edges, are left out.
func (e *Emitter) layOut() {
	f := e.f
	e.labels = e.labels[:0]
	e.pads = append(e.pads[:0], make([]bool, f.NumBlocks())...)
	for range f.NumBlocks() {
		e.labels = append(e.labels, e.Asm.NewLabel())
	}
	for _, b := range f.Order() {
		if f.Op(f.Term(b)) == ssa.OpTry {
			e.pads[f.To(f.Succ(b, 1))] = true
		}
	}
	e.layout.Find(f, e.isEmpty)
}

// isEmpty reports whether nothing of b becomes code but the jump at its end.
func (e *Emitter) isEmpty(b ssa.Block) bool {
	f := e.f
	if e.pads[b] || f.Op(f.Term(b)) != ssa.OpJump {
		return false
	}
	for v := f.First(b); v != 0; v = f.Next(v) {
		if len(e.alloc.Moves(v)) > 0 {
			return false
		}
		if o := f.Op(v); o != ssa.OpJump && o != ssa.OpCopy && o != ssa.OpProj && !(o.Has(ssa.FlagRemat) && f.NumArgs(v) == 0) {
			return false
		}
	}
	return true
}

// succ is the block that successor i of b leads to.
func (e *Emitter) succ(b ssa.Block, i int) ssa.Block { return e.layout.Target(e.f.To(e.f.Succ(b, i))) }

// loopAlign is what innermost loops are aligned to, where that takes no more than loopPad bytes.
const (
	loopAlign = 32
	loopPad   = 15
)

func (e *Emitter) block(b ssa.Block) {
	f := e.f
	if e.layout.Top(b) {
		e.Asm.AlignTo(loopAlign, loopPad)
	}
	e.Asm.Bind(e.labels[b])
	if e.pads[b] {
		e.restoreContext() // what unwinds knows where the frame is, not whose it is
	}
	for v := f.First(b); v != 0; v = f.Next(v) {
		if pos := f.Pos(v); pos != 0 {
			e.Asm.Source(pos)
		}
		for _, m := range e.alloc.Moves(v) {
			e.move(m)
		}
		e.value(v)
	}
}

// value emits v.
func (e *Emitter) value(v ssa.Value) {
	switch o := e.f.Op(v); {
	case opOf(o) != Invalid:
		e.operation(v, opOf(o))
	case o == ssa.OpCopy || o == ssa.OpProj || o.Has(ssa.FlagRemat):
	case o.IsTerm():
		e.terminator(v, o)
	case o.IsCall():
		e.call(v, o)
	default:
		e.fail(o)
	}
}

// fail tells of an operation that lowering should have left none of.
func (e *Emitter) fail(o ssa.Op) { panic(fmt.Sprintf("amd64: %v cannot be emitted", o)) }

func (e *Emitter) terminator(v ssa.Value, o ssa.Op) {
	b := e.f.BlockOf(v)
	switch o {
	case ssa.OpJump, ssa.OpTry:
		e.jump(e.succ(b, 0))
	case ssa.OpReturn:
		e.epilogue()
		e.leave(&Inst{Op: Ret})
	case ssa.OpTrap:
		e.Asm.Trap(abi.Trap(e.f.Aux(v)))
	case ssa.OpSwitch:
		e.switchOn(v, b)
	case ssa.OpTailCall, ssa.OpTailCallPtr:
		e.tailCall(v, o)
	default:
		e.fail(o)
	}
}

func (e *Emitter) jump(to ssa.Block) {
	if to != e.next {
		e.Asm.Jump(e.labels[to])
	}
}

// branch emits the end of a block with two successors.
func (e *Emitter) branch(c Cond, b ssa.Block) {
	then, els := e.succ(b, 0), e.succ(b, 1)
	switch {
	case then == els:
		e.jump(then)
		return
	case then == e.next, els != e.next && e.f.Share(b, 1) > e.f.Share(b, 0):
		c, then, els = c.Not(), els, then
	}
	switch c {
	case condFloatEqual:
		e.Asm.Branch(CondNE, e.labels[els])
		e.Asm.Branch(CondNP, e.labels[then])
	case condFloatNotEqual:
		e.Asm.Branch(CondNE, e.labels[then])
		e.Asm.Branch(CondP, e.labels[then])
	default:
		e.Asm.Branch(c, e.labels[then])
	}
	e.jump(els)
}

// switchOn emits a jump through a table of distances. The upper half of the index's register may hold anything.
func (e *Emitter) switchOn(v ssa.Value, b ssa.Block) {
	n := e.f.NumSuccs(b)
	index := e.alloc.Uses(v)[0].Reg()
	temps := e.alloc.Results(v)
	table, entry := temps[0].Reg(), temps[1].Reg()
	targets := make([]Label, n)
	for i := range targets {
		targets[i] = e.labels[e.succ(b, i)]
	}
	last := targets[n-1]
	e.inst(Mov32, 0, entry, index)
	e.inst(Cmp32Imm, int64(n-1), entry)
	e.Asm.Branch(CondAE, last)
	e.Asm.Emit(&Inst{Op: Lea64, R: [4]isa.Reg{table}, Mem: e.Asm.Table(targets)})
	e.Asm.Emit(&Inst{Op: Movsx32to64Load, R: [4]isa.Reg{entry}, Mem: Indexed(table, entry, 2, 0)})
	e.inst(Add64, 0, entry, table)
	e.inst(Jmp, 0, entry)
}

// inst emits an instruction of registers and perhaps an immediate.
func (e *Emitter) inst(o Op, imm int64, regs ...isa.Reg) {
	in := Inst{Op: o, Imm: imm, Mem: Mem{Base: isa.NoReg, Index: isa.NoReg}}
	copy(in.R[:], regs)
	e.Asm.Emit(&in)
}

// instCond emits one that takes a condition.
func (e *Emitter) instCond(o Op, c Cond, regs ...isa.Reg) {
	in := Inst{Op: o, Cond: c}
	copy(in.R[:], regs)
	e.Asm.Emit(&in)
}

// instMem emits an instruction of a register and a memory operand, in the order of the table.
func (e *Emitter) instMem(o Op, r isa.Reg, m Mem) {
	in := Inst{Op: o, Mem: m}
	for i, x := range o.operands() {
		if x.Form == isa.FormReg {
			in.R[i] = r
			break
		}
	}
	e.Asm.Emit(&in)
}

// operation emits an operation of the target.
func (e *Emitter) operation(v ssa.Value, o Op) {
	if o.row().Has(isa.FlagRemat) && e.f.NumArgs(v) == 0 && !o.row().Has(isa.FlagWritesCond) {
		return // made where it is needed
	}
	switch {
	case o >= Count:
		e.pseudo(v, o)
		return
	case o == Div32 || o == Div64:
		e.divideUnsigned(o, e.divisor(v, 2, o == Div64))
		return
	case o.row().Has(isa.FlagUntied) && e.sum(v, o):
		return
	}
	in, sources := e.assign(v, o)
	if in.Op == Vmovaps && in.R[0] == in.R[1] {
		return // the first lane of a vector is that register as it is
	}
	if d := in.R[0]; o.row().Has(isa.FlagFalseDep) && !sources.Has(d) {
		e.inst(Zero, 0, d)
	}
	if o.row().Flags&(isa.FlagLoad|isa.FlagStore) != 0 {
		if r := ssa.Region(e.f.Aux(v)); r&ssa.RegionSafe == 0 && !e.Explicit.Faults {
			e.Asm.MayTrap(trapOf(r))
		}
	}
	e.Asm.Emit(&in)
}

// trapOf is what a fault of an access to a region means.
func trapOf(r ssa.Region) abi.Trap {
	if r.Kind() == ssa.RegionTable {
		return abi.TrapTableOutOfBounds
	}
	return abi.TrapMemoryOutOfBounds
}

// assign returns the instruction for an operation with an encoding, and the registers that it reads.
func (e *Emitter) assign(v ssa.Value, o Op) (in Inst, sources isa.RegSet) {
	in = Inst{Op: o, Imm: e.f.Imm(v), Mem: Mem{Base: isa.NoReg, Index: isa.NoReg}}
	uses, results := e.alloc.Uses(v), e.alloc.Results(v)
	for _, u := range uses {
		if u.IsReg() {
			sources = sources.With(u.Reg())
		}
	}
	mem := false
	for i, x := range o.operands() {
		switch {
		case x.Form == isa.FormMem || x.Form == isa.FormAddr:
			mem = true
		case x.Form != isa.FormReg:
		case x.Role == isa.RoleUse:
			in.R[i], uses = uses[0].Reg(), uses[1:]
		default:
			in.R[i], results = results[0].Reg(), results[1:]
			if x.Role == isa.RoleDefUse {
				uses = uses[1:]
			}
		}
	}
	if mem {
		e.assignMem(&in, uses)
	} else {
		e.fold(&in, e.alloc.Uses(v))
	}
	if o.row().Has(isa.FlagCond) {
		in.Cond = Cond(in.Imm)
	}
	return in, sources
}

// assignMem fills in the memory operand from what is left of the arguments.
func (e *Emitter) assignMem(in *Inst, uses []regalloc.Loc) {
	in.Mem.Disp, in.Mem.Scale, in.Imm = unpack(in.Imm)
	in.Mem.Base = uses[0].Reg()
	if len(uses) > 1 && uses[1].IsReg() {
		in.Mem.Index = uses[1].Reg()
	} else {
		in.Mem.Scale = 0
	}
}
