package ssa

// analysis holds what is computed from the blocks and edges alone, until they change.
type analysis struct {
	hasOrder, hasDom, hasLoops, hasBits bool

	order []Block // in reverse post-order
	index []int32 // per block: its place in order, or -1
	stack []visit

	idom, jump  []Block
	depth       []int32 // per block: in the dominator tree
	first, last []int32 // per block: the span of its subtree in a walk of the dominator tree
	child, next []Block

	loops []Loop
	inner []int32 // per block: the innermost loop
	freq  []float32
	ways  ways

	bits  []uint64 // per value: of a parameter, those that may be set
	bound []uint64 // per value: and those that may be by what a loop counts to
}

type visit struct {
	b    Block
	succ int // how many of its successors were visited, from the last on
}

func (a *analysis) reset() {
	a.hasOrder, a.hasDom, a.hasLoops, a.hasBits = false, false, false, false
	a.ways.of = 0
}

// Changed says that blocks or edges changed. Methods of Func that change them do so themselves.
func (f *Func) Changed() { f.order.reset() }

// Order returns the blocks that can be reached, in reverse post-order: a block comes after its predecessors, those along back edges of loops
// excepted, and of the successors of a branch the first is visited last and so tends to come next. The slice is the function's own and valid until a block or edge changes.
func (f *Func) Order() []Block {
	a := &f.order
	if !a.hasOrder {
		a.hasOrder = true
		f.postOrder()
	}
	return a.order
}

// postOrder walks depth-first without recursion, and turns the order round.
func (f *Func) postOrder() {
	a := &f.order
	a.index = sized(a.index, len(f.blocks))
	for i := range a.index {
		a.index[i] = -1
	}
	a.order = a.order[:0]
	a.stack = append(a.stack[:0], visit{b: Entry})
	a.index[Entry] = 0
	for len(a.stack) > 0 {
		top := &a.stack[len(a.stack)-1]
		if top.succ == f.NumSuccs(top.b) {
			a.order = append(a.order, top.b)
			a.stack = a.stack[:len(a.stack)-1]
			continue
		}
		top.succ++
		to := f.To(f.Succ(top.b, f.NumSuccs(top.b)-top.succ))
		if a.index[to] < 0 {
			a.index[to] = 0
			a.stack = append(a.stack, visit{b: to})
		}
	}
	for i, j := 0, len(a.order)-1; i < j; i, j = i+1, j-1 {
		a.order[i], a.order[j] = a.order[j], a.order[i]
	}
	for i, b := range a.order {
		a.index[b] = int32(i)
	}
}

// Reachable reports whether b can be reached from the entry.
func (f *Func) Reachable(b Block) bool {
	f.Order()
	return f.order.index[b] >= 0
}

// OrderIndex returns the place of b in Order, or -1.
func (f *Func) OrderIndex(b Block) int {
	f.Order()
	return int(f.order.index[b])
}

// sized returns s with a length, its contents undefined.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}
