package regalloc

import "github.com/weft-wasm/weft/internal/ssa"

// How far away the values alive at the start of a block are used: in positions, where leaving a loop or entering a cold block counts as very
// far, and passing a call as far. And how probable it is that one is used before a call takes its register: what a place in a register is worth.
//
// Both come from passing over the blocks in post-order, and a second time over those in loops, for what comes round.

const (
	farCall  = 1 << 6  // added by a call
	farCold  = 1 << 9  // added by entering a cold block
	farLoop  = 1 << 16 // added by leaving a loop
	farthest = 1 << 28
)

// findDistances fills in how far away the next uses are.
func (a *Allocator) findDistances() {
	l, n := &a.live, a.f.NumValues()
	l.dist = sized(l.dist, len(l.vals))
	for i := range l.dist {
		l.dist[i] = farthest
	}
	l.need = zeroed(l.need, len(l.vals))
	l.near, l.stamp = sized(l.near, n), zeroed(l.stamp, n)
	l.soon, l.soonAt, l.soonEpoch = sized(l.soon, n), zeroed(l.soonAt, n), 0
	l.retain = zeroed(l.retain, len(l.vals))
	l.epoch = 0
	order := a.f.Order()
	for i := len(order) - 1; i >= 0; i-- {
		a.distancesIn(order[i])
	}
	a.findRetained()
	for i := len(order) - 1; i >= 0; i-- {
		if a.blocks[order[i]].depth > 0 {
			a.distancesIn(order[i])
		}
	}
}

func (a *Allocator) distancesIn(b ssa.Block) {
	l := &a.live
	l.epoch++
	l.soonEpoch++
	for i := range a.f.NumSuccs(b) {
		a.distancesAlong(b, a.f.Succ(b, i))
	}
	length := a.blocks[b].length
	for _, v := range a.liveIn(b) {
		if l.stamp[v] == l.epoch {
			l.near[v] = min(l.near[v]+length, farthest)
		}
	}
	a.firstUses(b)
	for i := l.first[b]; i < l.first[b+1]; i++ {
		if v := l.vals[i]; l.stamp[v] == l.epoch {
			l.dist[i], l.need[i] = l.near[v], 0
			if l.soonAt[v] == l.soonEpoch {
				l.need[i] = l.soon[v]
			}
		}
	}
}

// distancesAlong adds what is behind e, which leaves b.
func (a *Allocator) distancesAlong(b ssa.Block, e ssa.Edge) {
	f, l := a.f, &a.live
	to := f.To(e)
	far, share := a.edgeLength(b, to), a.share(b, to)
	for _, x := range f.EdgeArgs(e) {
		if r := a.values[x].rep; a.values[r].flags&flagPinned == 0 {
			l.meet(r, far, share)
		}
	}
	back := f.OrderIndex(to) <= f.OrderIndex(b)
	for j := l.first[to]; j < l.first[to+1]; j++ {
		need := l.need[j]
		if back {
			need = max(need, l.retain[j])
		}
		l.meet(l.vals[j], min(l.dist[j]+far, farthest), share*need)
	}
}

// meet notes that v is used so far away on one of the ways out of a block, and needed with some probability.
func (l *liveness) meet(v ssa.Value, dist int32, need float32) {
	if l.stamp[v] != l.epoch {
		l.near[v], l.stamp[v] = dist, l.epoch
		l.soon[v], l.soonAt[v] = need, l.soonEpoch
		return
	}
	l.near[v] = min(l.near[v], dist)
	l.soon[v] += need
}

// listOuts lists the values that are alive at the end of b in outs, each once; it has the stamp of a new epoch, and its distance from there in near.
func (a *Allocator) listOuts(b ssa.Block) {
	f, l := a.f, &a.live
	l.epoch++
	a.outs = a.outs[:0]
	for i := range f.NumSuccs(b) {
		e := f.Succ(b, i)
		to := f.To(e)
		far := a.edgeLength(b, to)
		for _, x := range f.EdgeArgs(e) {
			if r := a.values[x].rep; a.values[r].flags&flagPinned == 0 {
				a.comesOut(r, far)
			}
		}
		from, end := l.first[to], l.first[to+1]
		dists := l.dist[from:end]
		for j, v := range l.vals[from:end] {
			a.comesOut(v, min(dists[j]+far, farthest))
		}
	}
}

func (a *Allocator) comesOut(v ssa.Value, far int32) {
	l := &a.live
	if l.stamp[v] != l.epoch {
		l.stamp[v], l.near[v] = l.epoch, far
		a.outs = append(a.outs, v)
	} else if far < l.near[v] {
		l.near[v] = far
	}
}

// edgeLength is how far it is from the end of b to the start of a successor.
func (a *Allocator) edgeLength(b, to ssa.Block) int32 {
	f := a.f
	var far int32
	if a.blocks[to].depth < a.blocks[b].depth {
		far += farLoop
	}
	if f.Cold(to) && !f.Cold(b) {
		far += farCold
	}
	return far
}

// share is how probable it is that b goes on to its successor to: where there are several, they have no other predecessors.
func (a *Allocator) share(b, to ssa.Block) float32 {
	if a.f.NumSuccs(b) < 2 {
		return 1
	}
	return a.f.Freq(to) / a.f.Freq(b)
}

// firstUses makes the distances of values used in b that of their first use there. What is needed behind a call is not needed in front of it.
func (a *Allocator) firstUses(b ssa.Block) {
	l := &a.live
	pos := a.blocks[b].length
	from, to := a.opsOf(b)
	for i := to - 1; i >= from; i-- {
		o := &a.ops[i]
		pos -= o.length
		if o.flags&opLosesRegs != 0 {
			l.soonEpoch++
		}
		for _, r := range a.argsOf(i) {
			l.near[r], l.stamp[r] = pos, l.epoch
			l.soon[r], l.soonAt[r] = 1, l.soonEpoch
		}
	}
}
