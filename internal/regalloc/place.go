package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// allocate finds places for the arguments and results of v: arguments in memory first, then those with fixed registers, all at once,
// then the others; then what lives on moves out of the registers that v destroys; then the results, which may take over the registers of
// arguments that end here.
func (a *Allocator) allocate(v ssa.Value) {
	a.describe(v)
	a.cur = v
	a.swapArgs(v)
	if a.in.untied {
		a.untie()
	}
	a.beginArgs()
	a.memoryArgs()
	if a.in.fixed {
		a.fixedArgs()
	}
	a.sources = 0
	a.lockArgs()
	if a.in.folds {
		a.foldArgs()
	}
	a.freeArgs()
	a.preserve()
	a.tiedResults()
	a.earlyResults()
	a.vacate()
	a.endArgs()
	if a.refs && a.f.Op(v).IsCall() {
		a.safePoint(v)
	}
	a.freeResults()
	a.answer(v)
	a.memoryResults()
}

// swapArgs exchanges arguments that commute if the second one ends here and the first one, whose register is overwritten, does not; or
// if the second one is in the register that the result should have.
func (a *Allocator) swapArgs(v ssa.Value) {
	in := &a.in
	if !in.comm || in.fixed || in.needs[0].def < 0 {
		return
	}
	x, y := in.needs[0].val, in.needs[1].val
	if x == y || a.pinned(y) {
		return
	}
	endsX, endsY := a.endsAt(x), a.endsAt(y)
	if endsX == endsY && endsX && in.gives[0].val != 0 {
		hint := a.favourite(in.gives[0].val)
		endsX = hint == isa.NoReg || !a.values[y].regs.Has(hint)
	}
	if endsX || !endsY {
		return
	}
	in.needs[0].val, in.needs[1].val = y, x
	p, q := a.f.Arg(v, 0), a.f.Arg(v, 1)
	a.f.SetArg(v, 0, q)
	a.f.SetArg(v, 1, p)
}

// untie gives the result a register of its own, where the operation allows that, if the argument whose register it would take over lives on, or if it
// had better be elsewhere.
func (a *Allocator) untie() {
	n, g := &a.in.needs[0], &a.in.gives[0]
	if a.endsAt(n.val) && !a.wantedElsewhere(g.val, n.val) {
		return
	}
	n.def, g.use, a.in.folds = -1, -1, false
}

// wantedElsewhere reports whether the result v is soon needed in a register that is free or can be emptied, and which x is not in.
func (a *Allocator) wantedElsewhere(v, x ssa.Value) bool {
	if v == 0 {
		return false
	}
	e, r := a.nextWish(v)
	if r != isa.NoReg && a.canLeave(r, e) {
		return !a.values[x].regs.Has(r)
	}
	if r == isa.NoReg {
		r = a.values[v].prefer
	}
	return r != isa.NoReg && a.inReg[r] == 0 && !a.values[x].regs.Has(r)
}

// endsAt reports whether the current operation is the last to use v.
func (a *Allocator) endsAt(v ssa.Value) bool {
	n := a.values[v].next
	return !a.pinned(v) && n != 0 && a.uses[n].pos == a.pos && a.uses[n].next == 0
}

// beginArgs takes the uses by the current operation from the lists, and keeps the registers that hold arguments.
func (a *Allocator) beginArgs() {
	a.locked, a.sources = 0, 0
	for _, n := range a.in.needs {
		if n.val == 0 || a.pinned(n.val) {
			continue
		}
		x := &a.values[n.val]
		if x.next != 0 && a.uses[x.next].pos == a.pos {
			x.next = a.uses[x.next].next
		}
		if n.out == 0 {
			a.sources |= x.regs
		}
	}
}

// memoryArgs stores arguments to the outgoing area, those in registers first, as these may be needed for the others.
func (a *Allocator) memoryArgs() {
	for _, loading := range [...]bool{false, true} {
		for i := range a.in.needs {
			n := &a.in.needs[i]
			if n.out == 0 || n.loc != 0 {
				continue
			}
			r := a.anyReg(n.val)
			if r == isa.NoReg {
				if !loading {
					continue
				}
				r = a.take(n.val, n.class)
				a.load(n.val, r)
			}
			a.emit(Move{Value: n.val, From: RegLoc(r), To: n.out, Type: a.f.Type(n.val)})
			n.loc = n.out
		}
	}
}

// anyReg returns a register that v is in.
func (a *Allocator) anyReg(v ssa.Value) isa.Reg {
	if a.pinned(v) {
		return a.values[v].hint
	}
	return a.values[v].regs.First()
}

// fixedArgs brings arguments into the registers where they must be. What is in these registers and still needed moves elsewhere at the
// same time, if there is room, so that cycles are found and nothing moves twice.
func (a *Allocator) fixedArgs() {
	var wanted, fled [isa.MaxRegs]ssa.Value
	var set, flights isa.RegSet
	for i := range a.in.needs {
		if n := &a.in.needs[i]; n.val != 0 && n.fixed != isa.NoReg {
			wanted[n.fixed], set = n.val, set.With(n.fixed)
			n.loc = RegLoc(n.fixed)
		}
	}
	a.seqs = a.seqs[:0]
	for s := set; s != 0; s = s.Without(s.First()) {
		r := s.First()
		w := a.inReg[r]
		if w == wanted[r] {
			continue
		}
		a.seqs = append(a.seqs, step{Move: a.bring(wanted[r], r)})
		if w == 0 {
			continue
		}
		if x := a.refuge(w, set, flights); x != isa.NoReg {
			a.seqs = append(a.seqs, step{Move: Move{Value: w, From: RegLoc(r), To: RegLoc(x), Type: a.f.Type(w)}})
			flights, fled[x] = flights.With(x), w
		}
	}
	if len(a.seqs) > 0 {
		a.par.scratch = a.scratchRegs() &^ a.occupied &^ set &^ flights
		a.resolve(a.seqs, a.emit)
	}
	a.settleArgs(set, &wanted)
	for ; flights != 0; flights = flights.Without(flights.First()) {
		a.set(flights.First(), fled[flights.First()])
	}
	a.locked |= set
}

// settleArgs notes that the registers in set have the wanted values.
func (a *Allocator) settleArgs(set isa.RegSet, wanted *[isa.MaxRegs]ssa.Value) {
	for ; set != 0; set = set.Without(set.First()) {
		r := set.First()
		if a.touch(r); a.pinned(wanted[r]) {
			a.drop(r)
		} else if a.inReg[r] != wanted[r] {
			a.set(r, wanted[r])
		}
	}
}

// bring is the move of v into r from wherever it is.
func (a *Allocator) bring(v ssa.Value, r isa.Reg) Move {
	if from := a.anyReg(v); from != isa.NoReg {
		return Move{Value: v, From: RegLoc(from), To: RegLoc(r), Type: a.f.Type(v)}
	}
	return a.loading(v, r)
}

// refuge returns a free register for w, which is about to lose one of those in set; NoReg if it need not or cannot be kept.
func (a *Allocator) refuge(w ssa.Value, set, flights isa.RegSet) isa.Reg {
	x := &a.values[w]
	var argument, moved bool
	for i := range a.in.needs {
		if n := &a.in.needs[i]; n.val == w && n.out == 0 {
			argument = argument || n.fixed == isa.NoReg
			moved = moved || n.fixed != isa.NoReg
		}
	}
	if x.regs&^set != 0 || moved || !argument && !a.alive(w) {
		return isa.NoReg
	}
	free := a.target.Regs[x.class] &^ a.occupied &^ set &^ flights
	if a.alive(w) {
		if keeps := a.worthSaving(w, free&^a.destroyed()); keeps != 0 {
			free = keeps
		} else if !argument {
			return isa.NoReg
		}
	}
	if free == 0 {
		return isa.NoReg
	}
	return a.choose(w, free)
}

// destroyed returns the registers that do not survive the current operation.
func (a *Allocator) destroyed() isa.RegSet {
	s := a.in.clobber
	for _, g := range a.in.gives {
		if g.fixed != isa.NoReg {
			s = s.With(g.fixed)
		}
	}
	return s
}

// worthSaving returns those of the free registers to which v had better move before its own is destroyed. What is rarely run should
// not make the function preserve one more register, and constants are as quickly computed anew.
func (a *Allocator) worthSaving(v ssa.Value, free isa.RegSet) isa.RegSet {
	if a.remat(v) {
		return 0
	}
	return free &^ a.costly(v)
}

const (
	rareFreq  = 0.5 // how often a block must run for a register to be preserved on its behalf,
	manyCalls = 0.9 // and how often calls must run while the value is alive
)

// lockArgs has the other arguments read from the registers that they are in.
func (a *Allocator) lockArgs() {
	a.locked |= a.in.working
	for i := range a.in.needs {
		if n := &a.in.needs[i]; n.val != 0 && n.loc == 0 {
			if r := a.best(n); r != isa.NoReg {
				n.loc = RegLoc(r)
				a.locked = a.locked.With(r)
			}
		}
	}
}

// freeArgs brings those into registers that are in none.
func (a *Allocator) freeArgs() {
	for i := range a.in.needs {
		n := &a.in.needs[i]
		if n.val == 0 || n.loc != 0 {
			continue
		}
		if a.pinned(n.val) && n.def < 0 {
			n.loc = RegLoc(a.values[n.val].hint)
			continue
		}
		r := a.best(n)
		if r == isa.NoReg {
			r = a.take(n.val, n.class)
			a.emit(a.bring(n.val, r))
			if !a.pinned(n.val) {
				a.set(r, n.val)
			}
		}
		n.loc = RegLoc(r)
		a.locked = a.locked.With(r)
	}
}

// best returns the register of several with an argument in it that should be read, or NoReg.
func (a *Allocator) best(n *need) isa.Reg {
	s := a.values[n.val].regs &^ a.in.working
	if n.def >= 0 && a.alive(n.val) {
		if spare := s &^ a.locked; spare != 0 && s.Len() > 1 {
			return spare.First()
		}
	}
	return s.First()
}

// preserve moves what lives on out of the registers that the operation destroys, what is used first coming first, and empties them.
func (a *Allocator) preserve() {
	lost := a.destroyed()
	if lost == 0 {
		return
	}
	a.locked |= lost
	for {
		best, near := isa.NoReg, int32(2*farthest)
		for s := lost & a.occupied; s != 0; s = s.Without(s.First()) {
			r := s.First()
			if v := a.inReg[r]; a.alive(v) && a.values[v].regs&^lost == 0 && a.nextPos(v) < near && a.haven(v) != isa.NoReg {
				best, near = r, a.nextPos(v)
			}
		}
		if best == isa.NoReg {
			break
		}
		v := a.inReg[best]
		x := a.haven(v)
		a.emit(Move{Value: v, From: RegLoc(best), To: RegLoc(x), Type: a.f.Type(v)})
		a.set(x, v)
	}
	a.dropAll(lost)
}

// haven returns a free register that survives the operation, for v.
func (a *Allocator) haven(v ssa.Value) isa.Reg {
	free := a.worthSaving(v, a.target.Regs[a.values[v].class]&^a.occupied&^a.locked)
	if free == 0 {
		return isa.NoReg
	}
	return a.choose(v, free)
}
