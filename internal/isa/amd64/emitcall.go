package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Offsets in the runtime's table of helpers, which a context has the address of: the entries of the runtime that code calls.
const (
	EntryHost = 0  // a call of the host: RAX the address of slots, RCX the word
	EntryTrap = 8  // a trap: RAX the code
	EntryPoll = 16 // gives way
	EntryCopy = 24 // memory.copy, for what it leaves the carry flag clear: arguments as the helper's
	EntryFill = 32 // memory.fill, likewise
	EntryFuel = 40 // waits for fuel; preserves all registers
)

// bulk are the entries that do what a helper does, but not always.
var bulk = map[abi.Helper]int32{abi.HelperMemoryCopy: EntryCopy, abi.HelperMemoryFill: EntryFill}

func (e *Emitter) call(v ssa.Value, o ssa.Op) {
	switch o {
	case ssa.OpCall:
		e.Asm.Call(e.callee(v))
		e.landing(v)
	case ssa.OpCallPtr:
		e.callPointer(v)
	case ssa.OpCallHelper:
		if entry, ok := bulk[abi.Helper(e.f.Aux(v))]; ok {
			e.callBulk(v, entry)
		} else {
			e.callHelper(v)
		}
	case ssa.OpPoll:
		e.poll()
	default:
		e.fail(o)
	}
}

// callee is what a direct call v leads to.
func (e *Emitter) callee(v ssa.Value) code.Symbol {
	if e.Words {
		return code.Symbol{Kind: code.SymbolFuncWord, Index: e.f.Aux(v)}
	}
	return code.Symbol{Kind: code.SymbolFunc, Index: e.f.Aux(v)}
}

// landing tells where an exception out of the call v goes on.
func (e *Emitter) landing(v ssa.Value) {
	if next := e.f.Next(v); e.f.Op(next) == ssa.OpTry {
		handler := e.f.To(e.f.Succ(e.f.BlockOf(next), 1))
		e.Asm.Landing(e.labels[handler])
	}
}

// callPointer calls a function by the address of its code, with its context. A function of this instance has the context that is there
// already, and whatever is called returns with the context that it was called with; so nothing need be done about it unless they differ.
func (e *Emitter) callPointer(v ssa.Value) {
	if ssa.Hint(e.f.Aux(v)) == ssa.HintUnlikely {
		e.callAbroad(v)
		return
	}
	target, context := regalloc.PointerRegs(Target)
	abroad, back := e.coldPart(v)
	e.inst(Cmp64, 0, context, R14)
	e.Asm.Branch(CondNE, abroad)
	e.inst(Call, 0, target)
	e.landing(v)
	e.Asm.Bind(back)
}

// callAbroad calls a function of another instance, or of the host.
func (e *Emitter) callAbroad(v ssa.Value) {
	target, _ := regalloc.PointerRegs(Target)
	e.enterContext()
	e.inst(Call, 0, target)
	e.landing(v)
	e.restoreContext()
}

// enterContext brings what belongs to the callee into the pinned registers. The caller's context is left in the register that had the
// callee's: functions of the host are told who calls them.
func (e *Emitter) enterContext() {
	_, context := regalloc.PointerRegs(Target)
	e.inst(Xchg64, 0, R14, context)
	e.loadMemBase()
}

// restoreContext undoes enterContext.
func (e *Emitter) restoreContext() {
	e.instMem(Mov64Load, R14, At(RSP, int32(e.frame.context)))
	e.loadMemBase()
}

// callBulk calls an entry that does what a helper does if there is little to do, and else that helper.
func (e *Emitter) callBulk(v ssa.Value, entry int32) {
	slow, back := e.coldPart(v)
	e.instMem(Mov64Load, RDI, At(R14, abi.InstanceHelpers))
	e.Asm.Emit(&Inst{Op: CallLoad, Mem: At(RDI, entry)})
	e.Asm.Branch(CondB, slow)
	e.Asm.Bind(back)
}

// callHelper calls a helper of the runtime: by the host, with arguments and results in slots. The word says which helper and, by what the
// context is known by to the runtime, for which instance: it is the sum of both.
func (e *Emitter) callHelper(v ssa.Value) {
	e.loadSlots(e.f.CallSig(v))
	e.Asm.Emit(&Inst{Op: Lea64, R: [4]isa.Reg{RAX}, Mem: At(RSP, int32(e.frame.slots))})
	e.instMem(Mov64Load, RCX, At(R14, abi.InstanceHost))
	e.inst(Add64Imm, int64(e.f.Aux(v)), RCX)
	e.instMem(Mov64Load, RDX, At(R14, abi.InstanceHelpers))
	e.Asm.Emit(&Inst{Op: CallLoad, Mem: At(RDX, EntryHost)})
	e.landing(v)
	e.unloadSlots(e.f.CallSig(v))
}

// loadSlots stores arguments, which are where the calling convention has them, to the slots.
func (e *Emitter) loadSlots(sig *ssa.Sig) {
	locs, _ := regalloc.Place(Target, sig.Params, regalloc.KindOut, nil)
	at := int32(e.frame.slots)
	for i, l := range locs {
		t := sig.Params[i]
		from := l.Reg()
		if !l.IsReg() {
			from = scratchOf(t)
			e.instMem(movings[t].load, from, e.memoryOf(l))
		}
		e.instMem(movings[t].store, from, At(RSP, at))
		at += int32(slotSize(t))
	}
}

// unloadSlots brings results from the slots to where the calling convention has them.
func (e *Emitter) unloadSlots(sig *ssa.Sig) {
	locs, _ := regalloc.Place(Target, sig.Results, regalloc.KindOut, nil)
	at := int32(e.frame.slots)
	for i, l := range locs {
		t := sig.Results[i]
		to := l.Reg()
		if !l.IsReg() {
			to = scratchOf(t)
		}
		e.instMem(movings[t].load, to, At(RSP, at))
		if !l.IsReg() {
			e.instMem(movings[t].store, to, e.memoryOf(l))
		}
		at += int32(slotSize(t))
	}
}

// scratchOf is a register that calls lose and that no argument or result is in.
func scratchOf(t ssa.Type) isa.Reg {
	if t.IsVector() {
		return XMM15
	}
	return R11
}

// poll gives way if the goroutine is asked to. It preserves all registers; the flags are of no use to anybody then.
func (e *Emitter) poll() {
	done := e.Asm.NewLabel()
	scratch := At(RSP, int32(e.frame.scratch))
	e.instMem(Mov64Store, RAX, scratch)
	e.inst(Mov64, 0, RAX, RSP)
	e.inst(Or64Imm, abi.StackAlign-1, RAX)
	e.instMem(Mov64Load, RAX, At(RAX, 1-abi.ContextBytes+abi.ContextGoroutine))
	e.Asm.Emit(&Inst{Op: Cmp64ImmLoad, Mem: At(RAX, abi.GoroutineGuard), Imm: abi.GoroutinePreempt})
	e.Asm.Branch(CondNE, done)
	e.instMem(Mov64Load, RAX, At(R14, abi.InstanceHelpers))
	e.Asm.Emit(&Inst{Op: CallLoad, Mem: At(RAX, EntryPoll)})
	e.Asm.Bind(done)
	e.instMem(Mov64Load, RAX, scratch)
}

// coldPart is code for a call, or a meter, that is out of line, behind that of all blocks.
type coldPart struct {
	v          ssa.Value
	start, end Label // of a tail call, end is where its second part starts
	source     uint32
}

// coldPart makes one for the call v.
func (e *Emitter) coldPart(v ssa.Value) (start, end Label) {
	p := coldPart{v, e.Asm.NewLabel(), e.Asm.NewLabel(), e.f.Pos(v)}
	e.cold = append(e.cold, p)
	return p.start, p.end
}

func (e *Emitter) coldParts() {
	for _, p := range e.cold {
		if p.source != 0 {
			e.Asm.Source(p.source)
		}
		switch o := e.f.Op(p.v); {
		case o == ssa.OpCallPtr:
			e.Asm.Bind(p.start)
			e.callAbroad(p.v)
			e.Asm.Jump(p.end)
		case o == ssa.OpCallHelper:
			e.Asm.Bind(p.start)
			e.callHelper(p.v)
			e.Asm.Jump(p.end)
		case opOf(o) == Meter:
			e.refuel(p)
		default:
			e.tailCallRest(p, o)
		}
	}
}
