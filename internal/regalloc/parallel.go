package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Moves that happen at once, put in an order. A move can be done when no other one is still to read its destination. When none can, what
// is left are cycles: of these the first destination is kept in a scratch register. If none is free, integer registers are turned by
// exchanging neighbours, which is slower, and in other cycles it is kept in memory. Moves from memory to memory go through a scratch register too; if none is
// free, one is borrowed: kept in memory meanwhile.

// step is one of the moves that happen at once.
type step struct {
	Move
	done bool
}

// parallel is the scratch of resolve. The tables are indexed by registers and, behind these, slots.
type parallel struct {
	scratch isa.RegSet // free for use in between
	classes [isa.ClassCount]isa.RegSet
	reads   []uint32 // how many moves are still to read the place
	writer  []int32  // the move that is to write it, or -1
	ready   []int32
	emit    func(Move)
	steps   []step
}

// Places in memory for the time of one resolution.
var (
	keptLoc     = locOf(kindHome, 0)
	borrowedLoc = locOf(kindHome, 1<<locShift-1)
)

// placeIndex returns the index of a place that may be written, and -1 for others.
func placeIndex(l Loc) int {
	switch l.Kind() {
	case KindReg:
		return l.Index()
	case KindSlot:
		return isa.MaxRegs + 2*l.Index()
	case KindWide:
		return isa.MaxRegs + 2*l.Index() + 1
	}
	return -1
}

// resolve emits the steps in an order that makes them happen at once. No two have the same destination.
func (a *Allocator) resolve(steps []step, emit func(Move)) {
	p := &a.par
	p.steps, p.emit, p.ready = steps, emit, p.ready[:0]
	for i := range steps {
		s := &steps[i]
		s.done = s.Op == MoveCopy && s.From == s.To
		p.cover(placeIndex(s.To))
		p.cover(placeIndex(s.From))
	}
	for i := range steps {
		if s := &steps[i]; !s.done {
			p.writer[placeIndex(s.To)] = int32(i)
			if j := placeIndex(s.From); j >= 0 {
				p.reads[j]++
			}
		}
	}
	for i := range steps {
		if s := &steps[i]; !s.done && p.reads[placeIndex(s.To)] == 0 {
			p.ready = append(p.ready, int32(i))
		}
	}
	for len(p.ready) > 0 {
		i := p.ready[len(p.ready)-1]
		p.ready = p.ready[:len(p.ready)-1]
		p.perform(&steps[i])
	}
	for i := range steps {
		if !steps[i].done {
			p.turn(&steps[i])
		}
	}
	for i := range steps {
		p.writer[placeIndex(steps[i].To)] = -1
	}
}

func (p *parallel) cover(i int) {
	for len(p.reads) <= i {
		p.reads, p.writer = append(p.reads, 0), append(p.writer, -1)
	}
}

// perform does a step whose destination nobody reads any more, and makes ready the one that it was in the way of.
func (p *parallel) perform(s *step) {
	s.done = true
	p.copy(s.Move)
	j := placeIndex(s.From)
	if j < 0 {
		return
	}
	if p.reads[j]--; p.reads[j] == 0 && p.writer[j] >= 0 && !p.steps[p.writer[j]].done {
		p.ready = append(p.ready, p.writer[j])
	}
}

// behind is the step of a cycle that writes what s reads.
func (p *parallel) behind(s *step) *step { return &p.steps[p.writer[placeIndex(s.From)]] }

// turn does the steps of the cycle that starts with s.
func (p *parallel) turn(s *step) {
	ints := true
	for t := s; ; {
		ints = ints && t.To.IsReg() && !t.Type.IsVector()
		p.reads[placeIndex(t.From)] = 0
		if t = p.behind(t); t == s {
			break
		}
	}
	first := s.To
	if !ints || p.scratch&p.classes[isa.ClassInt] != 0 {
		p.turnKeeping(s)
		return
	}
	for s.done = true; s.From != first; s.done = true {
		p.emit(Move{Value: s.Value, From: s.From, To: s.To, Type: ssa.TypeI64, Op: MoveSwap})
		s = p.behind(s)
	}
}

// turnKeeping keeps the first destination aside until its turn to be read.
func (p *parallel) turnKeeping(s *step) {
	first := s.To
	last := s // the step that reads it
	for last.From != first {
		last = p.behind(last)
	}
	kept := keptLoc
	if r := (p.scratch & p.classes[classOf(last.Type)]).First(); r != isa.NoReg {
		kept = RegLoc(r)
		p.scratch = p.scratch.Without(r)
	}
	save := last.Move
	save.To = kept
	p.copy(save)
	for ; s != last; s = p.behind(s) {
		s.done = true
		p.copy(s.Move)
	}
	s.done = true
	m := s.Move
	m.From = kept
	p.copy(m)
	if kept.IsReg() {
		p.scratch = p.scratch.With(kept.Reg())
	}
}

// scratchFor returns a free register for the value of a move, of the other class if that can do as well.
func (p *parallel) scratchFor(m Move) isa.Reg {
	c := classOf(m.Type)
	if s := p.scratch & p.classes[c]; s != 0 {
		return s.First()
	}
	if m.Type == ssa.TypeV128 || m.Op == MoveRemat {
		return isa.NoReg
	}
	return (p.scratch & p.classes[1-c]).First()
}

// copy emits a move, in pieces if both of its ends are memory.
func (p *parallel) copy(m Move) {
	if m.To.IsReg() || m.From.IsReg() {
		p.emit(m)
		return
	}
	r := p.scratchFor(m)
	borrow := r == isa.NoReg
	back := Move{From: borrowedLoc, Type: wholeType[classOf(m.Type)]}
	if borrow {
		r = p.classes[classOf(m.Type)].First()
		back.To = RegLoc(r)
		p.emit(Move{From: back.To, To: borrowedLoc, Type: back.Type})
	}
	t := typeIn(m.Type, p.classes[isa.ClassVector].Has(r))
	if m.Op == MoveRemat {
		p.emit(Move{Value: m.Value, To: RegLoc(r), Type: m.Type, Op: MoveRemat})
	} else {
		p.emit(Move{Value: m.Value, From: m.From, To: RegLoc(r), Type: t})
	}
	p.emit(Move{Value: m.Value, From: RegLoc(r), To: m.To, Type: t})
	if borrow {
		p.emit(back)
	}
}

// typeIn is the type as which a value of type t goes through a register of the vector or the integer class.
func typeIn(t ssa.Type, vector bool) ssa.Type {
	switch {
	case t.IsVector() == vector:
		return t
	case vector && t == ssa.TypeI32:
		return ssa.TypeF32
	case vector:
		return ssa.TypeF64
	case t == ssa.TypeF32:
		return ssa.TypeI32
	}
	return ssa.TypeI64
}

// scratchRegs returns the registers that moves may use if nothing is in them: those that need not be saved for the purpose.
func (a *Allocator) scratchRegs() isa.RegSet {
	return (a.target.Regs[isa.ClassInt] | a.target.Regs[isa.ClassVector]) &^ (a.target.CallSaved &^ a.saved)
}
