package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa"
)

// Assembler strings the instructions of one function together. Its methods append at the end; [Assembler.Finish] makes the object.
//
// Branches and paddings are kept apart from the other bytes until their sizes are known (see branch.go), and constants until the
// code is complete (see pool.go). Reset makes it ready for another function and keeps its memory.
type Assembler struct {
	// ExplicitTraps makes traps call the runtime; otherwise they fault.
	ExplicitTraps bool

	raw    []byte   // the text without branches, paddings and constants
	gaps   []gap    // the branches and paddings
	ends   []uint32 // by gap: the bytes of the gaps up to and with it, once they are known
	labels []place  // by label; unbound ones are at nowhere

	pool      pool
	uses      []poolUse
	relocs    []reloc
	frames    []frameSite
	traps     []trapSite
	positions []position
	landings  []landing
	stubs     []trapStub

	calls    bool
	lastCall place // the return address of the call furthest back, if there are calls

	listing *listing    // what has been appended, if somebody wants to read it
	flags   resultFlags // what the condition flags tell
}

// place is a point in the text: behind so many raw bytes and so many gaps.
type place struct {
	raw, gaps uint32
}

var nowhere = place{^uint32(0), ^uint32(0)}

type reloc struct {
	at     place
	symbol code.Symbol
}

type frameSite struct {
	at    place
	bytes uint32
}

type trapSite struct {
	at      place
	code    abi.Trap
	divisor abi.Divisor
}

type position struct {
	at     place
	source uint32
}

type landing struct {
	at      place
	handler Label
}

// trapStub is a trap out of line.
type trapStub struct {
	label  Label
	code   abi.Trap
	source uint32
	frame  uint32
}

// Reset makes the assembler ready for another function.
func (a *Assembler) Reset() {
	a.raw, a.gaps, a.ends, a.labels = a.raw[:0], a.gaps[:0], a.ends[:0], a.labels[:0]
	a.pool.reset()
	a.uses, a.relocs, a.frames, a.traps, a.positions = a.uses[:0], a.relocs[:0], a.frames[:0], a.traps[:0], a.positions[:0]
	a.landings, a.stubs = a.landings[:0], a.stubs[:0]
	a.calls, a.listing = false, nil
	a.forgetFlags()
}

func (a *Assembler) here() place { return place{uint32(len(a.raw)), uint32(len(a.gaps))} }

// Emit appends an instruction. A memory operand at RIP is what [Assembler.Const], Const128 or Table returned.
// A test for flags that are known is left out.
func (a *Assembler) Emit(in *Inst) {
	if a.isKnown(in) {
		return
	}
	a.trackFlags(in)
	a.list(in)
	a.raw = in.Append(a.raw)
	if ops[in.Op].Has(isa.FlagCall) {
		a.calls, a.lastCall = true, a.here()
	}
	if in.Mem.Base == RIP && encodings[in.Op].flags&rmIsMem != 0 {
		tail := uint32(encodings[in.Op].immSize(in.Imm))
		a.uses = append(a.uses, poolUse{at: a.back(4 + tail), tail: tail, id: uint32(in.Mem.Disp)})
	}
}

// back is the place so many bytes before the end, which are raw.
func (a *Assembler) back(n uint32) place {
	p := a.here()
	p.raw -= n
	return p
}

// Source says that what follows was made for the instruction at this offset of the source.
func (a *Assembler) Source(offset uint32) {
	if n := len(a.positions); n > 0 {
		switch last := &a.positions[n-1]; {
		case last.source == offset:
			return
		case last.at == a.here():
			last.source = offset
			return
		}
	}
	a.positions = append(a.positions, position{a.here(), offset})
}

// source is the offset of the source that what follows is made for, 0 if that is not known.
func (a *Assembler) source() uint32 {
	if n := len(a.positions); n > 0 {
		return a.positions[n-1].source
	}
	return 0
}

// Frame says that the stack pointer is so many bytes below the return address from here on.
func (a *Assembler) Frame(bytes uint32) { a.frames = append(a.frames, frameSite{a.here(), bytes}) }

// frame is what Frame has said last.
func (a *Assembler) frame() uint32 {
	if n := len(a.frames); n > 0 {
		return a.frames[n-1].bytes
	}
	return 0
}

// MayTrap says that a fault of the next instruction is a trap.
func (a *Assembler) MayTrap(c abi.Trap) { a.traps = append(a.traps, trapSite{at: a.here(), code: c}) }

// MayTrapBy says that a fault of the next instruction is one of the two traps of a division.
func (a *Assembler) MayTrapBy(d abi.Divisor) {
	a.traps = append(a.traps, trapSite{a.here(), abi.TrapDivideByZero, d})
}

// Trap appends a trap: an instruction that faults, or where that is not caught, a call of the runtime.
func (a *Assembler) Trap(c abi.Trap) {
	if a.ExplicitTraps {
		a.Emit(&Inst{Op: Mov32Imm, R: [4]isa.Reg{RAX}, Imm: int64(c)})
		a.Emit(&Inst{Op: Mov64Load, R: [4]isa.Reg{RCX}, Mem: At(R14, abi.InstanceHelpers)})
		a.Emit(&Inst{Op: CallLoad, Mem: At(RCX, EntryTrap)})
		return
	}
	a.MayTrap(c)
	a.Emit(&Inst{Op: Hlt})
}

// TrapIf appends a branch to a trap out of line, behind the code. Traps with the same code and position share one.
func (a *Assembler) TrapIf(c Cond, t abi.Trap) {
	want := trapStub{code: t, source: a.source(), frame: a.frame()}
	if n := len(a.stubs); n > 0 {
		want.label = a.stubs[n-1].label
	}
	if n := len(a.stubs); n == 0 || a.stubs[n-1] != want {
		want.label = a.NewLabel()
		a.stubs = append(a.stubs, want)
	}
	a.Branch(c, want.label)
}

// Call appends a call of a symbol, or of what a symbol that is a word has the address of.
func (a *Assembler) Call(s code.Symbol) {
	if s.Kind == code.SymbolFuncWord {
		a.symbolic(&Inst{Op: CallLoad, Mem: At(RIP, 0)}, s)
		return
	}
	a.symbolic(&Inst{Op: CallNear}, s)
}

// TailCall appends a jump to a symbol, or to what a symbol that is a word has the address of.
func (a *Assembler) TailCall(s code.Symbol) {
	if s.Kind == code.SymbolFuncWord {
		a.symbolic(&Inst{Op: JmpLoad, Mem: At(RIP, 0)}, s)
		return
	}
	a.symbolic(&Inst{Op: JmpNear}, s)
}

// Address appends an instruction that computes the address of a symbol.
func (a *Assembler) Address(dst isa.Reg, s code.Symbol) {
	a.symbolic(&Inst{Op: Lea64, R: [4]isa.Reg{dst}, Mem: At(RIP, 0)}, s)
}

// symbolic appends an instruction that ends in the distance to a symbol.
func (a *Assembler) symbolic(in *Inst, s code.Symbol) {
	a.forgetFlags()
	a.listSymbol(in, s)
	a.raw = in.Append(a.raw)
	if ops[in.Op].Has(isa.FlagCall) {
		a.calls, a.lastCall = true, a.here()
	}
	a.relocs = append(a.relocs, reloc{a.back(4), s})
}

// Landing says where an exception goes on that comes out of the call in front.
func (a *Assembler) Landing(handler Label) {
	a.landings = append(a.landings, landing{a.here(), handler})
}
