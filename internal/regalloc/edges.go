package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Moves along edges: each value must come to where the block that the edge leads to expects it. First a round finds out which values that
// needs in memory, then, when slots are known, another one makes the moves.

// markEdges notes what the edges need in memory, and along which of them anything moves.
func (a *Allocator) markEdges() {
	a.moving = a.moving[:0]
	for _, b := range a.f.Order() {
		for i := range a.f.NumSuccs(b) {
			if e := a.f.Succ(b, i); a.markEdge(e) {
				a.moving = append(a.moving, e)
			}
		}
	}
}

func (a *Allocator) markEdge(e ssa.Edge) (moves bool) {
	where := a.edgeBlock(e)
	a.edgeSteps(e, func(v ssa.Value, to Loc) {
		r := a.leftIn(v)
		if r == isa.NoReg && !a.remat(v) {
			a.restore(v, where)
		}
		moves = moves || r == isa.NoReg || RegLoc(r) != to
	})
	return moves
}

// resolveEdges makes the moves.
func (a *Allocator) resolveEdges() {
	for _, e := range a.moving {
		a.seqs = a.seqs[:0]
		a.edgeSteps(e, func(v ssa.Value, to Loc) {
			m := Move{Value: v, To: a.real(to, a.f.Type(v)), Type: a.f.Type(v)}
			if r := a.leftIn(v); r != isa.NoReg {
				m.From = RegLoc(r)
			} else if a.remat(v) {
				m.Op = MoveRemat
			} else {
				m.From = a.values[v].home
			}
			a.seqs = append(a.seqs, step{Move: m})
		})
		a.resolveEdge(e)
	}
}

func (a *Allocator) resolveEdge(e ssa.Edge) {
	f := a.f
	x, y := &a.blocks[f.From(e)], &a.blocks[f.To(e)]
	a.par.scratch = a.scratchRegs()
	for _, h := range a.held[x.end:x.endEnd] {
		a.par.scratch = a.par.scratch.Without(h.reg)
	}
	for _, h := range a.held[y.start:y.startEnd] {
		a.par.scratch = a.par.scratch.Without(h.reg)
	}
	at, key := f.Term(f.From(e)), keyLeave
	if a.edgeBlock(e) == f.To(e) {
		at, key = a.firstReal(f.To(e)), keyEnter
	}
	a.resolve(a.seqs, func(m Move) {
		a.records = append(a.records, record{m, at, key})
		key++
	})
}

// edgeBlock is the block that the moves of e are in: the one it leaves if there is no other way out, else the one it leads to, which then has no
// other way in.
func (a *Allocator) edgeBlock(e ssa.Edge) ssa.Block {
	if from := a.f.From(e); a.f.NumSuccs(from) == 1 {
		return from
	}
	return a.f.To(e)
}

// edgeSteps visits the values that have to be somewhere at the end of e.
func (a *Allocator) edgeSteps(e ssa.Edge, visit func(v ssa.Value, to Loc)) {
	f := a.f
	to := f.To(e)
	args := f.EdgeArgs(e)
	a.noteLeft(e)
	y := &a.blocks[to]
	for _, h := range a.held[y.start:y.startEnd] {
		v := h.val
		if a.values[v].block == to {
			v = a.rep(args[f.Imm(v)])
		}
		visit(v, RegLoc(h.reg))
	}
	for i, p := range f.Params(to) {
		if a.values[p].flags&flagMemory != 0 {
			visit(a.rep(args[i]), homeOf(p))
		}
	}
}

// noteLeft enters in which registers values are at the start of e.
func (a *Allocator) noteLeft(e ssa.Edge) {
	a.epoch++
	if a.unwinds(e) {
		return
	}
	x := &a.blocks[a.f.From(e)]
	for _, h := range a.held[x.end:x.endEnd] {
		a.arrivals[h.val] = arrival{epoch: a.epoch, reg: h.reg}
	}
}

// leftIn is the register that v is in at the start of the edge of the last noteLeft.
func (a *Allocator) leftIn(v ssa.Value) isa.Reg {
	if a.pinned(v) {
		return a.values[v].hint
	}
	if x := &a.arrivals[v]; x.epoch == a.epoch {
		return x.reg
	}
	return isa.NoReg
}
