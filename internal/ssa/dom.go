package ssa

// Dominators, by Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm": immediate dominators are intersected along reverse
// post-order until nothing changes, which for the reducible functions that WebAssembly makes is after one round. A walk of
// the tree then numbers the blocks so that a question of dominance is two comparisons.
//
// Two blocks are intersected by walking up the tree from both. Where many blocks in a row leave for the same one, as calls do for a handler,
// that would be quadratic. Hence each block has, besides its parent, an ancestor to jump to (Myers, "An Applicative Random-Access Stack",
// 1983), which makes a walk logarithmic for as long as the tree only grows.

// Idom returns the immediate dominator of b; it is 0 for the entry and for what cannot be reached.
func (f *Func) Idom(b Block) Block {
	f.dominators()
	return f.order.idom[b]
}

// Dominates reports whether each way from the entry to b leads through a. A block dominates itself.
func (f *Func) Dominates(a, b Block) bool {
	f.dominators()
	o := &f.order
	return o.first[a] <= o.first[b] && o.last[b] <= o.last[a]
}

// DomChildren calls visit for each block that b dominates immediately, in the order of Order.
func (f *Func) DomChildren(b Block, visit func(Block)) {
	f.dominators()
	for c := f.order.child[b]; c != 0; c = f.order.next[c] {
		visit(c)
	}
}

func (f *Func) dominators() {
	a := &f.order
	if a.hasDom {
		return
	}
	order := f.Order()
	a.hasDom = true
	n := len(f.blocks)
	a.idom, a.jump, a.depth = sized(a.idom, n), sized(a.jump, n), sized(a.depth, n)
	clear(a.idom)
	a.idom[Entry], a.jump[Entry], a.depth[Entry] = Entry, Entry, 0
	for round, changed := 0, true; changed; round++ {
		if changed = false; round > 0 {
			for _, b := range order[1:] {
				f.hang(b)
			}
		}
		for _, b := range order[1:] {
			dom := f.meetPreds(b, round == 0 || !changed)
			if a.idom[b] != dom {
				a.idom[b], changed = dom, true
				f.hang(b)
			}
		}
	}
	a.idom[Entry] = 0
	f.numberTree(order)
}

// meetPreds returns the closest block that dominates the predecessors of b, as far as theirs are known. Steady says that the tree has only
// grown since jumps were made.
func (f *Func) meetPreds(b Block, steady bool) (dom Block) {
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		p := f.From(e)
		switch {
		case f.order.idom[p] == 0:
		case dom == 0:
			dom = p
		case steady:
			dom = f.jumpMeet(dom, p)
		default:
			dom = f.meet(dom, p)
		}
	}
	return dom
}

// meet returns the closest block that dominates both.
func (f *Func) meet(b, c Block) Block {
	a := &f.order
	for b != c {
		for a.index[b] > a.index[c] {
			b = a.idom[b]
		}
		for a.index[c] > a.index[b] {
			c = a.idom[c]
		}
	}
	return b
}

// hang makes the jump of a block whose parent has its own: two jumps of the parent's in one if those are of the same length, else to the
// parent. So blocks at the same depth have jumps of the same length.
func (f *Func) hang(b Block) {
	a := &f.order
	p := a.idom[b]
	j := a.jump[p]
	a.depth[b], a.jump[b] = a.depth[p]+1, p
	if a.depth[p]-a.depth[j] == a.depth[j]-a.depth[a.jump[j]] {
		a.jump[b] = a.jump[j]
	}
}

// jumpMeet is meet by way of jumps.
func (f *Func) jumpMeet(b, c Block) Block {
	a := &f.order
	if a.depth[b] < a.depth[c] {
		b, c = c, b
	}
	for a.depth[b] > a.depth[c] {
		if j := a.jump[b]; a.depth[j] >= a.depth[c] {
			b = j
		} else {
			b = a.idom[b]
		}
	}
	for b != c {
		if a.jump[b] != a.jump[c] {
			b, c = a.jump[b], a.jump[c]
		} else {
			b, c = a.idom[b], a.idom[c]
		}
	}
	return b
}

// numberTree gives each block the span of numbers of its subtree. Parents come before children in order, so sizes are summed from
// the back and places handed out from the front.
func (f *Func) numberTree(order []Block) {
	a := &f.order
	n := len(f.blocks)
	a.first, a.last = sized(a.first, n), sized(a.last, n)
	a.child, a.next = sized(a.child, n), sized(a.next, n)
	clear(a.child)
	clear(a.next)
	for i := range a.first {
		a.first[i], a.last[i] = -1, -2 // what cannot be reached dominates nothing, not even itself
	}
	for _, b := range order {
		a.last[b] = 1 // the size of the subtree, until places are known
	}
	for i := len(order) - 1; i > 0; i-- {
		b := order[i]
		p := a.idom[b]
		a.last[p] += a.last[b]
		a.next[b], a.child[p] = a.child[p], b
	}
	a.first[Entry], a.last[Entry] = 0, a.last[Entry]-1
	for _, b := range order {
		at := a.first[b] + 1
		for c := a.child[b]; c != 0; c = a.next[c] {
			size := a.last[c]
			a.first[c], a.last[c] = at, at+size-1
			at += size
		}
	}
}
