package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// The state of registers at the start of a block: behind a single predecessor, what that one left; where several meet, see join.go. The lists of
// uses of the block exist already.

func (a *Allocator) enterBlock(b ssa.Block) {
	f := a.f
	x := &a.blocks[b]
	a.listReferences(b)
	e := f.Preds(b)
	switch {
	case b == ssa.Entry:
		a.enterFunc()
	case f.NumPreds(b) == 1 && a.blocks[f.From(e)].done:
		a.enterFrom(e)
	default:
		a.enterJoin(b)
	}
	x.start = uint32(len(a.held))
	for s := a.occupied; s != 0; s = s.Without(s.First()) {
		a.held = append(a.held, holding{a.inReg[s.First()], s.First()})
	}
	x.startEnd = uint32(len(a.held))
	if b != ssa.Entry {
		a.defineParams(b)
	}
}

// listReferences starts the list of references with those alive at the start of b.
func (a *Allocator) listReferences(b ssa.Block) {
	a.references = a.references[:0]
	if !a.refs {
		return
	}
	for _, v := range a.liveIn(b) {
		if a.values[v].flags&(flagRef|flagRemat) == flagRef {
			a.references = append(a.references, v)
		}
	}
}

func (a *Allocator) defineParams(b ssa.Block) {
	for _, p := range a.f.Params(b) {
		switch r := a.values[p].regs.First(); {
		case !a.alive(p):
		case r != isa.NoReg:
			a.define(p, RegLoc(r), a.insts[0], keyDef)
		default:
			a.values[p].flags |= flagMemory
			a.define(p, homeOf(p), a.insts[0], keyDef)
		}
	}
}

// enterFunc takes the parameters of the function from where the calling convention puts them. Those in the caller's outgoing area can stay
// there, unless that is written before the function returns.
func (a *Allocator) enterFunc() {
	f := a.f
	locs, bytes := Place(a.target, f.Sig.Params, KindIn, a.locs[:0])
	a.locs = locs
	a.out.InBytes = max(a.out.InBytes, bytes)
	params := f.Params(ssa.Entry)
	for i, l := range locs {
		if l.IsReg() && a.alive(params[i]) {
			a.set(l.Reg(), params[i])
			a.define(params[i], l, a.insts[0], keyEnter)
		}
	}
	stays := !a.writesIncoming()
	key := keyEnter
	for i, l := range locs {
		p := params[i]
		switch {
		case l.IsReg() || !a.alive(p):
		case stays:
			a.values[p].home = l
			a.values[p].flags |= flagMemory
			a.define(p, l, a.insts[0], key)
		default:
			r := a.take(p, a.values[p].class)
			key += 2
			a.records = append(a.records, record{Move{Value: p, From: l, To: RegLoc(r), Type: f.Type(p)}, a.insts[0], key})
			a.define(p, RegLoc(r), a.insts[0], key+1)
			a.set(r, p)
		}
	}
}

// writesIncoming reports whether the function writes to the caller's outgoing area: to return results. Tail calls do so when nothing is needed any
// more, from this function's own outgoing area.
func (a *Allocator) writesIncoming() bool {
	_, bytes := Place(a.target, a.f.Sig.Results, KindIn, nil)
	return bytes > 0
}

// enterFrom starts where the only predecessor ended. Behind a call that unwinds nothing is in a register.
func (a *Allocator) enterFrom(e ssa.Edge) {
	f := a.f
	from := &a.blocks[f.From(e)]
	var left [isa.MaxRegs]ssa.Value
	if !a.unwinds(e) {
		for _, h := range a.held[from.end:from.endEnd] {
			left[h.reg] = h.val
			if a.alive(h.val) {
				a.set(h.reg, h.val)
			}
		}
	}
	params, args := f.Params(f.To(e)), f.EdgeArgs(e)
	for i, p := range params {
		for r := range left {
			if a.alive(p) && a.values[p].regs == 0 && left[r] == a.rep(args[i]) && a.inReg[r] == 0 {
				a.set(isa.Reg(r), p)
			}
		}
	}
	for _, p := range params {
		if free := a.free(p); a.alive(p) && a.values[p].regs == 0 && free != 0 {
			a.set(a.choose(p, free), p)
		}
	}
}

func (a *Allocator) free(v ssa.Value) isa.RegSet {
	return a.target.Regs[a.values[v].class] &^ a.occupied
}

// unwinds reports whether e is the way out of a call that unwinds.
func (a *Allocator) unwinds(e ssa.Edge) bool {
	f := a.f
	b := f.From(e)
	return f.Op(f.Term(b)) == ssa.OpTry && e == f.Succ(b, 1)
}
