package ssa

// Block is the number of a basic block in its function; 0 is no block, and 1 the entry.
type Block uint32

// Entry is the block where a function starts. Its parameters are those of the function, and no edge leads to it.
const Entry Block = 1

// Edge is the number of a way from one block to another; 0 is no edge.
type Edge uint32

// block is a basic block. Its last value is the terminator; a block without values is not, or no longer, part of the function.
type block struct {
	first, last Value
	params      list
	succ        Edge // the successors are numbered consecutively from here
	nsucc       uint32
	pred        Edge // the first of a list through the edges
	npred       uint32
	cold        bool
}

// edge is a way between blocks; the predecessors of a block are a doubly linked list, kept up to date by every change.
type edge struct {
	from, to   Block
	args       list
	prev, next Edge // among the edges that lead to the same block
}

// list is a growing piece of the pool.
type list struct{ at, n, cap uint32 }

func (f *Func) items(l list) []Value { return f.pool[l.at:][:l.n] }

// push appends to a list, in place at the end of the pool and else by moving the list there.
func (f *Func) push(l *list, v Value) {
	if l.n == l.cap {
		if l.at+l.cap != uint32(len(f.pool)) {
			at := uint32(len(f.pool))
			f.pool = append(f.pool, f.items(*l)...)
			l.at = at
		}
		l.cap += max(l.cap, 2)
		for uint32(len(f.pool)) < l.at+l.cap {
			f.pool = append(f.pool, 0)
		}
	}
	f.pool[l.at+l.n] = v
	l.n++
}

// cut removes item i of a list.
func (f *Func) cut(l *list, i int) {
	s := f.items(*l)
	copy(s[i:], s[i+1:])
	l.n--
}

// NumBlocks is one more than the highest number of a block: the length of a table indexed by blocks.
func (f *Func) NumBlocks() int { return len(f.blocks) }

// NumEdges is one more than the highest number of an edge: the length of a table indexed by edges.
func (f *Func) NumEdges() int { return len(f.edges) }

// NewBlock makes a block without values.
func (f *Func) NewBlock() Block {
	f.blocks = append(f.blocks, block{})
	f.Changed()
	return Block(len(f.blocks) - 1)
}

// First returns the first value of b behind its parameters.
func (f *Func) First(b Block) Value { return f.blocks[b].first }

// Term returns the terminator of b, 0 if it has none: then b is not part of the function.
func (f *Func) Term(b Block) Value {
	if v := f.blocks[b].last; v != 0 && f.values[v].op.IsTerm() {
		return v
	}
	return 0
}

// Cold reports whether b is expected to run rarely or never.
func (f *Func) Cold(b Block) bool { return f.blocks[b].cold }

// SetCold says whether b is expected to run rarely or never.
func (f *Func) SetCold(b Block, cold bool) {
	f.blocks[b].cold = cold
	f.order.ways.of = 0
}

// Params returns the parameters of b; the slice is the function's own and valid until the next value is made.
func (f *Func) Params(b Block) []Value { return f.items(f.blocks[b].params) }

// AddParam gives b one more parameter. Each edge to b needs one more argument, see AddArg.
func (f *Func) AddParam(b Block, t Type) Value {
	v := f.NewValue(OpParam, t)
	f.adopt(b, v)
	return v
}

// adopt makes v, a param in no block, the last parameter of b.
func (f *Func) adopt(b Block, v Value) {
	p := &f.blocks[b].params
	f.values[v].imm = int64(p.n)
	f.links[v].block = b
	f.push(p, v)
}

// RemoveParam removes parameter i of b, which nothing may use, with the arguments for it.
func (f *Func) RemoveParam(b Block, i int) {
	p := &f.blocks[b].params
	v := f.items(*p)[i]
	f.cut(p, i)
	for _, w := range f.items(*p)[i:] {
		f.values[w].imm--
	}
	for e := f.blocks[b].pred; e != 0; e = f.edges[e].next {
		f.links[f.EdgeArgs(e)[i]].uses--
		f.cut(&f.edges[e].args, i)
	}
	f.values[v], f.links[v] = value{}, link{}
}

// forgetParam drops parameter i of b, which became another operation, with the arguments for it.
func (f *Func) forgetParam(b Block, i int) {
	v := f.Params(b)[i]
	kept := f.values[v]
	uses := f.links[v].uses
	f.RemoveParam(b, i)
	f.values[v], f.links[v].uses = kept, uses
}

// Terminate ends b with an operation and its successors, none of which has arguments yet.
func (f *Func) Terminate(b Block, o Op, args []Value, to ...Block) Value {
	v := f.NewValue(o, TypeNone, args...)
	f.Append(b, v)
	f.setSuccs(b, to)
	return v
}

func (f *Func) setSuccs(b Block, to []Block) {
	f.blocks[b].succ, f.blocks[b].nsucc = Edge(len(f.edges)), uint32(len(to))
	for _, t := range to {
		f.edges = append(f.edges, edge{from: b})
		f.enter(Edge(len(f.edges)-1), t)
	}
	f.Changed()
}

// enter makes e lead to a block, behind the edges that already do.
func (f *Func) enter(e Edge, to Block) {
	x, t := &f.edges[e], &f.blocks[to]
	x.to, x.prev, x.next = to, 0, 0
	t.npred++
	if t.pred == 0 {
		t.pred = e
		x.prev = e // the first edge leads to the last, so that appending is quick
		return
	}
	last := f.edges[t.pred].prev
	f.edges[last].next, x.prev, f.edges[t.pred].prev = e, last, e
}

// leave takes e from the predecessors of the block that it leads to.
func (f *Func) leave(e Edge) {
	x := &f.edges[e]
	t := &f.blocks[x.to]
	t.npred--
	switch {
	case t.pred == e:
		t.pred = x.next
		if x.next != 0 {
			f.edges[x.next].prev = x.prev
		}
	case x.next == 0:
		f.edges[x.prev].next, f.edges[t.pred].prev = 0, x.prev
	default:
		f.edges[x.prev].next, f.edges[x.next].prev = x.next, x.prev
	}
	f.Changed()
}

// NumSuccs returns the number of successors of b.
func (f *Func) NumSuccs(b Block) int { return int(f.blocks[b].nsucc) }

// Succ returns the edge to successor i of b.
func (f *Func) Succ(b Block, i int) Edge { return f.blocks[b].succ + Edge(i) }

// NumPreds returns the number of edges to b.
func (f *Func) NumPreds(b Block) int { return int(f.blocks[b].npred) }

// Preds returns the first edge to b, 0 if there is none; NextPred has the others.
func (f *Func) Preds(b Block) Edge { return f.blocks[b].pred }

// NextPred returns the edge after e among those to the same block, 0 at the end.
func (f *Func) NextPred(e Edge) Edge { return f.edges[e].next }

// From returns the block that e leaves.
func (f *Func) From(e Edge) Block { return f.edges[e].from }

// To returns the block that e leads to.
func (f *Func) To(e Edge) Block { return f.edges[e].to }

// EdgeArgs returns the arguments of e, one for each parameter of the block it leads to; valid until the next value is made.
func (f *Func) EdgeArgs(e Edge) []Value { return f.items(f.edges[e].args) }

// AddArg gives e one more argument.
func (f *Func) AddArg(e Edge, v Value) {
	f.links[v].uses++
	f.push(&f.edges[e].args, v)
}

// SetEdgeArg replaces argument i of e.
func (f *Func) SetEdgeArg(e Edge, i int, v Value) {
	p := &f.EdgeArgs(e)[i]
	f.links[*p].uses--
	f.links[v].uses++
	*p = v
}

func (f *Func) dropEdgeArgs(e Edge) {
	for _, a := range f.EdgeArgs(e) {
		f.links[a].uses--
	}
	f.edges[e].args.n = 0
}

// Redirect makes e lead to another block with other arguments.
func (f *Func) Redirect(e Edge, to Block, args ...Value) {
	for _, a := range args {
		f.links[a].uses++
	}
	f.dropEdgeArgs(e)
	f.leave(e)
	f.enter(e, to)
	for _, a := range args {
		f.push(&f.edges[e].args, a)
	}
}

// KeepSucc makes successor i the only one of b, whose terminator becomes a jump.
func (f *Func) KeepSucc(b Block, i int) {
	for j := range f.NumSuccs(b) {
		if j != i {
			e := f.Succ(b, j)
			f.dropEdgeArgs(e)
			f.leave(e)
		}
	}
	f.blocks[b].succ, f.blocks[b].nsucc = f.Succ(b, i), 1
	f.Rewrite(f.Term(b), OpJump)
}

// SwapSuccs exchanges the two successors of b.
func (f *Func) SwapSuccs(b Block) {
	e, g := f.Succ(b, 0), f.Succ(b, 1)
	te, tg, ae, ag := f.To(e), f.To(g), f.edges[e].args, f.edges[g].args
	f.leave(e)
	f.leave(g)
	f.enter(e, tg)
	f.enter(g, te)
	f.edges[e].args, f.edges[g].args = ag, ae
}

// Discard removes b from the function with all its values and edges. Nothing outside of b may use what it defines.
func (f *Func) Discard(b Block) {
	f.cutEdges(b)
	for v := f.blocks[b].last; v != 0; v = f.blocks[b].last {
		f.Remove(v)
	}
	for _, p := range f.Params(b) {
		f.values[p], f.links[p] = value{}, link{}
	}
	f.blocks[b].params.n = 0
}

// cutEdges removes the edges that leave b.
func (f *Func) cutEdges(b Block) {
	for i := range f.NumSuccs(b) {
		e := f.Succ(b, i)
		f.dropEdgeArgs(e)
		f.leave(e)
	}
	f.blocks[b].nsucc = 0
}

// SplitEdge puts a new block with a jump in the middle of e and returns it. The arguments stay with the jump.
func (f *Func) SplitEdge(e Edge) Block {
	to, args := f.To(e), f.edges[e].args
	b := f.NewBlock()
	f.blocks[b].cold = f.blocks[to].cold
	f.leave(e)
	f.edges[e].args = list{}
	f.enter(e, b)
	f.Terminate(b, OpJump, nil, to)
	f.edges[f.Succ(b, 0)].args = args
	return b
}
