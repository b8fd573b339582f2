package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Trampoline fills in the object of the code through which Go calls functions of a signature: it is entered with RAX the address of slots
// that hold the arguments and receive the results, 8 bytes each and 16 for a vector; RCX the address of the function; R14 its context. It is
// the same whether faults become traps or not.
func (e *Emitter) Trampoline(sig *ssa.Sig, o *code.Object) {
	params, in := regalloc.Place(Target, sig.Params, regalloc.KindOut, nil)
	results, out := regalloc.Place(Target, sig.Results, regalloc.KindOut, nil)
	area := (max(in, out) + 15) &^ 15
	e.frame = frame{bytes: area + 8}
	e.Asm.Frame(0)
	if e.Asm.ExplicitTraps = true; e.frame.bytes > uncheckedFrame {
		e.compareStack(e.frame.bytes)
		e.Asm.TrapIf(CondB, abi.TrapStackExhausted)
	}
	e.grow(e.frame.bytes)
	e.instMem(Mov64Store, RAX, At(RSP, int32(area)))
	e.inst(Mov64, 0, R10, RCX)
	e.inst(Mov64, 0, R12, RAX)
	e.loadMemBase()
	at := int32(0)
	for i, l := range params {
		t := sig.Params[i]
		e.between(t, l, At(R12, at), true)
		at += int32(slotSize(t))
	}
	e.inst(Call, 0, R10)
	e.instMem(Mov64Load, R12, At(RSP, int32(area)))
	at = 0
	for i, l := range results {
		t := sig.Results[i]
		e.between(t, l, At(R12, at), false)
		at += int32(slotSize(t))
	}
	e.shrink(e.frame.bytes)
	e.Asm.Emit(&Inst{Op: Ret})
	e.Asm.Finish(o)
	o.FrameBytes = uint32(e.frame.bytes)
}

// between moves a value between its place and a slot. A result fills its slot: i32 and f32 with zeros above.
func (e *Emitter) between(t ssa.Type, l regalloc.Loc, slot Mem, toPlace bool) {
	r := l.Reg()
	if !l.IsReg() {
		r = scratchOf(t)
	}
	if toPlace {
		e.instMem(movings[t].load, r, slot)
		if !l.IsReg() {
			e.instMem(movings[t].store, r, e.memoryOf(l))
		}
		return
	}
	if !l.IsReg() {
		e.instMem(movings[t].load, r, e.memoryOf(l))
	}
	e.storeSlot(t, r, slot)
}

func (e *Emitter) storeSlot(t ssa.Type, r isa.Reg, slot Mem) {
	switch t {
	case ssa.TypeI32:
		e.inst(Mov32, 0, r, r)
		e.instMem(Mov64Store, r, slot)
	case ssa.TypeF32:
		e.inst(VmovdTo, 0, R11, r)
		e.instMem(Mov64Store, R11, slot)
	default:
		e.instMem(movings[t].store, r, slot)
	}
}
