package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Allocation says where everything in a function is. It belongs to the Allocator that made it, until its next use.
type Allocation struct {
	Saved    isa.RegSet // the registers that the function has to preserve for its caller and does use
	Slots    int        // slots of 8 bytes
	Wides    int        // slots of 16 bytes
	OutBytes int        // the outgoing area that calls need, at the bottom of the frame
	InBytes  int        // the part of the caller's outgoing area that the function reads or writes

	values []answer // per value
	locs   []Loc
	first  []uint32 // per value: where its moves start, with one more at the end
	moves  []Move
	points []uint32 // per value: its safe point, or 0
	safe   []safePoint
	refs   []Loc
}

// answer is where a value is: its arguments, then its results, from at on in locs; and the value itself where it is defined.
type answer struct {
	def   Loc
	at    uint32
	needs uint16
	gives uint16
}

type safePoint struct{ at, n uint32 }

// Uses returns the places of v's arguments, in their order; 0 for what is in no register, such as condition flags.
func (o *Allocation) Uses(v ssa.Value) []Loc {
	x := &o.values[v]
	return o.locs[x.at:][:x.needs]
}

// Results returns the places that v writes: those of its register operands that are written, in order, whether anybody uses them or not; of
// a call, those of its results; of a switch, two working registers.
func (o *Allocation) Results(v ssa.Value) []Loc {
	x := &o.values[v]
	return o.locs[x.at+uint32(x.needs):][:x.gives]
}

// Def returns where v is right behind its definition. It is 0 for what is not computed there: copies, what is computed anew for each
// use, condition flags and tuples, and for parameters that nobody uses.
func (o *Allocation) Def(v ssa.Value) Loc { return o.values[v].def }

// Moves returns what to do in front of v, in order. Those of a way between blocks are in front of the terminator of the block it
// leaves if that has one successor, and else in front of the first value of the block it leads to, which has one predecessor.
func (o *Allocation) Moves(v ssa.Value) []Move { return o.moves[o.first[v]:o.first[v+1]] }

// Refs returns the places of the references that are alive across the call v.
func (o *Allocation) Refs(v ssa.Value) []Loc {
	if len(o.points) == 0 {
		return nil
	}
	p := o.safe[o.points[v]]
	return o.refs[p.at:][:p.n]
}

// SlotOffset returns the offset in bytes of a slot from the start of the spill area, which should be aligned to 16 bytes if there are wide slots.
func (o *Allocation) SlotOffset(l Loc) int {
	if l.Kind() == KindWide {
		return 16 * l.Index()
	}
	return 16*o.Wides + 8*l.Index()
}

// SpillBytes is the size of the spill area.
func (o *Allocation) SpillBytes() int { return 16*o.Wides + 8*o.Slots }
