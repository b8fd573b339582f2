package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// HostShim fills in the object of the code that stands in the records of functions of a signature which no generated code implements: those
// of the host. It is called as a function whose context is its record, by code that has left its own context where the record was, and calls
// the host with the address of the record as the word, its highest bit set, and slots of which the first is the caller's context.
func (e *Emitter) HostShim(sig *ssa.Sig, o *code.Object) {
	_, caller := regalloc.PointerRegs(Target)
	e.shim(sig, o, caller, func() {
		e.inst(Mov64, 0, RCX, R14)
		e.inst(Bts64Imm, abi.HostWordBit, RCX)
		e.instMem(Mov64Load, RDX, At(RSP, 0))
	})
}

// OwnShim fills in the object of the code for functions of a signature that the module at hand defines and that are interpreted. Functions of the
// same instance call it by way of a [Thunks], which leaves the function's index where the others have the caller's context. The
// word is the index, with a bit that says so; the first of the slots is the context, as with the others.
func (e *Emitter) OwnShim(sig *ssa.Sig, o *code.Object) {
	e.shim(sig, o, R14, func() {
		e.instMem(Mov64Load, RCX, At(RSP, 0))
		e.inst(Bts64Imm, abi.OwnWordBit, RCX)
		e.instMem(Mov64Store, R14, At(RSP, 0))
		e.inst(Mov64, 0, RDX, R14)
	})
}

// shim fills in the object of a shim. It puts the register that has the caller's context, or an index, in front of the arguments. Then word
// brings the word of the call into RCX, and the context of the caller, which is in a register at the start, into RDX.
func (e *Emitter) shim(sig *ssa.Sig, o *code.Object, context isa.Reg, word func()) {
	params, _ := regalloc.Place(Target, sig.Params, regalloc.KindIn, nil)
	results, _ := regalloc.Place(Target, sig.Results, regalloc.KindIn, nil)
	const first = 8 // of the arguments, behind the caller's context
	bytes := first + max(slotBytes(sig.Params), slotBytes(sig.Results))
	bytes += (24 - bytes%16) % 16
	_, caller := regalloc.PointerRegs(Target)
	e.frame = frame{bytes: bytes}
	e.Asm.Frame(0)
	if bytes > uncheckedFrame {
		room := e.Asm.NewLabel()
		e.compareStack(bytes)
		e.Asm.Branch(CondAE, room)
		e.trapFor(context, abi.TrapStackExhausted)
		e.Asm.Bind(room)
	}
	e.grow(bytes)
	e.instMem(Mov64Store, caller, At(RSP, 0))
	at := int32(first)
	for i, l := range params {
		e.between(sig.Params[i], l, At(RSP, at), false)
		at += int32(slotSize(sig.Params[i]))
	}
	e.Asm.Emit(&Inst{Op: Lea64, R: [4]isa.Reg{RAX}, Mem: At(RSP, 0)})
	word()
	e.instMem(Mov64Load, RDX, At(RDX, abi.InstanceHelpers))
	e.Asm.Emit(&Inst{Op: CallLoad, Mem: At(RDX, EntryHost)})
	at = first
	for i, l := range results {
		e.between(sig.Results[i], l, At(RSP, at), true)
		at += int32(slotSize(sig.Results[i]))
	}
	e.shrink(bytes)
	e.Asm.Emit(&Inst{Op: Ret})
	e.Asm.Finish(o)
	o.FrameBytes = uint32(bytes)
}

// TrapShim fills in the object of code that stands in records like that of HostShim, for any signature, and traps.
func (e *Emitter) TrapShim(trap abi.Trap, o *code.Object) {
	_, caller := regalloc.PointerRegs(Target)
	e.Asm.Frame(0)
	e.trapFor(caller, trap)
	e.Asm.Finish(o)
}

// trapFor traps as an explicit check does, in code whose context is in another register than usual.
func (e *Emitter) trapFor(context isa.Reg, trap abi.Trap) {
	e.inst(Mov32Imm, int64(trap), RAX)
	e.instMem(Mov64Load, RDX, At(context, abi.InstanceHelpers))
	e.Asm.Emit(&Inst{Op: CallLoad, Mem: At(RDX, EntryTrap)})
}
