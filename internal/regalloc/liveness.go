package regalloc

import (
	"cmp"
	"slices"

	"github.com/weft-wasm/weft/internal/ssa"
)

// Liveness: for each block, which values are alive at its start; distance.go adds how far away they are used.
//
// Membership is found value by value, walking from the uses against the edges up to the definition, which costs as much as the
// result is long. That is bounded: once the budget, proportional to the size of the function, is used up, values that are alive in
// more than a few blocks are kept in memory instead, where they need no tracking.

const (
	liveBudget    = 16      // entries per value of the function,
	liveSpare     = 1 << 20 // and some more, but for tests;
	liveAllowance = 16      // what each value may have even so
)

// liveness holds, for each block, the values alive at its start.
type liveness struct {
	useAt         []uint32    // per value: where its list of blocks starts
	useIn         []ssa.Block // the blocks that use each value, other than the one that defines it
	first         []uint32    // per block: where its values start
	vals          []ssa.Value
	dist          []int32   // how far away they are used
	need          []float32 // how probable it is that they are used before a call takes their registers
	pairs         []livePair
	visited       []ssa.Value // per block
	work          []ssa.Block
	retain        []float32 // at heads of loops: 1 if they should be in registers, else 0
	kept, missing []float32 // scratch for that
	near          []int32   // per value: scratch for distances
	soon          []float32
	soonAt        []uint32
	soonEpoch     uint32
	stamp         []uint32
	epoch         uint32
	spare         int        // liveSpare
	untracked     []livePair // by the blocks that define them
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
	l.pairs, l.untracked = l.pairs[:0], l.untracked[:0]
	l.visited = zeroed(l.visited, a.f.NumBlocks())
	budget := liveBudget*a.f.NumValues() + a.live.spare
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
			l.untracked = append(l.untracked, livePair{a.values[v].block, v})
		}
	}
	slices.SortFunc(l.untracked, func(x, y livePair) int { return cmp.Or(int(x.block)-int(y.block), int(x.val)-int(y.val)) })
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
	for _, b := range f.Order() {
		from, to := a.opsOf(b)
		for _, r := range a.args[a.ops[from].args:a.ops[to].args] {
			if a.values[r].block != b {
				visit(r, b)
			}
		}
		for i := range f.NumSuccs(b) {
			for _, x := range f.EdgeArgs(f.Succ(b, i)) {
				if r := a.values[x].rep; r != 0 && a.values[r].block != b && a.values[r].flags&flagPinned == 0 {
					visit(r, b)
				}
			}
		}
	}
}

// walkLive enters v into the blocks at whose start it is alive; it reports whether the list did not grow
// beyond the limit.
func (a *Allocator) walkLive(v ssa.Value, uses []ssa.Block, limit int) bool {
	l := &a.live
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
		for _, p := range a.predsOf(b) {
			if p != def && l.visited[p] != v {
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
