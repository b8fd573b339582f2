package ssa

// simplifyCFG straightens the flow of control: branches on constants become jumps, a negated condition exchanges the ways, edges skip blocks
// that only jump on or whose branch is decided by the edge or the branches that lead there, and a block joins its only predecessor if that has no other successor. What nothing uses is removed, lest it make a block look busy.
//
// Requires: nothing. Provides: no copies; every block is reachable; no reducible function becomes irreducible.
//
// An edge into a loop that skips a branch at its head would enter it elsewhere, while others still enter at the head: such heads are left alone. Each round is linear; rounds are repeated while they change something, but no more than maxCFGRounds times.
type simplifyCFG struct {
	order []Block
	heads []bool // per block: whether it is the head of a loop
	args  []Value
}

const maxCFGRounds = 4

func (s *simplifyCFG) run(f *Func) {
	for range maxCFGRounds {
		changed := false
		s.order = append(s.order[:0], f.Order()...)
		s.findHeads(f)
		f.removeUnused(s.order)
		for i := len(s.order) - 1; i >= 0; i-- { // backwards, so that a row of empty blocks is skipped at once
			if b := s.order[i]; f.Term(b) != 0 {
				changed = f.decide(b) || changed
				changed = s.thread(f, b) || changed
			}
		}
		f.RemoveUnreachable()
		for _, b := range s.order {
			for f.Term(b) != 0 && f.absorb(b) {
				changed = true
			}
		}
		if !changed {
			break
		}
	}
	f.ResolveCopies()
}

// findHeads marks the blocks that an edge leads back to: in reverse post-order, one from a block that does not come before.
func (s *simplifyCFG) findHeads(f *Func) {
	s.heads = sized(s.heads, f.NumBlocks())
	clear(s.heads)
	for _, b := range s.order {
		for i := range f.NumSuccs(b) {
			if to := f.To(f.Succ(b, i)); f.order.index[to] <= f.order.index[b] {
				s.heads[to] = true
			}
		}
	}
}

// decide simplifies the checks and the terminator of b.
func (f *Func) decide(b Block) bool {
	changed := false
	for v := f.First(b); v != 0; {
		next := f.Next(v)
		if f.Op(v) == OpTrapif && f.Op(f.Resolve(f.Arg(v, 0))) == OpI32Const {
			changed = true
			if f.Imm(f.Resolve(f.Arg(v, 0))) != 0 {
				f.trapHere(v)
				return true
			}
			f.Remove(v)
		}
		v = next
	}
	switch t := f.Term(b); f.Op(t) {
	case OpIf:
		return f.decideIf(b, t) || changed
	case OpSwitch:
		return f.decideSwitch(b, t) || changed
	}
	return changed
}

// trapHere makes v, a check that always fails, the end of its block. What came behind it moves to a block that cannot be reached.
func (f *Func) trapHere(v Value) {
	b, code := f.BlockOf(v), f.Aux(v)
	rest := f.NewBlock()
	for last := f.blocks[b].last; last != v; last = f.blocks[b].last {
		f.Unlink(last)
		f.InsertFirst(rest, last)
	}
	f.moveSuccs(b, rest)
	f.Rewrite(v, OpTrap)
	f.values[v].aux = code
}

// moveSuccs makes the successors of one block those of another, which has none.
func (f *Func) moveSuccs(from, to Block) {
	x, y := &f.blocks[from], &f.blocks[to]
	y.succ, y.nsucc, x.nsucc = x.succ, x.nsucc, 0
	for i := range f.NumSuccs(to) {
		f.edges[f.Succ(to, i)].from = to
	}
	f.Changed()
}

func (f *Func) decideIf(b Block, t Value) bool {
	c := f.Resolve(f.Arg(t, 0))
	is, known := f.Imm(c) != 0, f.Op(c) == OpI32Const
	if !known && f.NumPreds(b) == 1 {
		is, known = f.truthOn(f.Preds(b), c)
	}
	switch {
	case known:
		f.KeepSucc(b, int(truth(!is)))
		return true
	case f.sameEdges(f.Succ(b, 0), f.Succ(b, 1)):
		f.KeepSucc(b, 0)
		return true
	case f.Op(c) == OpI32Eqz:
		f.SetArg(t, 0, f.Arg(c, 0))
		f.SwapSuccs(b)
		f.values[t].aux = uint32([...]Hint{HintNone, HintUnlikely, HintLikely}[f.values[t].aux])
		return true
	}
	return false
}

func (f *Func) decideSwitch(b Block, t Value) bool {
	n := f.NumSuccs(b)
	if c := f.Resolve(f.Arg(t, 0)); f.Op(c) == OpI32Const {
		f.KeepSucc(b, int(min(uint32(f.Imm(c)), uint32(n-1))))
		return true
	}
	for i := 1; i < n; i++ {
		if !f.sameEdges(f.Succ(b, 0), f.Succ(b, i)) {
			if n == 2 {
				f.Rewrite(t, OpIf, f.Arg(t, 0))
				f.SwapSuccs(b)
			}
			return n == 2
		}
	}
	f.KeepSucc(b, 0)
	return true
}

// sameEdges reports whether two edges lead to the same block with the same arguments.
func (f *Func) sameEdges(d, e Edge) bool {
	if f.To(d) != f.To(e) {
		return false
	}
	args := f.EdgeArgs(e)
	for i, a := range f.EdgeArgs(d) {
		if f.Resolve(a) != f.Resolve(args[i]) {
			return false
		}
	}
	return true
}

// thread redirects the edges to b that need not go through it. For that b must do nothing but jump or branch, and nobody else may use its
// parameters.
func (s *simplifyCFG) thread(f *Func, b Block) bool {
	t := f.Term(b)
	if b == Entry || f.First(b) != t || f.Op(t) != OpJump && (f.Op(t) != OpIf || s.heads[b]) || !f.paramsAreOwn(b) {
		return false
	}
	changed := false
	for e := f.Preds(b); e != 0; {
		next := f.NextPred(e)
		if way := f.wayThrough(b, t, e); way != 0 && f.To(way) != b {
			s.args = s.args[:0]
			for _, a := range f.EdgeArgs(way) {
				s.args = append(s.args, f.through(b, a, e))
			}
			f.Redirect(e, f.To(way), s.args...)
			changed = true
		}
		e = next
	}
	return changed
}

// paramsAreOwn reports whether the parameters of b are used by its terminator and its edges alone.
func (f *Func) paramsAreOwn(b Block) bool {
	if len(f.Params(b)) == 0 {
		return true
	}
	uses := 0
	count := func(v Value) {
		if f.Op(v) == OpParam && f.BlockOf(v) == b {
			uses++
		}
	}
	for _, a := range f.Args(f.Term(b)) {
		count(a)
	}
	for i := range f.NumSuccs(b) {
		for _, a := range f.EdgeArgs(f.Succ(b, i)) {
			count(a)
		}
	}
	for _, p := range f.Params(b) {
		uses -= f.Uses(p)
	}
	return uses == 0
}

// wayThrough returns the edge that is taken out of b when it is entered by e, if that is known, or else 0.
func (f *Func) wayThrough(b Block, t Value, e Edge) Edge {
	if f.Op(t) == OpJump {
		return f.Succ(b, 0)
	}
	c, ok := f.truthOn(e, f.Resolve(f.through(b, f.Arg(t, 0), e)))
	if !ok {
		return 0
	}
	return f.Succ(b, int(truth(!c)))
}

// truthDepth is how many blocks truthOn looks at.
const truthDepth = 6

// truthOn tells whether c is not zero where control goes along e, if that is known: because it is a constant, or by the branches
// that lead there.
func (f *Func) truthOn(e Edge, c Value) (is, ok bool) {
	if f.Op(c) == OpI32Const {
		return f.Imm(c) != 0, true
	}
	for range truthDepth {
		b := f.From(e)
		if t := f.Term(b); f.Op(t) == OpIf && f.Succ(b, 0) != f.Succ(b, 1) {
			if is, ok = f.implied(f.Resolve(f.Arg(t, 0)), e == f.Succ(b, 0), c); ok {
				return is, true
			}
		}
		if f.NumPreds(b) != 1 {
			break
		}
		e = f.Preds(b)
	}
	return false, false
}

// implied tells whether c is not zero, if that follows from whether a condition is.
func (f *Func) implied(cond Value, holds bool, c Value) (is, ok bool) {
	if cond == c {
		return holds, true
	}
	x := &f.values[cond]
	switch x.op {
	case OpI32Eqz:
		return f.implied(f.Resolve(x.args[0]), !holds, c)
	case OpI32Eq, OpI32Ne:
		if k := f.Resolve(x.args[1]); f.Resolve(x.args[0]) == c && f.Op(k) == OpI32Const && holds == (x.op == OpI32Eq) {
			return f.Imm(k) != 0, true
		}
	}
	return false, false
}

// through is what v, if it is a parameter of b, stands for when b is entered by e.
func (f *Func) through(b Block, v Value, e Edge) Value {
	if f.Op(v) == OpParam && f.BlockOf(v) == b {
		return f.EdgeArgs(e)[f.Imm(v)]
	}
	return v
}

// absorb appends the only successor of b to it, if b is its only predecessor.
func (f *Func) absorb(b Block) bool {
	t := f.Term(b)
	if f.Op(t) != OpJump {
		return false
	}
	e := f.Succ(b, 0)
	next := f.To(e)
	if next == b || next == Entry || f.NumPreds(next) != 1 {
		return false
	}
	for i := len(f.Params(next)) - 1; i >= 0; i-- {
		f.Become(f.Params(next)[i], f.EdgeArgs(e)[i])
		f.forgetParam(next, i)
	}
	f.leave(e)
	f.Remove(t)
	for v := f.First(next); v != 0; v = f.First(next) {
		f.Unlink(v)
		f.Append(b, v)
	}
	f.blocks[b].cold = f.blocks[b].cold && f.blocks[next].cold
	f.blocks[b].nsucc = 0
	f.moveSuccs(next, b)
	return true
}
