package regalloc

import "github.com/weft-wasm/weft/internal/ssa"

// Liveness with distances. For each block, which values are alive at its start, and how far away their next use is: in positions,
// where leaving a loop or entering a cold block counts as very far, and passing a call as far.
//
// Membership is found value by value, walking from the uses against the edges up to the definition, which costs as much as the
// result is long. That is bounded: once the budget, proportional to the size of the function, is used up, values that are alive in
// more than a few blocks are kept in memory instead, where they need no tracking.
//
// Distances come from passing twice over the blocks in post-order, the second time for what comes round the loops.

const (
	farCall  = 1 << 6  // added by a call
	farCold  = 1 << 9  // added by entering a cold block
	farLoop  = 1 << 16 // added by leaving a loop
	farthest = 1 << 28

	liveBudget    = 16      // entries per value of the function,
	liveSpare     = 1 << 20 // and some more;
	liveAllowance = 16      // what each value may have even so
)

// liveness holds, for each block, the values alive at its start.
type liveness struct {
	useAt   []uint32    // per value: where its list of blocks starts
	useIn   []ssa.Block // the blocks that use each value, other than the one that defines it
	first   []uint32    // per block: where its values start
	vals    []ssa.Value
	dist    []int32
	pairs   []livePair
	visited []ssa.Value // per block
	work    []ssa.Block
	near    []int32 // per value: scratch for distances
	stamp   []uint32
	epoch   uint32
	length  []int32 // per block: its length in positions
}

type livePair struct {
	block ssa.Block
	val   ssa.Value
}

func (a *Allocator) liveIn(b ssa.Block) []ssa.Value {
	return a.live.vals[a.live.first[b]:a.live.first[b+1]]
}

// findLive computes which values are alive where.
func (a *Allocator) findLive() {
	a.listUses()
	l := &a.live
	l.pairs = l.pairs[:0]
	l.visited = zeroed(l.visited, a.f.NumBlocks())
	budget := liveBudget*a.f.NumValues() + liveSpare
	for v := ssa.Value(1); int(v) < a.f.NumValues(); v++ {
		from, to := l.useAt[v], l.useAt[v+1]
		if from == to {
			continue
		}
		start := len(l.pairs)
		limit := max(budget, liveAllowance)
		if a.values[v].flags&flagRef != 0 {
			limit = a.f.NumBlocks()
		}
		whole := a.walkLive(v, l.useIn[from:to], start+limit)
		if budget -= len(l.pairs) - start; !whole {
			l.pairs = l.pairs[:start]
			a.values[v].flags |= flagUntracked
		}
	}
	a.sortPairs()
}

// listUses lists, for each value, the blocks that use it other than its own; a block may be listed more than once.
func (a *Allocator) listUses() {
	l := &a.live
	l.useAt = zeroed(l.useAt, a.f.NumValues()+1)
	a.eachUse(func(v ssa.Value, b ssa.Block) { l.useAt[v+1]++ })
	for i := 1; i < len(l.useAt); i++ {
		l.useAt[i] += l.useAt[i-1]
	}
	l.useIn = sized(l.useIn, int(l.useAt[len(l.useAt)-1]))
	a.eachUse(func(v ssa.Value, b ssa.Block) {
		l.useIn[l.useAt[v]] = b
		l.useAt[v]++
	})
	copy(l.useAt[1:], l.useAt)
	l.useAt[0] = 0
}

// eachUse visits the uses of values in other blocks than those that define them.
func (a *Allocator) eachUse(visit func(ssa.Value, ssa.Block)) {
	f := a.f
	use := func(x ssa.Value, b ssa.Block) {
		if r := a.values[x].rep; r != 0 && a.values[r].block != b && a.values[r].flags&flagPinned == 0 {
			visit(r, b)
		}
	}
	for _, b := range f.Order() {
		for v := f.First(b); v != 0; v = f.Next(v) {
			if a.isReal(v) {
				for _, x := range f.Args(v) {
					use(x, b)
				}
			}
		}
		for i := range f.NumSuccs(b) {
			for _, x := range f.EdgeArgs(f.Succ(b, i)) {
				use(x, b)
			}
		}
	}
}

// walkLive enters v into the blocks at whose start it is alive; it reports whether the list did not grow
// beyond the limit.
func (a *Allocator) walkLive(v ssa.Value, uses []ssa.Block, limit int) bool {
	l, f := &a.live, a.f
	def := a.values[v].block
	l.work = append(l.work[:0], uses...)
	for len(l.work) > 0 {
		b := l.work[len(l.work)-1]
		l.work = l.work[:len(l.work)-1]
		if l.visited[b] == v {
			continue
		}
		if len(l.pairs) >= limit {
			return false
		}
		l.visited[b] = v
		l.pairs = append(l.pairs, livePair{b, v})
		for e := f.Preds(b); e != 0; e = f.NextPred(e) {
			if p := f.From(e); p != def && l.visited[p] != v && f.Reachable(p) {
				l.work = append(l.work, p)
			}
		}
	}
	return true
}

// sortPairs turns the pairs into a list for each block.
func (a *Allocator) sortPairs() {
	l := &a.live
	l.first = zeroed(l.first, a.f.NumBlocks()+1)
	for _, p := range l.pairs {
		l.first[p.block+1]++
	}
	for i := 1; i < len(l.first); i++ {
		l.first[i] += l.first[i-1]
	}
	l.vals = sized(l.vals, len(l.pairs))
	for _, p := range l.pairs {
		l.vals[l.first[p.block]] = p.val
		l.first[p.block]++
	}
	copy(l.first[1:], l.first)
	l.first[0] = 0
}

// findDistances fills in how far away the next uses are.
func (a *Allocator) findDistances() {
	l, n := &a.live, a.f.NumValues()
	l.dist = sized(l.dist, len(l.vals))
	for i := range l.dist {
		l.dist[i] = farthest
	}
	l.near, l.stamp = sized(l.near, n), zeroed(l.stamp, n)
	l.length = sized(l.length, a.f.NumBlocks())
	l.epoch = 0
	order := a.f.Order()
	for range 2 {
		for i := len(order) - 1; i >= 0; i-- {
			a.distancesIn(order[i])
		}
	}
}

func (a *Allocator) distancesIn(b ssa.Block) {
	l := &a.live
	a.leaving(b, func(v ssa.Value, dist int32) {
		if l.stamp[v] != l.epoch || dist < l.near[v] {
			l.near[v], l.stamp[v] = dist, l.epoch
		}
	})
	a.measure(b)
	length := l.length[b]
	for _, v := range a.liveIn(b) {
		if l.stamp[v] == l.epoch {
			l.near[v] = min(l.near[v]+length, farthest)
		}
	}
	a.firstUses(b)
	for i := l.first[b]; i < l.first[b+1]; i++ {
		if v := l.vals[i]; l.stamp[v] == l.epoch {
			l.dist[i] = l.near[v]
		}
	}
}

// leaving visits the values alive at the end of b with their distances from there, in a new epoch; values may come more than once.
func (a *Allocator) leaving(b ssa.Block, visit func(ssa.Value, int32)) {
	f, l := a.f, &a.live
	l.epoch++
	for i := range f.NumSuccs(b) {
		e := f.Succ(b, i)
		to := f.To(e)
		far := a.edgeLength(b, to)
		for _, x := range f.EdgeArgs(e) {
			if r := a.values[x].rep; a.values[r].flags&flagPinned == 0 {
				visit(r, far)
			}
		}
		for j := l.first[to]; j < l.first[to+1]; j++ {
			visit(l.vals[j], min(l.dist[j]+far, farthest))
		}
	}
}

// edgeLength is how far it is from the end of b to the start of a successor.
func (a *Allocator) edgeLength(b, to ssa.Block) int32 {
	f := a.f
	var far int32
	if f.LoopDepth(to) < f.LoopDepth(b) {
		far += farLoop
	}
	if f.Cold(to) && !f.Cold(b) {
		far += farCold
	}
	return far
}

// measure sums up the length of b.
func (a *Allocator) measure(b ssa.Block) {
	n := int32(0)
	for v := a.f.First(b); v != 0; v = a.f.Next(v) {
		n += a.lengthOf(v)
	}
	a.live.length[b] = n
}

// lengthOf is how much v adds to distances.
func (a *Allocator) lengthOf(v ssa.Value) int32 {
	switch {
	case !a.isReal(v):
		return 0
	case losesRegs(a.f.Op(v)):
		return farCall
	}
	return 1
}

// firstUses makes the distances of values used in b that of their first use there.
func (a *Allocator) firstUses(b ssa.Block) {
	l, f := &a.live, a.f
	pos := l.length[b]
	for v := f.Term(b); v != 0; v = f.Prev(v) {
		pos -= a.lengthOf(v)
		if !a.isReal(v) {
			continue
		}
		for _, x := range f.Args(v) {
			if r := a.values[x].rep; r != 0 {
				l.near[r], l.stamp[r] = pos, l.epoch
			}
		}
	}
}

// sized returns s with a length, its contents undefined.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}

// zeroed returns s with a length and all zero.
func zeroed[T any](s []T, n int) []T {
	s = sized(s, n)
	clear(s)
	return s
}
