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
)

func (e *Emitter) call(v ssa.Value, o ssa.Op) {
	switch o {
	case ssa.OpCall:
		e.Asm.Call(code.Symbol{Kind: code.SymbolFunc, Index: e.f.Aux(v)})
	case ssa.OpCallPtr:
		e.callPointer()
	case ssa.OpCallHelper:
		e.callHelper(v)
	case ssa.OpPoll:
		e.poll()
		return
	default:
		e.fail(o)
		return
	}
	e.landing(v)
	if o == ssa.OpCallPtr {
		e.restoreContext()
	}
	if o == ssa.OpCallHelper {
		e.unloadSlots(e.f.CallSig(v))
	}
}

// landing tells where an exception out of the call v goes on.
func (e *Emitter) landing(v ssa.Value) {
	if next := e.f.Next(v); e.f.Op(next) == ssa.OpTry {
		handler := e.f.To(e.f.Succ(e.f.BlockOf(next), 1))
		e.Asm.Landing(e.labels[handler])
	}
}

// callPointer calls code with a context of its own. The caller's is left in the register that had the callee's: functions of the host are told
// who calls them.
func (e *Emitter) callPointer() {
	target, context := regalloc.PointerRegs(Target)
	e.inst(Xchg64, 0, R14, context)
	e.loadMemBase()
	e.inst(Call, 0, target)
}

// restoreContext undoes what calling another instance has done to the pinned registers.
func (e *Emitter) restoreContext() {
	e.instMem(Mov64Load, R14, At(RSP, int32(e.frame.context)))
	e.loadMemBase()
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

// tailCall leaves for another function, whose arguments are in place. The callee of another instance is called instead, because the caller relies
// on finding its own context when this function returns.
func (e *Emitter) tailCall(v ssa.Value, o ssa.Op) {
	sig := e.f.CallSig(v)
	_, params := regalloc.Place(Target, sig.Params, regalloc.KindIn, nil)
	if params > e.frame.incoming || o == ssa.OpTailCallPtr && (params > 0 || e.frame.incoming > 0) {
		e.fail(o)
		return
	}
	if o == ssa.OpTailCall {
		e.epilogue()
		e.Asm.TailCall(code.Symbol{Kind: code.SymbolFunc, Index: e.f.Aux(v)})
		e.Asm.Frame(uint32(e.frame.bytes))
		return
	}
	target, context := regalloc.PointerRegs(Target)
	abroad := e.Asm.NewLabel()
	e.inst(Cmp64, 0, context, R14)
	e.Asm.Branch(CondNE, abroad)
	e.epilogue()
	e.inst(Jmp, 0, target)
	e.Asm.Frame(uint32(e.frame.bytes))
	e.Asm.Bind(abroad)
	e.callPointer()
	e.restoreContext()
	e.epilogue()
	e.Asm.Emit(&Inst{Op: Ret})
}
