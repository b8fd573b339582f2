package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// tiedResults gives results the registers of the arguments that they overwrite. An argument that lives on, and is nowhere else, is copied first.
func (a *Allocator) tiedResults() {
	var taken isa.RegSet
	for i := range a.in.gives {
		if g := &a.in.gives[i]; g.fixed != isa.NoReg {
			g.loc = RegLoc(g.fixed)
			taken = taken.With(g.fixed)
		}
	}
	for i := range a.in.gives {
		g := &a.in.gives[i]
		if g.use < 0 || g.loc != 0 {
			continue
		}
		n := &a.in.needs[g.use]
		r := n.loc.Reg()
		if v := n.val; taken.Has(r) || a.alive(v) && a.values[v].regs == isa.Set(r) {
			r = a.separate(g, n, taken.Has(r))
		}
		g.loc = RegLoc(r)
		taken = taken.With(r)
		a.drop(r)
	}
	a.locked |= taken
}

// separate makes a copy of an argument that a result overwrites, if there is a register for it, or must be. The argument moves to the new
// register if the result had better be in the old one, and else the result is made in the new one.
func (a *Allocator) separate(g *give, n *need, must bool) isa.Reg {
	r := n.loc.Reg()
	val := g.val
	if val == 0 {
		val = n.val
	}
	free := a.target.Regs[g.class] &^ a.occupied &^ a.locked
	if free == 0 {
		full := a.target.Regs[g.class] &^ a.locked
		if !must && (full == 0 || a.price(n.val) >= a.price(a.inReg[a.victim(full)])) {
			return r
		}
		free = isa.Set(a.victim(full))
		a.dropAll(free)
	}
	if !must && g.val != 0 && a.favourite(g.val) == r {
		x := a.choose(n.val, free)
		a.emit(Move{Value: n.val, From: RegLoc(r), To: RegLoc(x), Type: a.f.Type(n.val)})
		a.set(x, n.val)
		return r
	}
	x := a.choose(val, free)
	a.emit(Move{Value: n.val, From: RegLoc(r), To: RegLoc(x), Type: a.f.Type(n.val)})
	a.touch(x)
	n.loc = RegLoc(x)
	a.locked = a.locked.With(x)
	return x
}

// earlyResults finds working registers, which must differ from those of all arguments and results.
func (a *Allocator) earlyResults() {
	for i := range a.in.gives {
		if g := &a.in.gives[i]; g.early && g.loc == 0 {
			r := a.take(0, g.class)
			a.touch(r)
			g.loc = RegLoc(r)
			a.locked = a.locked.With(r)
		}
	}
}

// vacate makes room for results in the registers where the next operation with fixed ones wants them: what is there has to leave by then, and if
// it does so now, the result need not move.
func (a *Allocator) vacate() {
	for i := range a.in.gives {
		g := &a.in.gives[i]
		if g.val == 0 || g.loc != 0 || g.from != 0 {
			continue
		}
		if r := a.values[g.val].prefer; r != isa.NoReg && a.turns(g.val) {
			a.makeWay(r, maxMadeWay)
			continue
		}
		if e, r := a.nextWish(g.val); r != isa.NoReg && a.canLeave(r, e) {
			a.leave(r, e)
		}
	}
}

// nextWish returns the next operation with fixed registers and the one of these that it wants v in; NoReg if it wants v nowhere.
func (a *Allocator) nextWish(v ssa.Value) (event, isa.Reg) {
	if e, ok := a.nextEvent(); ok && e.pos <= a.values[v].last {
		return e, a.wantedBy(v, e.pos)
	}
	return event{}, isa.NoReg
}

// canLeave reports whether there is something in r that cannot stay there beyond the operation e, which wants another value in r and does not use
// this one.
func (a *Allocator) canLeave(r isa.Reg, e event) bool {
	w := a.inReg[r]
	if w == 0 || a.in.clobber.Has(r) {
		return false
	}
	x := &a.values[w]
	return x.last > e.pos && x.regs.Len() == 1 && a.wantedBy(w, e.pos) != r
}

// leave empties r by moving what is there to a register that survives e. If there is none, it is lost at e, or now if nothing uses it before.
func (a *Allocator) leave(r isa.Reg, e event) {
	w := a.inReg[r]
	x := &a.values[w]
	free := a.worthSaving(w, a.target.Regs[x.class]&^a.occupied&^a.locked&^e.regs)
	if a.endingArgs()&a.target.CallSaved != 0 {
		free &= a.saved // a register for w is about to become free
	}
	if free != 0 {
		to := a.choose(w, free)
		a.emit(Move{Value: w, From: RegLoc(r), To: RegLoc(to), Type: a.f.Type(w)})
		a.set(to, w)
	}
	if free != 0 || a.nextPos(w) > e.pos && a.endingArgs()&a.target.CallSaved == 0 {
		a.drop(r)
	}
}

// maxMadeWay is how many values move on in a row.
const maxMadeWay = 8

// turns reports whether v is to be brought to its preferred register at the end of a turn of the loop that is being scanned.
func (a *Allocator) turns(v ssa.Value) bool { return int(a.values[v].prefIn) == a.f.LoopOf(a.block) }

// makeWay empties r, in which a result is wanted at the end of the turn, if what is there can already go where it has to be then, and so on; the moves
// are not needed any more at the end.
func (a *Allocator) makeWay(r isa.Reg, depth int) bool {
	w := a.inReg[r]
	if w == 0 {
		return true
	}
	to := a.values[w].prefer
	if depth == 0 || to == isa.NoReg || to == r || a.locked.Has(to) || a.values[w].regs.Len() > 1 || !a.turns(w) || !a.makeWay(to, depth-1) {
		return false
	}
	a.emit(Move{Value: w, From: RegLoc(r), To: RegLoc(to), Type: a.f.Type(w)})
	a.set(to, w)
	a.drop(r)
	return true
}

// endingArgs returns the registers of arguments that are not used any more.
func (a *Allocator) endingArgs() (s isa.RegSet) {
	for _, n := range a.in.needs {
		if n.val != 0 && !a.pinned(n.val) && !a.alive(n.val) {
			s |= a.values[n.val].regs
		}
	}
	return s
}

// nextEvent returns the next operation with fixed registers behind the current one.
func (a *Allocator) nextEvent() (event, bool) {
	for i := len(a.events) - 1; i >= 0; i-- {
		if a.events[i].pos > a.pos {
			return a.events[i], true
		}
	}
	return event{}, false
}

// endArgs frees the registers of arguments that are not used any more, and allows others to be overwritten.
func (a *Allocator) endArgs() {
	a.locked = a.in.clobber
	for _, g := range a.in.gives {
		if g.loc != 0 {
			a.locked = a.locked.With(g.loc.Reg())
		}
	}
	a.dropAll(a.endingArgs())
}

// freeResults finds registers for the results that may be anywhere, and notes where all of them are.
func (a *Allocator) freeResults() {
	for i := range a.in.gives {
		g := &a.in.gives[i]
		if g.loc == 0 && g.from == 0 {
			r := a.take(g.val, g.class)
			a.touch(r)
			g.loc = RegLoc(r)
			a.locked = a.locked.With(r)
		}
	}
	for i := range a.in.gives {
		if g := &a.in.gives[i]; g.val != 0 && g.from == 0 {
			a.define(g.val, g.loc, a.following(), keyDef)
			if a.alive(g.val) {
				a.set(g.loc.Reg(), g.val)
			}
		}
	}
}

// following is the operation behind the current one.
func (a *Allocator) following() ssa.Value { return a.insts[min(a.index+1, len(a.insts)-1)] }

// memoryResults loads results of a call from the outgoing area, which the next call overwrites. Should one be evicted by another of them, it has
// been stored in between, as the keys say.
func (a *Allocator) memoryResults() {
	key := keyDef
	a.locked = 0
	for i := range a.in.gives {
		g := &a.in.gives[i]
		if g.from == 0 || g.val == 0 || !a.alive(g.val) {
			continue
		}
		r := a.take(g.val, g.class)
		key += 2
		a.records = append(a.records, record{Move{Value: g.val, From: g.from, To: RegLoc(r), Type: g.typ}, a.following(), key})
		a.define(g.val, RegLoc(r), a.following(), key+1)
		a.set(r, g.val)
	}
}

// answer writes down where arguments and results of v are.
func (a *Allocator) answer(v ssa.Value) {
	o := &a.out
	x := &o.values[v]
	x.at, x.needs, x.gives = uint32(len(o.locs)), uint16(len(a.in.needs)), uint16(len(a.in.gives))
	for _, n := range a.in.needs {
		o.locs = append(o.locs, n.loc)
	}
	for _, g := range a.in.gives {
		o.locs = append(o.locs, g.loc|g.from)
	}
}

// safePoint lists where the references are that live on behind the call v.
func (a *Allocator) safePoint(v ssa.Value) {
	o := &a.out
	at := uint32(len(o.refs))
	for _, x := range a.references {
		if !a.alive(x) {
			continue
		}
		if r := a.values[x].regs.First(); r != isa.NoReg {
			o.refs = append(o.refs, RegLoc(r))
			continue
		}
		a.restore(x, a.block)
		o.refs = append(o.refs, homeOf(x))
	}
	o.points[v] = uint32(len(o.safe))
	o.safe = append(o.safe, safePoint{at, uint32(len(o.refs)) - at})
}
