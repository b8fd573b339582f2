package regalloc

import "github.com/weft-wasm/weft/internal/ssa"

// Which values a loop keeps in registers from one turn to the next. A value that has lost its register to a call when the turn ends has to be loaded
// for the next one; a value that is in memory when the turn starts has to be loaded where it is used. What happens less often is chosen.
//
// A pass forward over the blocks of loops with calls supposes that all values that a loop uses are in registers at its head, and follows
// with which probability they still are: calls take it away, uses bring it back. What is missing along the ways back is compared with what the turn needs
// in front of calls.

// retainMargin is how cheap keeping a value must be against loading it: operations can often read it from memory for nothing, and paths with calls are
// less rare than it seems.
const retainMargin = 0.5

// findRetained decides for each value alive at the head of a loop whether it should be in a register there.
func (a *Allocator) findRetained() {
	l, f := &a.live, a.f
	l.retain = sized(l.retain, len(l.vals))
	for i := range l.retain {
		l.retain[i] = 1
	}
	if !a.callsInLoops() {
		return
	}
	l.kept, l.missing = zeroed(l.kept, len(l.vals)), zeroed(l.missing, len(l.vals))
	for _, b := range f.Order() {
		if a.blocks[b].depth > 0 {
			a.followKept(b)
		}
	}
	for _, loop := range f.Loops() {
		b := loop.Head
		for i := l.first[b]; i < l.first[b+1]; i++ {
			if l.missing[i] > retainMargin*l.need[i]*f.Freq(b) {
				l.retain[i] = 0
			}
		}
	}
}

func (a *Allocator) callsInLoops() bool {
	for _, b := range a.f.Order() {
		if x := &a.blocks[b]; x.depth > 0 && x.calls {
			return true
		}
	}
	return false
}

// followKept finds with which probability the values alive at the start of b are in registers there, and hands that on to its successors.
func (a *Allocator) followKept(b ssa.Block) {
	l, f := &a.live, a.f
	l.soonEpoch++
	head, freq := f.IsLoopHead(b), f.Freq(b)
	for i := l.first[b]; i < l.first[b+1]; i++ {
		v := l.vals[i]
		l.soon[v], l.soonAt[v] = min(l.kept[i]/freq, 1), l.soonEpoch
		if head && l.dist[i] < farLoop {
			l.soon[v] = 1
		}
	}
	a.keepIn(b)
	for i := range f.NumSuccs(b) {
		to := f.To(f.Succ(b, i))
		into, often := l.kept, freq*a.share(b, to)
		back := f.OrderIndex(to) <= f.OrderIndex(b)
		if back {
			into = l.missing
		}
		for j := l.first[to]; j < l.first[to+1]; j++ {
			kept := float32(0)
			if v := l.vals[j]; l.soonAt[v] == l.soonEpoch {
				kept = l.soon[v]
			}
			if back {
				kept = 1 - kept
			}
			into[j] += often * kept
		}
	}
}

// keepIn follows b: what is used or computed there is in a register, calls take all away.
func (a *Allocator) keepIn(b ssa.Block) {
	l := &a.live
	for i, to := a.opsOf(b); i < to; i++ {
		for _, r := range a.argsOf(i) {
			l.soon[r], l.soonAt[r] = 1, l.soonEpoch
		}
		if a.ops[i].flags&opLosesRegs != 0 {
			l.soonEpoch++
		}
		a.eachResult(a.ops[i].val, func(r ssa.Value) { l.soon[r], l.soonAt[r] = 1, l.soonEpoch })
	}
}
