package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// frame is where things are in a function's frame, from the stack pointer up:
//
//	outgoing area     arguments and results of calls that have no register
//	slots             of host calls, 8 bytes for each argument or result and 16 for a vector
//	spill area        aligned to 16
//	own context       where calls through a record or exceptions may change the register
//	working word      for polls and tail calls
//	saved registers
//	return address    of 8 bytes, then the incoming area
//
// The first instruction makes all of the frame at once, so that it has one size for whoever walks the stack, but for the first instruction
// and where the function is left; see [Assembler.Frame].
type frame struct {
	slots, spills, context, scratch, saved int // offsets from the stack pointer
	regs                                   isa.RegSet
	hasContext, calls                      bool // calls: other functions, not just the runtime
	outgoing                               int  // bytes of the outgoing area
	bytes                                  int  // up to the return address
	incoming                               int  // bytes of the incoming area that the caller has made
}

func (fr *frame) plan(f *ssa.Func, alloc *regalloc.Allocation) {
	*fr = frame{regs: alloc.Saved}
	_, params := regalloc.Place(Target, f.Sig.Params, regalloc.KindIn, nil)
	_, results := regalloc.Place(Target, f.Sig.Results, regalloc.KindIn, nil)
	fr.incoming = max(params, results)
	slots, scratch := 0, false
	for _, b := range f.Order() {
		for v := f.First(b); v != 0; v = f.Next(v) {
			switch f.Op(v) {
			case ssa.OpCallHelper:
				sig := f.CallSig(v)
				slots = max(slots, slotBytes(sig.Params), slotBytes(sig.Results))
			case ssa.OpCall:
				fr.calls = true
			case ssa.OpCallPtr:
				fr.hasContext, fr.calls = true, true
			case ssa.OpTailCall, ssa.OpTailCallPtr:
				if _, stays := fr.stays(v, f); stays {
					fr.hasContext, fr.calls, scratch = true, true, true
				}
			case ssa.OpPoll:
				scratch = true
			case ssa.OpTry:
				fr.regs |= Target.CallSaved // an exception does not restore those of the functions that it leaves
				fr.hasContext = true
			}
		}
	}
	fr.place(alloc, slots, scratch)
}

func (fr *frame) place(alloc *regalloc.Allocation, slots int, scratch bool) {
	at := (alloc.OutBytes + 15) &^ 15
	fr.outgoing, fr.slots = at, at
	at += (slots + 15) &^ 15
	fr.spills = at
	at += alloc.SpillBytes()
	fr.context = at
	if fr.hasContext {
		at += 8
	}
	fr.scratch = at
	if scratch {
		at += 8
	}
	fr.saved = at
	at += 8 * fr.regs.Len()
	if at > 0 && at&15 != 8 {
		at += 16 - (at+8)&15
	}
	fr.bytes = at
}

// slotBytes is what values take in the slots of a host call.
func slotBytes(types []ssa.Type) (n int) {
	for _, t := range types {
		n += slotSize(t)
	}
	return n
}

func slotSize(t ssa.Type) int {
	if t == ssa.TypeV128 {
		return 16
	}
	return 8
}

func (e *Emitter) prologue() {
	fr := &e.frame
	e.Asm.Frame(0)
	if e.Explicit.Faults && fr.calls || !e.frameFaults(fr.bytes) {
		e.compareStack(fr.bytes)
		e.Asm.TrapIf(CondB, abi.TrapStackExhausted)
	}
	e.grow(fr.bytes)
	at := fr.saved
	for s := fr.regs; s != 0; s = s.Without(s.First()) {
		e.instMem(Mov64Store, s.First(), At(RSP, int32(at)))
		at += 8
	}
	if fr.hasContext {
		e.instMem(Mov64Store, R14, At(RSP, int32(fr.context)))
	}
}

// uncheckedFrame is how large a frame may be without a check where the stack is checked explicitly, if its function calls only the runtime.
const uncheckedFrame = abi.StackSlack / 4

// frameFaults reports whether a frame that the stack has no room for makes its function fault, as soon as it or what it calls uses the frame, or
// has room all the same.
func (e *Emitter) frameFaults(bytes int) bool {
	if e.Explicit.Faults {
		return bytes <= uncheckedFrame
	}
	return bytes <= abi.StackGuard-abi.StackSlack
}

// compareStack compares the stack pointer with what it has to be at least for a frame that is yet to be made. It uses a register that is free where
// a function starts.
func (e *Emitter) compareStack(bytes int) {
	limit, _ := regalloc.PointerRegs(Target)
	e.inst(Mov64, 0, limit, RSP)
	e.inst(Or64Imm, abi.StackAlign-1, limit)
	e.instMem(Mov64Load, limit, At(limit, 1-abi.ContextBytes+abi.ContextStackLimit))
	if bytes > 0 {
		e.inst(Add64Imm, int64(bytes), limit)
	}
	e.inst(Cmp64, 0, RSP, limit)
}

// epilogue takes the frame down, up to the return address.
func (e *Emitter) epilogue() {
	fr := &e.frame
	at := fr.saved
	for s := fr.regs; s != 0; s = s.Without(s.First()) {
		e.instMem(Mov64Load, s.First(), At(RSP, int32(at)))
		at += 8
	}
	e.shrink(fr.bytes)
}

// leave emits the instruction that leaves the function, behind which others may follow that have the frame.
func (e *Emitter) leave(in *Inst) {
	e.Asm.Emit(in)
	e.Asm.Frame(uint32(e.frame.bytes))
}

// grow makes room on the stack where the frame ends at the return address.
func (e *Emitter) grow(bytes int) {
	if bytes > 0 {
		e.inst(Sub64Imm, int64(bytes), RSP)
		e.Asm.Frame(uint32(bytes))
	}
}

// shrink gives all of the frame back.
func (e *Emitter) shrink(bytes int) {
	if bytes > 0 {
		e.inst(Add64Imm, int64(bytes), RSP)
		e.Asm.Frame(0)
	}
}

// memoryOf is the memory operand of a place that is no register.
func (e *Emitter) memoryOf(l regalloc.Loc) Mem {
	switch l.Kind() {
	case regalloc.KindOut:
		return At(RSP, int32(l.Index()))
	case regalloc.KindConst:
		return e.pooled(ssa.Value(l.Index()))
	case regalloc.KindIn:
		return At(RSP, int32(e.frame.bytes+8+l.Index()))
	}
	return At(RSP, int32(e.frame.spills+e.alloc.SlotOffset(l)))
}

// loadMemBase brings the base of memory 0 into its register, from the context.
func (e *Emitter) loadMemBase() { e.instMem(Mov64Load, R15, At(R14, abi.InstanceMemoryBase)) }
