package ssa

// Dominators, by Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm": immediate dominators are intersected along reverse
// post-order until nothing changes, which for the reducible functions that WebAssembly makes is after one round. A walk of
// the tree then numbers the blocks so that a question of dominance is two comparisons.

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
	a.idom = sized(a.idom, len(f.blocks))
	clear(a.idom)
	a.idom[Entry] = Entry
	for changed := true; changed; {
		changed = false
		for _, b := range order[1:] {
			var dom Block
			for e := f.Preds(b); e != 0; e = f.NextPred(e) {
				if p := f.From(e); a.idom[p] != 0 {
					dom = f.meet(dom, p)
				}
			}
			if a.idom[b] != dom {
				a.idom[b], changed = dom, true
			}
		}
	}
	a.idom[Entry] = 0
	f.numberTree(order)
}

// meet returns the closest block that dominates both, either of which may be 0 for not known.
func (f *Func) meet(b, c Block) Block {
	if b == 0 {
		return c
	}
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
