package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// scan is the state of the scan through a block.
type scan struct {
	block      ssa.Block
	insts      []ssa.Value // its real operations, the terminator last
	positions  []int32     // theirs
	length     int32
	index      int   // of the current operation in insts
	pos        int32 // its position
	uses       []nextUse
	outs       []ssa.Value // what is alive at its end
	events     []event     // the operations with fixed registers, the last one first
	references []ssa.Value // the references seen so far
	key        uint32      // orders the moves

	inReg    [isa.MaxRegs]ssa.Value
	occupied isa.RegSet
	locked   isa.RegSet // must not be given to another value
	sources  isa.RegSet // should not
	saved    isa.RegSet // preserved registers that have been used

	held    []holding
	records []record
}

// nextUse is a use of a value in the block, with the one behind it.
type nextUse struct {
	pos  int32
	next uint32
}

// event is an operation that fixes or loses registers.
type event struct {
	pos  int32
	regs isa.RegSet
}

// holding is a register with a value in it.
type holding struct {
	val ssa.Value
	reg isa.Reg
}

// record is a move and where it belongs: in front of a value, in the order of keys.
type record struct {
	Move
	at  ssa.Value
	key uint32
}

// Keys of moves in front of the same operation: first those of the way into the block, then what concerns the results of the operation
// before, then what prepares this operation, then those of the way out of the block.
const (
	keyEnter uint32 = iota << 28
	keyDef
	keyPrepare
	keyLeave
)

// emit adds a move in front of the current operation.
func (a *Allocator) emit(m Move) {
	a.records = append(a.records, record{m, a.insts[a.index], keyPrepare + a.key})
	a.key++
}

func (a *Allocator) set(r isa.Reg, v ssa.Value) {
	a.drop(r)
	a.inReg[r] = v
	a.occupied = a.occupied.With(r)
	x := &a.values[v]
	x.regs = x.regs.With(r)
	a.touch(r)
}

// touch notes that the function writes r.
func (a *Allocator) touch(r isa.Reg) {
	if a.target.CallSaved.Has(r) {
		a.saved = a.saved.With(r)
	}
}

// drop forgets what is in r.
func (a *Allocator) drop(r isa.Reg) {
	if v := a.inReg[r]; v != 0 {
		a.values[v].regs = a.values[v].regs.Without(r)
		a.inReg[r] = 0
		a.occupied = a.occupied.Without(r)
	}
}

func (a *Allocator) dropAll(s isa.RegSet) {
	for s &= a.occupied; s != 0; s = s.Without(s.First()) {
		a.drop(s.First())
	}
}

// alive reports whether v is used behind the current operation.
func (a *Allocator) alive(v ssa.Value) bool { return a.values[v].next != 0 }

// nextPos is the position of the next use of v.
func (a *Allocator) nextPos(v ssa.Value) int32 {
	if n := a.values[v].next; n != 0 {
		return a.uses[n].pos
	}
	return 2 * farthest
}

func (a *Allocator) pinned(v ssa.Value) bool { return a.values[v].flags&flagPinned != 0 }
func (a *Allocator) remat(v ssa.Value) bool  { return a.values[v].flags&flagRemat != 0 }

// take finds a register of a class for v, which may be 0, and evicts what is in it if need be.
func (a *Allocator) take(v ssa.Value, class isa.Class) isa.Reg {
	all := a.target.Regs[class]
	for _, taken := range [...]isa.RegSet{a.locked | a.sources, a.locked} {
		if free := all &^ a.occupied &^ taken; free != 0 {
			return a.choose(v, free)
		}
		if full := all &^ taken; full != 0 {
			r := a.victim(full)
			a.drop(r)
			return r
		}
	}
	panic("regalloc: " + a.f.Name + ": more registers needed than there are at " + a.f.Text(a.cur))
}

// victim is the register whose value is best evicted: one that is elsewhere too, or else the one whose next use is the farthest, where
// what need not be stored counts as farther.
func (a *Allocator) victim(regs isa.RegSet) isa.Reg {
	best, far := isa.NoReg, int32(-1)
	for ; regs != 0; regs = regs.Without(regs.First()) {
		r := regs.First()
		v := a.inReg[r]
		if d := a.price(v); d > far {
			best, far = r, d
		}
	}
	return best
}

// price is how far away the next use of v is, for comparing values by which to evict.
func (a *Allocator) price(v ssa.Value) int32 {
	x := &a.values[v]
	if x.regs.Len() > 1 {
		return 2*farthest + 1
	}
	d := a.nextPos(v) - a.pos
	if x.flags&flagRemat != 0 {
		d += d/2 + 4
	}
	return min(d, 2*farthest)
}

// maxLookahead is how many operations with fixed registers the choice of a register looks at.
const maxLookahead = 8

// choose picks one of the free registers for v: one that it is going to be needed in; that of its web; one that is not fixed or lost by another
// operation while v is alive; and among these, one that need not be preserved for the caller.
func (a *Allocator) choose(v ssa.Value, free isa.RegSet) isa.Reg {
	if v == 0 {
		return a.cheapest(free)
	}
	x := &a.values[v]
	if spare := free &^ a.costly(v); spare != 0 {
		free = spare
	}
	safe := free
	for i, n := len(a.events)-1, 0; i >= 0 && n < maxLookahead; i, n = i-1, n+1 {
		e := a.events[i]
		if e.pos > x.last {
			break
		}
		if e.pos <= a.pos {
			continue
		}
		if r := a.wantedBy(v, e.pos); safe.Has(r) {
			return r
		}
		if e.pos == x.last || safe&^e.regs == 0 {
			break
		}
		safe &^= e.regs
	}
	if safe.Has(x.prefer) {
		return x.prefer
	}
	if r := a.values[a.find(v)].hint; safe.Has(r) {
		return r
	}
	if x.calls > 0 && x.calls >= a.f.Freq(a.block)/2 {
		if s := safe & a.target.CallSaved; s != 0 {
			return s.First()
		}
	}
	return a.cheapest(safe)
}

// costly returns the registers that the function had better not preserve on behalf of v: those that it does not preserve yet, unless v lives across
// calls so often that saving and restoring the register of the caller is less than storing and loading v.
func (a *Allocator) costly(v ssa.Value) isa.RegSet {
	if a.f.Freq(a.block) >= rareFreq && a.values[v].calls >= manyCalls {
		return 0
	}
	return a.target.CallSaved &^ a.saved
}

// cheapest prefers registers that need not be preserved for the caller, or already are.
func (a *Allocator) cheapest(s isa.RegSet) isa.Reg {
	if c := s &^ (a.target.CallSaved &^ a.saved); c != 0 {
		return c.First()
	}
	return s.First()
}

// wantedBy returns the register that the operation at a position, with fixed registers, wants v in; NoReg if it has no such wish.
func (a *Allocator) wantedBy(v ssa.Value, pos int32) isa.Reg {
	x := &a.values[v]
	if x.wantAt == pos && x.wantIn == a.block {
		return x.want
	}
	return isa.NoReg
}

// load brings v, which is in no register, into r.
func (a *Allocator) load(v ssa.Value, r isa.Reg) {
	a.emit(a.loading(v, r))
	a.set(r, v)
}

// loading is the move that brings v into r from memory, or computes it anew.
func (a *Allocator) loading(v ssa.Value, r isa.Reg) Move {
	if a.pinned(v) {
		return Move{Value: v, From: RegLoc(a.values[v].hint), To: RegLoc(r), Type: a.f.Type(v)}
	}
	if a.remat(v) {
		return Move{Value: v, To: RegLoc(r), Type: a.f.Type(v), Op: MoveRemat}
	}
	a.restore(v, a.block)
	return Move{Value: v, From: homeOf(v), To: RegLoc(r), Type: a.f.Type(v)}
}

// restore notes that v is needed in memory in b.
func (a *Allocator) restore(v ssa.Value, b ssa.Block) {
	x := &a.values[v]
	switch {
	case x.flags&flagUntracked != 0:
		x.restore = x.block
	case x.restore == 0:
		x.restore = b
	}
	for !a.f.Dominates(x.restore, b) {
		x.restore = a.f.Idom(x.restore)
	}
}

// define notes where v is when it comes into being, and where it could be stored.
func (a *Allocator) define(v ssa.Value, l Loc, at ssa.Value, key uint32) {
	a.out.values[v].def = l
	x := &a.values[v]
	x.gap, x.key = at, key
	if r := l.Reg(); r != isa.NoReg {
		a.hint(v, r)
		a.touch(r)
	}
	if x.flags&flagRef != 0 {
		a.references = append(a.references, v)
	}
}

// hint makes r the register of v's web unless it has one.
func (a *Allocator) hint(v ssa.Value, r isa.Reg) {
	if w := &a.values[a.find(v)]; w.hint == isa.NoReg {
		w.hint = r
	}
}

// favourite is the register that v should best be in by what comes later, or NoReg.
func (a *Allocator) favourite(v ssa.Value) isa.Reg {
	if r := a.values[v].prefer; r != isa.NoReg {
		return r
	}
	return a.values[a.find(v)].hint
}
