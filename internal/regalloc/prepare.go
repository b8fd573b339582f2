package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// prepare splits critical edges and sets up the tables.
func (a *Allocator) prepare() {
	a.splitEdges()
	a.learn()
	a.listPreds()
	n := a.f.NumValues()
	a.arrivals, a.epoch = zeroed(a.arrivals, n), 0
	o := &a.out
	a.out = Allocation{
		values: zeroed(o.values, n), first: o.first, moves: o.moves[:0], locs: o.locs[:0],
		safe: append(o.safe[:0], safePoint{}), refs: o.refs[:0], points: o.points[:0],
	}
	if a.refs {
		a.out.points = zeroed(a.out.points, n)
	}
	a.joinWebs()
}

// learn fills in what is known of each value and of each operation. What an operation uses is in front of it in this order.
func (a *Allocator) learn() {
	f := a.f
	a.values, a.blocks = zeroed(a.values, f.NumValues()), zeroed(a.blocks, f.NumBlocks())
	a.tuples = a.tuples[:0]
	a.ops, a.args = a.ops[:0], a.args[:0]
	a.refs = false
	for _, b := range f.Order() {
		for _, p := range f.Params(b) {
			a.enter(p, b)
		}
		x := &a.blocks[b]
		x.ops, x.depth = uint32(len(a.ops)), int32(f.LoopDepth(b))
		for v := f.First(b); v != 0; v = f.Next(v) {
			if a.enter(v, b); a.isReal(v) {
				a.listOperation(v)
			}
		}
		x.opsEnd = uint32(len(a.ops))
		for i := x.ops; i < x.opsEnd; i++ {
			x.length += a.ops[i].length
			x.calls = x.calls || a.ops[i].flags&opLosesRegs != 0
		}
	}
	a.ops = append(a.ops, operation{args: uint32(len(a.args))})
}

// splitEdges gives each edge a block of its own where neither end could hold its moves.
func (a *Allocator) splitEdges() {
	f := a.f
	a.order = append(a.order[:0], f.Order()...)
	for _, b := range a.order {
		if f.NumSuccs(b) < 2 {
			continue
		}
		for i := range f.NumSuccs(b) {
			if e := f.Succ(b, i); f.NumPreds(f.To(e)) > 1 {
				f.SplitEdge(e)
			}
		}
	}
}

// enter fills in what is known of v, which is in b.
func (a *Allocator) enter(v ssa.Value, b ssa.Block) {
	f, x := a.f, &a.values[v]
	t := f.Type(v)
	x.rep, x.web, x.block, x.hint, x.prefer, x.class = v, v, b, isa.NoReg, isa.NoReg, classOf(t)
	switch o := f.Op(v); {
	case o == ssa.OpCopy:
		x.rep = a.rep(f.Arg(v, 0))
	case o == ssa.OpProj:
		a.enterProj(v)
	case o == ssa.OpContext:
		x.flags, x.hint = flagPinned, a.target.Context
	case o == ssa.OpMembase:
		x.flags, x.hint = flagPinned, a.target.MemBase
	case t == ssa.TypeTuple:
		x.rep, x.tuple = 0, uint32(len(a.tuples))
		for range a.tupleLen(v) {
			a.tuples = append(a.tuples, 0)
		}
	case !inRegister(t):
		x.rep = 0
	case o.Has(ssa.FlagRemat) && f.NumArgs(v) == 0 && !a.writesCond(o):
		x.flags = flagRemat
	}
	if t == ssa.TypeRef {
		x.flags |= flagRef
		a.refs = true
	}
}

// enterProj makes v the result of its tuple, or a copy of it.
func (a *Allocator) enterProj(v ssa.Value) {
	x := &a.values[v]
	if !inRegister(a.f.Type(v)) {
		x.rep = 0
		return
	}
	tuple := a.f.Arg(v, 0)
	p := &a.projs(tuple)[a.f.Imm(v)]
	if *p == 0 {
		*p = v
	}
	x.rep, x.block = *p, a.values[tuple].block
}

func (a *Allocator) projs(v ssa.Value) []ssa.Value {
	return a.tuples[a.values[v].tuple:][:a.tupleLen(v)]
}

func (a *Allocator) tupleLen(v ssa.Value) int {
	if a.f.Op(v).IsCall() {
		return len(a.f.CallSig(v).Results)
	}
	return len(a.f.Op(v).Info().Results)
}

func (a *Allocator) tupleType(v ssa.Value, i int) ssa.Type {
	if a.f.Op(v).IsCall() {
		return a.f.CallSig(v).Results[i]
	}
	return a.f.Op(v).Info().Results[i]
}

func (a *Allocator) writesCond(o ssa.Op) bool {
	i := int(o) - int(a.base)
	return a.shape(o) != nil && a.target.Ops[i].Has(isa.FlagWritesCond)
}

// joinWebs brings together the values that should share a register: parameters with their arguments, and results with the arguments
// whose registers they take over.
func (a *Allocator) joinWebs() {
	f := a.f
	for _, b := range f.Order() {
		for i := range f.NumSuccs(b) {
			e := f.Succ(b, i)
			params := f.Params(f.To(e))
			for j, x := range f.EdgeArgs(e) {
				a.join(params[j], a.rep(x))
			}
		}
	}
	for _, b := range f.Order() {
		for i, to := a.opsOf(b); i < to; i++ {
			v := a.ops[i].val
			if s := a.shape(f.Op(v)); s != nil && len(s.gives) == 1 && s.gives[0].tied >= 0 && a.values[v].rep == v {
				if x := a.rep(f.Arg(v, int(s.gives[0].tied))); f.Uses(x) == 1 && a.sameTurn(x, b) {
					a.join(v, x)
				}
			}
		}
	}
}

// sameTurn reports whether a use of v in b uses it up: v is not defined outside of a loop around b, whose next turn needs it again.
func (a *Allocator) sameTurn(v ssa.Value, b ssa.Block) bool {
	f := a.f
	depth := f.LoopDepth(b)
	x := a.values[v].block
	if depth == 0 || x == b {
		return true
	}
	if x == 0 || f.LoopDepth(x) < depth {
		return false
	}
	loops := f.Loops()
	l := f.LoopOf(x)
	for int(loops[l].Depth) > depth {
		l = int(loops[l].Outer)
	}
	return l == f.LoopOf(b)
}
