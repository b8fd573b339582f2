package ssa

import "math"

// Bits of parameters. The bits that may be set in an integer parameter of a block are those that may be set in the arguments for it. All parameters are taken
// to be 0 at first, and rounds over the blocks add what the edges bring until one changes nothing; a parameter that still changes after a few
// rounds, as one that counts round a loop does, may have anything.
//
// Where a loop counts up or down by a constant to a constant, there is a bound, found before: nothing beyond it comes round.

// FindBits computes the bits of parameters for [Func.PossibleBits], which knows of them until a block or an edge changes.
func (f *Func) FindBits() {
	a := &f.order
	if a.hasBits {
		return
	}
	f.findLoops()
	a.hasBits = true
	a.bits, a.bound = sized(a.bits, len(f.values)), sized(a.bound, len(f.values))
	clear(a.bits)
	for i := range a.bound {
		a.bound[i] = math.MaxUint64
	}
	for i := range a.loops {
		f.boundLoop(a.loops[i].Head)
	}
	for round, changed := 0, true; changed; round++ {
		changed = false
		for _, b := range a.order[1:] {
			for i, p := range f.Params(b) {
				if t := f.values[p].typ; t == TypeI32 || t == TypeI64 {
					changed = f.meetBits(b, i, p, round) || changed
				}
			}
		}
	}
}

// quickRounds is how many rounds may change the bits of a parameter.
const quickRounds = 3

// meetBits adds the bits that edges bring to those of parameter i of b, and reports whether there are more now.
func (f *Func) meetBits(b Block, i int, p Value, round int) bool {
	a := &f.order
	most := a.bound[p] & widest(f.values[p].typ)
	old := a.bits[p]
	if old == most {
		return false
	}
	now := old
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		if a.index[f.edges[e].from] >= 0 {
			now |= f.possible(f.EdgeArgs(e)[i], bitsDepth)
		}
	}
	if now &= most; now != old && round >= quickRounds {
		now = most
	}
	a.bits[p] = now
	return now != old
}

// widest has all bits of an integer type.
func widest(t Type) uint64 {
	if t == TypeI32 {
		return math.MaxUint32
	}
	return math.MaxUint64
}

// boundLoop bounds the parameters of the head of a loop with one way in and one back, which depends on what one of them counts to.
func (f *Func) boundLoop(head Block) {
	in := f.Preds(head)
	if f.NumPreds(head) != 2 {
		return
	}
	back := f.NextPred(in)
	if f.Dominates(head, f.From(in)) {
		in, back = back, in
	}
	latch := f.Term(f.From(back))
	if f.Op(latch) != OpIf || !f.Dominates(head, f.From(back)) {
		return
	}
	stays := back == f.Succ(f.From(back), 0)
	turns, ok := uint64(0), false
	for i := range f.Params(head) {
		if c, counts := f.counting(head, in, back, i); counts && !ok {
			turns, ok = f.turns(&c, f.Arg(latch, 0), stays)
		}
	}
	for i, p := range f.Params(head) {
		if c, counts := f.counting(head, in, back, i); counts && ok {
			if bound, ok := c.bound(turns); ok {
				f.order.bound[p] = below(bound)
			}
		}
	}
}

// counter is a parameter that a loop adds a constant to.
type counter struct {
	next        Value // the sum
	first, step uint64
	mask        uint64 // all bits of its type
}

// counting returns parameter i of the head of a loop as a counter.
func (f *Func) counting(head Block, in, back Edge, i int) (c counter, ok bool) {
	p := f.Params(head)[i]
	start, next := f.EdgeArgs(in)[i], f.EdgeArgs(back)[i]
	n := &f.values[next]
	if n.op != OpI32Add && n.op != OpI64Add || n.args[0] != p || !f.IsConst(n.args[1]) || !f.IsConst(start) {
		return c, false
	}
	mask := widest(n.typ)
	return counter{next, uint64(f.values[start].imm) & mask, uint64(f.values[n.args[1]].imm) & mask, mask}, true
}

// bound is the greatest value of a counter that is added to no more than a number of times, if it does not wrap.
func (c *counter) bound(turns uint64) (uint64, bool) {
	down := -c.step & c.mask
	switch {
	case turns <= (c.mask-c.first)/max(c.step, 1):
		return c.first + c.step*turns, true
	case turns <= c.first/max(down, 1):
		return c.first, true
	}
	return 0, false
}

// turns returns how often a loop goes back at most that does so as long as cond is true, or false, and cond depends on a counter.
func (f *Func) turns(c *counter, cond Value, whileTrue bool) (n uint64, ok bool) {
	x := &f.values[cond]
	end := uint64(0)
	switch x.op {
	case OpI32Ne, OpI64Ne, OpI32Eq, OpI64Eq, OpI32LtU, OpI64LtU:
		if !f.IsConst(x.args[1]) {
			return 0, false
		}
		end = uint64(f.values[x.args[1]].imm) & c.mask
		fallthrough
	case OpI32Eqz, OpI64Eqz:
		cond = x.args[0]
	}
	if cond != c.next {
		return 0, false
	}
	switch x.op {
	case OpI32LtU, OpI64LtU:
		if second := c.second(); whileTrue && c.step != 0 && second < end && end <= c.mask-c.step {
			return (end-1-second)/c.step + 1, true
		}
		return 0, false
	case OpI32Eq, OpI64Eq, OpI32Eqz, OpI64Eqz:
		whileTrue = !whileTrue
	}
	return c.turnsUntil(end, whileTrue)
}

// second is the first sum.
func (c *counter) second() uint64 { return (c.first + c.step) & c.mask }

// turnsUntil returns how often the sum is not end before it is.
func (c *counter) turnsUntil(end uint64, untilEnd bool) (n uint64, ok bool) {
	second, down := c.second(), -c.step&c.mask
	switch {
	case !untilEnd || c.step == 0:
		return 0, false
	case second <= end && (end-second)%c.step == 0:
		return (end - second) / c.step, true
	case second > end && (second-end)%down == 0:
		return (second - end) / down, true
	}
	return 0, false
}
