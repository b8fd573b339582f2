package ssa

import (
	"cmp"
	"math"
	"slices"
)

// Layout decides in which order the blocks of a function are emitted.
//
// Control should mostly fall from a block into the one behind it. So blocks are linked into chains, along the edges that run most often first, after
// Pettis and Hansen, "Profile Guided Code Positioning" (PLDI 1990): an edge joins two chains if it leads from the end of one to the start
// of the other. Among edges of about the same frequency those between near neighbours in reverse post-order go first, which keeps the arms of
// a branch together.
//
// That happens loop by loop, inner ones first. A loop becomes one chain, which the loop around it takes as a unit, so loops are contiguous.
// A loop that ends in a jump to its head, because it decides at the top whether to go on, is turned: the chain is cut behind the
// block that leaves it, and what stood above that comes last:
//
//	head: if … -> body, exit          body: …
//	body: …                   becomes head: if … -> body, exit
//	      jump -> head                exit:
//	exit:
//
// Now each turn has one taken branch rather than two; the way in has to jump to the head, once.
//
// Cold blocks come behind all others, linked in the same way. Blocks that do nothing but jump are not emitted at all.
//
// Requires: nothing. Provides: the entry is first; each reachable block is in Blocks or leads, by Target, to one that is.
type Layout struct {
	Blocks []Block // in order

	target     []Block // per block: where control gets to from its start
	prev, next []Block // per block: its neighbours in its chain
	head, tail []Block // per block: of a chain's tail its head, and of a chain's head its tail
	key        []int32 // per head of a chain: its place among chains
	tops       []bool  // per block
	outer      []bool  // per loop: whether there is one in it

	edges   []layoutEdge
	members [][]Block // per loop, from coldLoop on: the blocks in it and in no loop inside of it, and the starts of those
	chains  []Block   // the heads of the chains of the loop at hand
}

// layoutEdge is a way that control may fall.
type layoutEdge struct {
	from, to Block
	loop     int32 // the innermost around both blocks, -1 if there is none, or coldLoop
	often    int32 // the logarithm of its frequency
	span     int32 // how far it leads in reverse post-order
}

// coldLoop stands for all blocks that are cold.
const coldLoop = -2

// Find lays out f. Blocks for which empty is true do nothing but jump, and nothing may have to happen on the way either.
func (l *Layout) Find(f *Func, empty func(Block) bool) {
	f.findLoops()
	l.reset(f)
	l.skipEmpty(f, empty)
	l.collect(f)
	loops := f.Loops()
	at := 0
	for level := len(loops) - 1; level >= coldLoop; level-- {
		for ; at < len(l.edges) && l.edges[at].loop == int32(level); at++ {
			e := &l.edges[at]
			if level < 0 || e.to != loops[level].Head {
				l.join(e.from, e.to)
			}
		}
		l.finish(f, level)
	}
}

func (l *Layout) reset(f *Func) {
	n := f.NumBlocks()
	l.target, l.prev, l.next, l.head, l.tail = sized(l.target, n), sized(l.prev, n), sized(l.next, n), sized(l.head, n), sized(l.tail, n)
	l.key, l.tops = sized(l.key, n), sized(l.tops, n)
	clear(l.prev)
	clear(l.next)
	clear(l.tops)
	for _, b := range f.Order() {
		l.target[b], l.head[b], l.tail[b], l.key[b] = b, b, b, f.order.index[b]
	}
	l.Blocks, l.edges = l.Blocks[:0], l.edges[:0]
	n = len(f.Loops())
	l.outer = sized(l.outer, n)
	clear(l.outer)
	n -= coldLoop
	for len(l.members) < n {
		l.members = append(l.members, nil)
	}
	for i := range n {
		l.members[i] = l.members[i][:0]
	}
}

// skipEmpty finds where empty blocks lead. Heads of loops stay, which loops are known by.
func (l *Layout) skipEmpty(f *Func, empty func(Block) bool) {
	order := f.Order()
	for i := len(order) - 1; i > 0; i-- { // backwards, so that a row of them is skipped at once
		b := order[i]
		if f.Op(f.Term(b)) != OpJump || f.IsLoopHead(b) || !empty(b) {
			continue
		}
		if to := l.Target(f.To(f.Succ(b, 0))); to != b {
			l.target[b] = to
		}
	}
}

// Target is where control gets to from the start of b, passing blocks that are not emitted.
func (l *Layout) Target(b Block) Block {
	for l.target[b] != b {
		b = l.target[b]
	}
	return b
}

// Top reports whether b is the first block of an innermost loop, which is worth aligning.
func (l *Layout) Top(b Block) bool { return l.tops[b] }

// collect enters the blocks into the lists of their loops, and sorts the edges by loop, inner ones first, and then by what they are worth.
func (l *Layout) collect(f *Func) {
	for _, b := range f.Order() {
		if l.target[b] != b {
			continue
		}
		level := l.levelOf(f, b, b)
		l.members[level-coldLoop] = append(l.members[level-coldLoop], b)
		if f.Op(f.Term(b)) == OpSwitch {
			continue
		}
		for i := range f.NumSuccs(b) {
			if to := l.Target(f.To(f.Succ(b, i))); to != b && f.isCold(b) == f.isCold(to) {
				l.edges = append(l.edges, layoutEdge{b, to, l.levelOf(f, b, to), octave(f.Freq(b) * f.Share(b, i)), f.span(b, to)})
			}
		}
	}
	slices.SortFunc(l.edges, func(a, b layoutEdge) int {
		switch {
		case a.loop != b.loop:
			return int(b.loop) - int(a.loop)
		case a.often != b.often:
			return int(b.often) - int(a.often)
		case a.span != b.span:
			return int(a.span) - int(b.span)
		}
		return int(a.from) - int(b.from)
	})
}

// isCold reports whether b belongs behind all that is not cold.
func (f *Func) isCold(b Block) bool { return f.blocks[b].cold && b != Entry }

// octave is the logarithm of a frequency. What is a little more or less than a power of two has the same.
func octave(freq float32) int32 { return int32(math.Ilogb(float64(freq) * math.Sqrt2)) }

// span is how far an edge leads in reverse post-order. Ways back lead farther than all others.
func (f *Func) span(from, to Block) int32 {
	n := f.order.index[to] - f.order.index[from]
	if n < 0 {
		n = int32(len(f.order.order)) - n
	}
	return n
}

// levelOf is the innermost loop around both blocks.
func (l *Layout) levelOf(f *Func, b, c Block) int32 {
	if f.isCold(b) {
		return coldLoop
	}
	a := &f.order
	x, y := a.inner[b], a.inner[c]
	for x != y {
		if x < 0 || y >= 0 && a.loops[y].Depth > a.loops[x].Depth {
			y = a.loops[y].Outer
		} else {
			x = a.loops[x].Outer
		}
	}
	return x
}

// join links two chains if the first ends in one block and the other starts with the other.
func (l *Layout) join(from, to Block) {
	if l.next[from] != 0 || l.prev[to] != 0 || l.head[from] == to || to == Entry {
		return
	}
	first, last := l.head[from], l.tail[to]
	l.next[from], l.prev[to] = to, from
	l.tail[first], l.head[last] = last, first
}

// finish makes one chain of those of a loop and hands it to the loop around it, or appends them to the result if there is none.
func (l *Layout) finish(f *Func, level int) {
	l.chains = l.chains[:0]
	for _, b := range l.members[level-coldLoop] {
		if l.prev[b] == 0 {
			l.chains = append(l.chains, b)
		}
	}
	slices.SortFunc(l.chains, func(a, b Block) int { return cmp.Compare(l.key[a], l.key[b]) })
	if level < 0 {
		for _, b := range l.chains {
			for ; b != 0; b = l.next[b] {
				l.Blocks = append(l.Blocks, b)
			}
		}
		return
	}
	if len(l.chains) > 0 {
		l.unite(f, int32(level))
	}
}

// unite makes one chain of those of a loop. What its head starts comes first, and what leads back to the head most often last.
func (l *Layout) unite(f *Func, level int32) {
	loop := &f.Loops()[level]
	slices.SortStableFunc(l.chains, func(a, b Block) int {
		return cmp.Compare(l.rank(f, level, a), l.rank(f, level, b))
	})
	top := l.chains[0]
	for _, b := range l.chains[1:] {
		l.join(l.tail[top], b)
	}
	if l.endsInJump(f, level, l.tail[top]) && top == loop.Head {
		top = l.turn(f, level)
	}
	l.key[top] = f.order.index[loop.Head]
	l.members[loop.Outer-coldLoop] = append(l.members[loop.Outer-coldLoop], top)
	l.tops[top] = l.tops[top] || !l.outer[level]
	if loop.Outer >= 0 {
		l.outer[loop.Outer] = true
	}
}

// rank is lower for the chain with the head of the loop, and higher for one that leads back there.
func (l *Layout) rank(f *Func, level int32, chain Block) float32 {
	switch {
	case chain == f.Loops()[level].Head:
		return -1
	case l.endsInJump(f, level, l.tail[chain]):
		return f.Freq(l.tail[chain])
	}
	return 0
}

// turn cuts the chain of a loop, which begins with the head, behind the block that leaves the loop most often, and puts what is above the cut behind
// what is below. It returns the start of the chain.
func (l *Layout) turn(f *Func, level int32) Block {
	head := f.Loops()[level].Head
	last := l.tail[head]
	cut, best := Block(0), float32(0)
	for b := head; b != last; b = l.next[b] {
		if f.order.inner[b] != level || f.Op(f.Term(b)) == OpSwitch {
			continue
		}
		for i := range f.NumSuccs(b) {
			to := l.Target(f.To(f.Succ(b, i)))
			if often := f.Freq(b) * f.Share(b, i); often > best && !f.inLoop(to, level) && !f.isCold(to) {
				cut, best = b, often
			}
		}
	}
	if cut == 0 {
		return head
	}
	first := l.next[cut]
	l.next[cut], l.prev[first] = 0, 0
	l.next[last], l.prev[head] = head, last
	l.tail[first], l.head[cut] = cut, first
	return first
}

// endsInJump reports whether b, the last block of a chain, leads back to the head of a loop and not out of it.
func (l *Layout) endsInJump(f *Func, level int32, b Block) bool {
	back := false
	for i := range f.NumSuccs(b) {
		to := l.Target(f.To(f.Succ(b, i)))
		if !f.inLoop(to, level) && !f.isCold(to) {
			return false
		}
		back = back || to == f.Loops()[level].Head
	}
	return back && f.Op(f.Term(b)) != OpSwitch
}
