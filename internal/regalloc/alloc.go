package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Allocator allocates registers, one function after the other, and keeps its memory in between. It is not safe for concurrent use.
type Allocator struct {
	target *isa.Target
	base   ssa.Op // the operation with index 0 in the target's table
	shapes []shape

	f      *ssa.Func
	out    Allocation
	values []info
	order  []ssa.Block // as it was before edges were split
	tuples []ssa.Value // the projections of tuples, one after the other
	live   liveness
	blocks []blockInfo
	loops  []loopInfo
	operations
	study study
	refs  bool // some values are references

	scan
	joins
	in     inst
	cur    ssa.Value // the one that in describes
	locs   []Loc
	seqs   []step
	moving []ssa.Edge // along which anything moves
	par    parallel
	slots  slotTable
	sorted []record

	kept, borrowed [2]Loc // for resolving moves, of both sizes
}

// info is what the allocator knows of a value.
type info struct {
	rep     ssa.Value // the value that it is a copy of, or itself; 0 for what needs no register
	web     ssa.Value // the next one towards the root of its web
	block   ssa.Block // where it is defined
	restore ssa.Block // dominates all places that need it in memory; 0 if there are none
	tuple   uint32    // where its projections start in tuples
	next    uint32    // its next use in the block being scanned
	last    int32     // the position of its last use there, or behind the end
	gap     ssa.Value // in front of this one it could be stored, right behind its definition,
	key     uint32    // with this key
	prefIn  int32     // a loop
	wantAt  int32     // a use that wants it in the register want, at this position
	wantIn  ssa.Block // of this block
	regs    isa.RegSet
	home    Loc     // its place in memory, if it is spilled or lives there
	calls   float32 // how often a call runs while it is alive
	need    float32 // how probable it is, from the start of the block being scanned, that it is used before a call
	hint    isa.Reg // of a web; or of a value that is pinned
	want    isa.Reg
	prefer  isa.Reg // where the way back to the head of the loop prefIn has to bring it, or NoReg
	class   isa.Class
	flags   uint8
}

const (
	flagRemat     = 1 << iota // computed anew instead of spilled
	flagPinned                // always in the register hint
	flagUntracked             // alive in too many blocks: in memory at their borders
	flagMemory                // a parameter that starts in memory
	flagRef                   // a reference
)

// blockInfo is what the allocator knows of a block, with the state of registers at its borders: ranges of held.
type blockInfo struct {
	start, startEnd uint32
	end, endEnd     uint32
	ops, opsEnd     uint32 // its operations
	preds, predsEnd uint32 // its predecessors
	length          int32  // in positions
	depth           int32  // of loops
	calls           bool   // some of its operations lose registers
	done            bool
}

// New returns an allocator for a target, whose operation with index i in its table is the operation base+i of the IR.
func New(t *isa.Target, base ssa.Op) *Allocator {
	a := &Allocator{target: t, base: base, shapes: make([]shape, len(t.Ops))}
	for i := 1; i < len(t.Ops); i++ {
		a.shapes[i] = shapeOf(t, i)
	}
	a.par.classes = t.Regs
	a.live.spare = liveSpare
	return a
}

// Allocate decides where the values of f are, whose operations are those of the target and the generic ones that survive lowering.
// It splits critical edges and may swap arguments that commute; apart from that f stays as it is.
func (a *Allocator) Allocate(f *ssa.Func) *Allocation {
	a.f = f
	a.prepare()
	a.findLive()
	a.findDistances()
	a.studyLoops()
	a.scanBlocks()
	a.markEdges()
	a.assignSlots()
	a.placeSpills()
	a.resolveEdges()
	a.collectMoves()
	return &a.out
}

// isReal reports whether v is an operation at its place: parameters, copies, projections and what is computed anew for each use are not.
func (a *Allocator) isReal(v ssa.Value) bool {
	switch a.f.Op(v) {
	case ssa.OpParam, ssa.OpCopy, ssa.OpProj:
		return false
	}
	return a.values[v].flags&(flagRemat|flagPinned) == 0
}

func (a *Allocator) rep(v ssa.Value) ssa.Value { return a.values[v].rep }

// find returns the root of v's web: the values that should share a register, such as a parameter and its arguments.
func (a *Allocator) find(v ssa.Value) ssa.Value {
	for a.values[v].web != v {
		a.values[v].web = a.values[a.values[v].web].web
		v = a.values[v].web
	}
	return v
}

func (a *Allocator) join(v, w ssa.Value) {
	if v == 0 || w == 0 || a.values[v].class != a.values[w].class || (a.values[v].flags|a.values[w].flags)&(flagRemat|flagPinned) != 0 {
		return
	}
	a.values[a.find(w)].web = a.find(v)
}
