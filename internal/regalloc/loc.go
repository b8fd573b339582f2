package regalloc

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Loc is a place that holds a value; 0 is none.
type Loc uint32

// Kind is the kind of a place.
type Kind uint8

// The kinds of places.
const (
	KindNone  Kind = iota
	KindReg        // a register
	KindSlot       // a slot of the frame, of 8 bytes; see [Allocation.SlotOffset]
	KindWide       // a slot of the frame, of 16 bytes
	KindIn         // in the caller's outgoing area: parameters and results that have no register. A byte offset from its start
	KindOut        // in this function's outgoing area, the same seen from the caller
	KindConst      // a float or vector constant where the target keeps those; the number of the value
	kindHome       // the place in memory of a value, while slots are not known yet
)

const locShift = 28

func locOf(k Kind, n int) Loc { return Loc(k)<<locShift | Loc(n) }

// RegLoc is the place that is a register.
func RegLoc(r isa.Reg) Loc { return locOf(KindReg, int(r)) }

func homeOf(v ssa.Value) Loc { return locOf(kindHome, int(v)) }

// Kind returns the kind of place that l is.
func (l Loc) Kind() Kind { return Kind(l >> locShift) }

// Index is the number of the register or slot, or the offset in bytes.
func (l Loc) Index() int { return int(l & (1<<locShift - 1)) }

// IsReg reports whether l is a register.
func (l Loc) IsReg() bool { return l.Kind() == KindReg }

// Reg is the register that l is, or isa.NoReg.
func (l Loc) Reg() isa.Reg {
	if l.Kind() != KindReg {
		return isa.NoReg
	}
	return isa.Reg(l.Index())
}

// Text spells l with the names of t's registers: rax, slot3, wide0, in+8, out+16.
func (l Loc) Text(t *isa.Target) string {
	switch l.Kind() {
	case KindReg:
		return t.RegNames[l.Index()]
	case KindSlot:
		return fmt.Sprintf("slot%d", l.Index())
	case KindWide:
		return fmt.Sprintf("wide%d", l.Index())
	case KindIn:
		return fmt.Sprintf("in+%d", l.Index())
	case KindOut:
		return fmt.Sprintf("out+%d", l.Index())
	case KindConst:
		return fmt.Sprintf("const v%d", l.Index())
	}
	return "-"
}

// MoveOp is what a [Move] does.
type MoveOp uint8

// The operations of moves.
const (
	MoveCopy  MoveOp = iota // To = From; at most one of them is memory
	MoveSwap                // exchange two integer registers
	MoveRemat               // To, a register, = the value computed anew
)

// Move is one step of moving values about. None of them may change the condition flags where Cond is set.
type Move struct {
	Value    ssa.Value // the value that moves; for MoveRemat the operation to emit, with To as its result
	From, To Loc
	Type     ssa.Type // how wide; F64 or V128 for what goes through a vector register
	Op       MoveOp
	Cond     bool // the condition flags are alive across the move
}

// Text spells m.
func (m Move) Text(t *isa.Target) string {
	switch m.Op {
	case MoveSwap:
		return fmt.Sprintf("swap %s %s", m.To.Text(t), m.From.Text(t))
	case MoveRemat:
		return fmt.Sprintf("%s = remat %v", m.To.Text(t), m.Value)
	}
	return fmt.Sprintf("%s = %s %v %v", m.To.Text(t), m.From.Text(t), m.Type, m.Value)
}
