package regalloc

import "github.com/weft-wasm/weft/internal/ssa"

// Values that are needed in memory get a slot for the stretch of blocks, in reverse post-order, in which they are alive; stretches that do not
// overlap may share a slot, and members of a web try to, so that nothing moves where one turns into the other.
//
// A value is stored once, at a point that dominates all places that need it in memory: right behind its definition, or at the start of
// a block further down that runs less often and has it in a register.

// slotTable is the scratch of assignSlots.
type slotTable struct {
	lo, hi  []int32     // per value: the stretch; hi is -1 if it needs no slot
	begin   []ssa.Value // per place in the order: the first value whose stretch begins there
	end     []ssa.Value // or ends there
	next    []ssa.Value // the next one with the same begin,
	nextEnd []ssa.Value // or end
	kinds   [2]slotKind
	webs    []Loc // per root of a web
}

// slotKind are the slots of one size.
type slotKind struct {
	n    int
	free []int32 // a stack; may have slots that are taken again
	busy []bool
}

func (k *slotKind) reset() { k.n, k.free, k.busy = 0, k.free[:0], k.busy[:0] }

// take finds a free slot, if possible the wanted one.
func (k *slotKind) take(want int) int {
	if want >= 0 && !k.busy[want] {
		k.busy[want] = true
		return want
	}
	for len(k.free) > 0 {
		i := k.free[len(k.free)-1]
		k.free = k.free[:len(k.free)-1]
		if !k.busy[i] {
			k.busy[i] = true
			return int(i)
		}
	}
	k.busy = append(k.busy, true)
	k.n++
	return k.n - 1
}

func (k *slotKind) release(i int) {
	k.busy[i] = false
	k.free = append(k.free, int32(i))
}

// needsSlot reports whether v has a place in memory that is still to be found.
func (a *Allocator) needsSlot(v ssa.Value) bool {
	x := &a.values[v]
	return x.rep == v && x.home == 0 && (x.restore != 0 || x.flags&flagMemory != 0)
}

func (a *Allocator) assignSlots() {
	t := &a.slots
	order := a.f.Order()
	a.stretches()
	a.bucketStretches(len(order))
	t.webs = zeroed(t.webs, a.f.NumValues())
	t.kinds[0].reset()
	t.kinds[1].reset()
	for i := range order {
		if i > 0 {
			for v := t.end[i-1]; v != 0; v = t.nextEnd[v] {
				k, _ := slotKindOf(a.f.Type(v))
				t.kinds[k].release(a.values[v].home.Index())
			}
		}
		for v := t.begin[i]; v != 0; v = t.next[v] {
			a.assignSlot(v)
		}
	}
	a.out.Slots, a.out.Wides = t.kinds[0].n, t.kinds[1].n
	a.kept, a.borrowed = [2]Loc{}, [2]Loc{}
}

func slotKindOf(t ssa.Type) (int, Kind) {
	if t == ssa.TypeV128 {
		return 1, KindWide
	}
	return 0, KindSlot
}

func (a *Allocator) assignSlot(v ssa.Value) {
	t := &a.slots
	k, kind := slotKindOf(a.f.Type(v))
	web := &t.webs[a.find(v)]
	want := -1
	if web.Kind() == kind {
		want = web.Index()
	}
	a.values[v].home = locOf(kind, t.kinds[k].take(want))
	*web = a.values[v].home
}

// stretches finds the stretch of each value that needs a slot.
func (a *Allocator) stretches() {
	t, f := &a.slots, a.f
	n := f.NumValues()
	t.lo, t.hi = sized(t.lo, n), sized(t.hi, n)
	for v := range a.values {
		if t.hi[v] = -1; a.needsSlot(ssa.Value(v)) {
			i := int32(f.OrderIndex(a.values[v].block))
			t.lo[v], t.hi[v] = i, i
			if a.values[v].flags&flagUntracked != 0 {
				t.hi[v] = int32(len(f.Order()) - 1)
				t.lo[v] = 0
			}
		}
	}
	for i, b := range f.Order() {
		for _, v := range a.liveIn(b) {
			if t.hi[v] >= 0 {
				t.lo[v], t.hi[v] = min(t.lo[v], int32(i)), max(t.hi[v], int32(i))
			}
		}
	}
}

func (a *Allocator) bucketStretches(blocks int) {
	t, n := &a.slots, a.f.NumValues()
	t.begin, t.end = zeroed(t.begin, blocks), zeroed(t.end, blocks)
	t.next, t.nextEnd = zeroed(t.next, n), zeroed(t.nextEnd, n)
	for i := n - 1; i > 0; i-- {
		if v := ssa.Value(i); t.hi[v] >= 0 {
			t.next[v], t.begin[t.lo[v]] = t.begin[t.lo[v]], v
			t.nextEnd[v], t.end[t.hi[v]] = t.end[t.hi[v]], v
		}
	}
}

// real returns the slot that stands for the home of a value; l may be any place, of a value of type t.
func (a *Allocator) real(l Loc, t ssa.Type) Loc {
	switch {
	case l.Kind() != kindHome:
		return l
	case l == keptLoc:
		return a.extraSlot(&a.kept, t)
	case l == borrowedLoc:
		return a.extraSlot(&a.borrowed, t)
	}
	return a.values[l.Index()].home
}

// extraSlot returns a slot outside of the stretches, for use within the resolution of moves.
func (a *Allocator) extraSlot(slots *[2]Loc, t ssa.Type) Loc {
	k, kind := slotKindOf(t)
	if slots[k] == 0 {
		n := [2]*int{&a.out.Slots, &a.out.Wides}[k]
		slots[k] = locOf(kind, *n)
		*n++
	}
	return slots[k]
}

// maxClimb is how many blocks up the dominator tree the place of a store is searched.
const maxClimb = 32

// placeSpills stores what is needed in memory.
func (a *Allocator) placeSpills() {
	for i := range a.values {
		if x := &a.values[i]; x.restore != 0 && x.rep == ssa.Value(i) && x.flags&(flagMemory|flagRemat) == 0 {
			a.placeSpill(ssa.Value(i))
		}
	}
}

func (a *Allocator) placeSpill(v ssa.Value) {
	f, x := a.f, &a.values[v]
	at, key, from := x.gap, x.key, a.out.values[v].def
	best := f.Freq(x.block)
	for b, n := x.restore, 0; b != x.block && n < maxClimb; b, n = f.Idom(b), n+1 {
		if f.Freq(b) >= best {
			continue
		}
		s := &a.blocks[b]
		for _, h := range a.held[s.start:s.startEnd] {
			if h.val == v {
				at, key, from, best = a.firstReal(b), keyDef, RegLoc(h.reg), f.Freq(b)
			}
		}
	}
	a.records = append(a.records, record{Move{Value: v, From: from, To: x.home, Type: f.Type(v)}, at, key})
}
