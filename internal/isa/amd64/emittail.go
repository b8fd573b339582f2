package amd64

import (
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Tail calls. The arguments are in place as for a call. Mostly the function copies those that are in memory to the area of its own, takes its
// frame down and jumps. There are two things that forbid it, since its caller relies on them:
//
//   - The context is that of the call when a function returns. So it cannot simply leave for a function of another instance.
//   - The area that a caller has made for arguments and results is as large as its callee needs. The callee of the callee may need a larger one.
//
// Then the callee is called, from a frame that stays. To keep chains of such tail calls from growing the stack, a frame that stays for this reason
// is marked: the instruction behind the call does nothing, and contains a number that says how large the outgoing area of the frame is. Before a
// function lets its frame stay, it looks at the instruction that it is to return to. If that is a mark, and the area is large enough, it can jump after
// all: whoever has left the mark restores the context, and its callers never see the area. So a chain of tail calls adds one frame, and another
// one only where a callee needs a larger area than all those before.
//
// Ordinary calls pay nothing for all this.

// The mark is nop dword [rax+rax+imm], whose immediate is markBase plus the size of the outgoing area in units of markUnit. Nothing else emits
// a nop of that form with such an immediate.
const (
	markBase   = 0x5ef70000
	markUnit   = 16
	markUnits  = 1 << 16
	markOpcode = 0x00841f0f // the four bytes in front of the immediate
	markOffset = 4          // of the immediate
	markBytes  = 8
)

// areaUnits is what an area of so many bytes takes in units of the mark.
func areaUnits(bytes int) int { return (bytes + markUnit - 1) / markUnit }

// stays reports whether the frame of the function may have to stay for the tail call v, with what its arguments take in memory.
func (fr *frame) stays(v ssa.Value, f *ssa.Func) (area int, stays bool) {
	_, area = regalloc.Place(Target, f.CallSig(v).Params, regalloc.KindOut, nil)
	return area, area > fr.incoming || f.Op(v) == ssa.OpTailCallPtr
}

// tailCall emits the way on which the frame does not stay, as far as that is clear without looking at the return address.
func (e *Emitter) tailCall(v ssa.Value, o ssa.Op) {
	area, stays := e.frame.stays(v, e.f)
	if !stays {
		e.jumpTo(v, o, area)
		return
	}
	rest, _ := e.coldPart(v)
	if area > e.frame.incoming {
		e.Asm.Jump(rest)
		return
	}
	_, context := regalloc.PointerRegs(Target)
	e.inst(Cmp64, 0, context, R14)
	e.Asm.Branch(CondNE, rest)
	e.jumpTo(v, o, area)
}

// tailCallRest emits the look at the return address and what comes of it.
func (e *Emitter) tailCallRest(p coldPart, o ssa.Op) {
	area, _ := e.frame.stays(p.v, e.f)
	_, working := regalloc.PointerRegs(Target) // which may have the callee's context
	saved := At(RSP, int32(e.frame.scratch))
	e.Asm.Bind(p.start)
	if o == ssa.OpTailCallPtr {
		e.instMem(Mov64Store, working, saved)
	}
	e.instMem(Mov64Load, working, At(RSP, int32(e.frame.bytes)))
	e.Asm.Emit(&Inst{Op: Cmp32ImmLoad, Mem: At(working, 0), Imm: markOpcode})
	e.Asm.Branch(CondNE, p.end)
	e.instMem(Mov32Load, working, At(working, markOffset))
	e.inst(Sub32Imm, int64(markBase+areaUnits(area)), working)
	e.inst(Cmp32Imm, int64(markUnits-1-areaUnits(area)), working)
	e.Asm.Branch(CondA, p.end)
	if o == ssa.OpTailCallPtr {
		e.instMem(Mov64Load, working, saved)
		e.enterContext()
	}
	e.jumpTo(p.v, o, area)

	e.Asm.Bind(p.end)
	if o == ssa.OpTailCallPtr {
		e.instMem(Mov64Load, working, saved)
		e.enterContext()
	}
	e.callMarked(p.v, o)
}

// jumpTo takes the frame down and leaves for the callee.
func (e *Emitter) jumpTo(v ssa.Value, o ssa.Op, area int) {
	e.copyArea(0, e.frame.bytes+8, area)
	e.epilogue()
	if o == ssa.OpTailCall {
		e.Asm.TailCall(e.callee(v))
	} else {
		target, _ := regalloc.PointerRegs(Target)
		e.inst(Jmp, 0, target)
	}
	e.Asm.Frame(uint32(e.frame.bytes))
}

// callMarked calls the callee of a tail call from a frame that stays, and returns its results.
func (e *Emitter) callMarked(v ssa.Value, o ssa.Op) {
	e.Asm.Source(code.Left)
	if o == ssa.OpTailCall {
		e.Asm.Call(e.callee(v))
	} else {
		target, _ := regalloc.PointerRegs(Target)
		e.inst(Call, 0, target)
	}
	e.Asm.Emit(&Inst{Op: Nop, Mem: Indexed(RAX, RAX, 0, int32(markBase+areaUnits(e.frame.outgoing)))})
	e.restoreContext()
	_, results := regalloc.Place(Target, e.f.CallSig(v).Results, regalloc.KindOut, nil)
	e.copyArea(0, e.frame.bytes+8, results)
	e.epilogue()
	e.leave(&Inst{Op: Ret})
}

// copyArea copies bytes between places of the stack that do not overlap, by way of a register that has no argument or result.
func (e *Emitter) copyArea(from, to, bytes int) {
	for at := 0; at < bytes; {
		with, n := movings[ssa.TypeV128], 16
		if bytes-at < n {
			with, n = movings[ssa.TypeF64], 8
		}
		e.instMem(with.load, XMM15, At(RSP, int32(from+at)))
		e.instMem(with.store, XMM15, At(RSP, int32(to+at)))
		at += n
	}
}
