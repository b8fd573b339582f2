package ssa

// Loop is a natural loop: the blocks from which one of the back edges to its head can be reached without leaving through the head. A way
// back to a block that does not dominate it, which WebAssembly cannot express, makes no loop.
type Loop struct {
	Head  Block
	Outer int32 // the index of the loop around this one, or -1
	Depth int32 // 1 for an outermost loop
}

// Loops returns the loops of the function, outer ones before the inner; valid until a block or edge changes.
func (f *Func) Loops() []Loop {
	f.findLoops()
	return f.order.loops
}

// LoopOf returns the index of the innermost loop around b, or -1.
func (f *Func) LoopOf(b Block) int {
	f.findLoops()
	return int(f.order.inner[b])
}

// LoopDepth returns the number of loops around b.
func (f *Func) LoopDepth(b Block) int {
	if l := f.LoopOf(b); l >= 0 {
		return int(f.order.loops[l].Depth)
	}
	return 0
}

// IsLoopHead reports whether b is the head of a loop.
func (f *Func) IsLoopHead(b Block) bool {
	l := f.LoopOf(b)
	return l >= 0 && f.order.loops[l].Head == b
}

// findLoops takes heads in reverse post-order backwards, that is inner loops first, and walks from the back edges against the
// edges; a block that is in a loop already stands for the outermost loop known around it.
func (f *Func) findLoops() {
	a := &f.order
	if a.hasLoops {
		return
	}
	f.dominators()
	a.hasLoops = true
	a.loops = a.loops[:0]
	a.inner = sized(a.inner, len(f.blocks))
	for i := range a.inner {
		a.inner[i] = -1
	}
	var work []Block
	for i := len(a.order) - 1; i >= 0; i-- {
		head := a.order[i]
		work = work[:0]
		for e := f.Preds(head); e != 0; e = f.NextPred(e) {
			if p := f.From(e); f.Dominates(head, p) {
				work = append(work, p)
			}
		}
		if len(work) > 0 {
			a.loops = append(a.loops, Loop{Head: head, Outer: -1})
			f.fillLoop(int32(len(a.loops)-1), work)
		}
	}
	f.nestLoops()
	f.estimate()
}

// fillLoop enters the blocks from which work can be reached into a loop.
func (f *Func) fillLoop(l int32, work []Block) {
	a := &f.order
	head := a.loops[l].Head
	a.inner[head] = l
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if a.index[b] < 0 {
			continue
		}
		if in := a.inner[b]; in >= 0 {
			for a.loops[in].Outer >= 0 {
				in = a.loops[in].Outer
			}
			if in == l {
				continue
			}
			a.loops[in].Outer = l
			b = a.loops[in].Head
		} else {
			a.inner[b] = l
		}
		for e := f.Preds(b); e != 0; e = f.NextPred(e) {
			work = append(work, f.From(e))
		}
	}
}

// nestLoops turns the list round, so that outer loops come first, and counts depths.
func (f *Func) nestLoops() {
	a := &f.order
	n := int32(len(a.loops))
	for i, j := 0, len(a.loops)-1; i < j; i, j = i+1, j-1 {
		a.loops[i], a.loops[j] = a.loops[j], a.loops[i]
	}
	for b, l := range a.inner {
		if l >= 0 {
			a.inner[b] = n - 1 - l
		}
	}
	for i := range a.loops {
		l := &a.loops[i]
		if l.Depth = 1; l.Outer >= 0 {
			l.Outer = n - 1 - l.Outer
			l.Depth += a.loops[l.Outer].Depth
		}
	}
}

// The estimate of frequencies: a loop turns this often, a likely branch is taken with this probability, a cold block with that one.
const (
	loopTurns   = 8
	likelyShare = 0.9
	coldShare   = 0.001
)

// Freq estimates how often b runs for each call of the function. It is 1 for the entry.
func (f *Func) Freq(b Block) float32 {
	f.findLoops()
	return f.order.freq[b]
}

// estimate passes frequencies down the edges in reverse post-order, back edges left out: the head of a loop makes up for these by multiplying
// what comes in.
func (f *Func) estimate() {
	a := &f.order
	a.freq = sized(a.freq, len(f.blocks))
	clear(a.freq)
	a.freq[Entry] = 1
	for _, b := range a.order {
		if f.IsLoopHead(b) {
			a.freq[b] *= loopTurns
		}
		for i := range f.NumSuccs(b) {
			to := f.To(f.Succ(b, i))
			if f.Dominates(to, b) {
				continue
			}
			a.freq[to] += a.freq[b] * f.Share(b, i)
		}
	}
}

// inLoop reports whether b is in a loop or one inside of it.
func (f *Func) inLoop(b Block, l int32) bool {
	a := &f.order
	in := a.inner[b]
	for in >= 0 && a.loops[in].Depth > a.loops[l].Depth {
		in = a.loops[in].Outer
	}
	return in == l
}

// Share estimates the probability of successor i of b: by what is cold, by the hint, by what leaves a loop, and else the same for all.
func (f *Func) Share(b Block, i int) float32 {
	f.findLoops()
	n := f.NumSuccs(b)
	if n == 1 {
		return 1
	}
	to := f.To(f.Succ(b, i))
	w := f.waysOf(b)
	if s, ok := shareAvoiding(n, w.cold, f.blocks[to].cold, coldShare); ok {
		return s
	}
	switch x := &f.values[f.Term(b)]; {
	case x.op == OpTry:
		return [2]float32{1 - coldShare, coldShare}[i]
	case infos[x.op].Aux == AuxHint && Hint(x.aux) != HintNone:
		if (Hint(x.aux) == HintLikely) == (i == 0) {
			return likelyShare
		}
		return 1 - likelyShare
	}
	if l := f.order.inner[b]; l >= 0 {
		if s, ok := shareAvoiding(n, w.leaving, !f.inLoop(to, l), 1.0/loopTurns); ok {
			return s
		}
	}
	return 1 / float32(n)
}

// shareAvoiding is the probability of one of n ways, if those that are to be avoided, some but not all, have a small one together.
func shareAvoiding(n, avoided int, avoid bool, small float32) (float32, bool) {
	switch {
	case avoided == 0 || avoided == n:
		return 0, false
	case avoid:
		return small / float32(avoided), true
	}
	return (1 - small) / float32(n-avoided), true
}

// ways counts the successors of a block that are cold, and those that leave its innermost loop. It is kept for the block that was asked for last,
// because a switch may have very many.
type ways struct {
	of            Block // 0 if it is out of date
	cold, leaving int
}

func (f *Func) waysOf(b Block) *ways {
	w := &f.order.ways
	if w.of == b {
		return w
	}
	*w = ways{of: b}
	l := f.order.inner[b]
	for j := range f.NumSuccs(b) {
		to := f.To(f.Succ(b, j))
		if f.blocks[to].cold {
			w.cold++
		}
		if l >= 0 && !f.inLoop(to, l) {
			w.leaving++
		}
	}
	return w
}

// IsCritical reports whether e leads from a block with several successors to one with several predecessors, so that nothing can be put
// on it without splitting it.
func (f *Func) IsCritical(e Edge) bool {
	return f.NumSuccs(f.From(e)) > 1 && f.NumPreds(f.To(e)) > 1
}

// SplitCriticalEdges puts a block on each critical edge.
func (f *Func) SplitCriticalEdges() {
	for e := Edge(len(f.edges) - 1); e > 0; e-- {
		if f.isLive(e) && f.IsCritical(e) {
			f.SplitEdge(e)
		}
	}
}

// isLive reports whether e is one of the successors of its block, which it no longer is when the block's terminator was changed.
func (f *Func) isLive(e Edge) bool {
	b := f.blocks[f.edges[e].from]
	return b.last != 0 && e-b.succ < Edge(b.nsucc)
}
