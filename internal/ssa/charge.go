package ssa

// charges puts the charges of a function that is metered where they are made least often. The count of fuel is looked at by meters and stores only, so what
// is charged on the way there can be owed for a while: to whom it belongs is settled where it is looked at, or where ways join that owe different sums. A meter
// takes what is owed along with what it takes anyway, which makes a loop without branches cost one subtraction a turn.
//
//	b2(v1 i64):                               b2(v1 i64):
//	  v2 = meter v1 5                           v2 = meter v1 12
//	  if v3 -> b3, b4                           if v3 -> b3, b4
//	b3:                                       b3:
//	  v4 = charge v2 4                          v4 = i64.add v2 -1
//	  jump -> b5(v4)                            jump -> b5(v4)
//	b4:                                       b4:
//	  v5 = charge v2 3                          jump -> b5(v2)
//	  jump -> b5(v5)                          b5(v6 i64):
//	b5(v6 i64):                                 if v8 -> b2(v6), b6
//	  v7 = charge v6 4
//	  if v8 -> b2(v7), b6
//
// Each count becomes another value and a sum that is owed to it, which is a constant. A charge is then nothing but a larger sum. A parameter owes what the edge
// does that is taken most often; other edges pay the difference, and have a block of their own for it if need be. Heads of loops come last: their parameter goes into a meter,
// so what it owes does not change what the loop owes.
//
// Requires: heads of loops whose parameters for the count go into meters. Provides: no charges. Linear, but for the sums at the edges into one block.
type charges struct {
	of    []Value // per value: what it stands for, 0 if it is no count
	owed  []int64 // per value: what that owes
	order []Block
	head  []bool // per block of order: it is the head of a loop
	edges []Edge
	sums  []share
}

// share is how often edges are taken that owe a sum.
type share struct {
	owed int64
	freq float32
}

// maxOwed is what a count may owe: more does not fit into an instruction.
const maxOwed = 1 << 29

func (c *charges) run(f *Func) {
	if !isMetered(f) {
		return
	}
	f.findLoops()
	c.order = append(c.order[:0], f.Order()...)
	c.of, c.owed = sized(c.of, f.NumValues()), sized(c.owed, f.NumValues())
	clear(c.of)
	clear(c.owed)
	c.mark(f)
	c.head = c.head[:0]
	for k, b := range c.order {
		c.head = append(c.head, f.IsLoopHead(b))
		for i, p := range f.Params(b) {
			if c.of[p] != 0 && !c.head[k] {
				c.owed[p] = c.mostly(f, b, i)
			}
		}
		for v := f.First(b); v != 0; v = f.Next(v) {
			if f.Op(v) == OpCharge {
				c.charge(f, v)
			}
		}
	}
	c.settle(f)
	for i := len(c.order) - 1; i >= 0; i-- {
		for v := f.Term(c.order[i]); v != 0; {
			prev := f.Prev(v)
			if f.Op(v) == OpCharge {
				f.Remove(v)
			}
			v = prev
		}
	}
}

// isMetered reports whether f loads the count where it begins, as functions do that are metered.
func isMetered(f *Func) bool {
	for v := f.First(Entry); v != 0; v = f.Next(v) {
		if f.Op(v) == OpI64Load && Region(f.Aux(v)).Kind() == RegionFuel {
			return true
		}
	}
	return false
}

// mark finds the counts: what meters, charges and stores of a count take, and what they are given.
func (c *charges) mark(f *Func) {
	var work []Value
	add := func(v Value) {
		if c.of[v] == 0 {
			c.of[v] = v
			work = append(work, v)
		}
	}
	for _, b := range c.order {
		for v := f.First(b); v != 0; v = f.Next(v) {
			if c.takes(f, v) {
				add(f.Arg(v, f.NumArgs(v)-1))
			}
			if o := f.Op(v); o == OpMeter || o == OpCharge {
				add(v)
			}
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		if f.Op(v) == OpParam && f.BlockOf(v) != Entry {
			for e := f.Preds(f.BlockOf(v)); e != 0; e = f.NextPred(e) {
				add(f.EdgeArgs(e)[f.Imm(v)])
			}
		}
	}
}

// takes reports whether the last argument of v is a count.
func (c *charges) takes(f *Func, v Value) bool {
	o := f.Op(v)
	return o == OpMeter || o == OpCharge || o == OpI64Store && Region(f.Aux(v)).Kind() == RegionFuel
}

// charge makes v what its argument is, which owes more.
func (c *charges) charge(f *Func, v Value) {
	x := f.Arg(v, 0)
	of, owed := c.of[x], c.owed[x]+f.Imm(v)
	if owed <= maxOwed {
		c.of[v], c.owed[v] = of, owed
		return
	}
	f.Rewrite(v, OpI64Add, of, c.constant(f, v, -owed))
	c.of[v], c.owed[v] = v, 0
}

// mostly is what the edges into b, as far as they come from blocks before it, owe to its parameter i most often.
func (c *charges) mostly(f *Func, b Block, i int) int64 {
	c.sums = c.sums[:0]
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		from := f.From(e)
		freq := f.Freq(from) * f.Share(from, int(e-f.Succ(from, 0)))
		c.take(c.owed[f.EdgeArgs(e)[i]], freq)
	}
	return c.most()
}

// atHead is the same for the head of a loop, where only what leads back counts.
func (c *charges) atHead(f *Func, b Block, i int) int64 {
	c.sums = c.sums[:0]
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		if from := f.From(e); f.Dominates(b, from) {
			c.take(c.owed[f.EdgeArgs(e)[i]], f.Freq(from)*f.Share(from, int(e-f.Succ(from, 0))))
		}
	}
	return c.most()
}

// take adds to how often a sum is owed.
func (c *charges) take(owed int64, freq float32) {
	for i := range c.sums {
		if c.sums[i].owed == owed {
			c.sums[i].freq += freq
			return
		}
	}
	c.sums = append(c.sums, share{owed, freq})
}

func (c *charges) most() int64 {
	best := share{}
	for _, s := range c.sums {
		if s.freq > best.freq {
			best = s
		}
	}
	return best.owed
}

// use has v, if it is a meter, take what its argument owes; anything else is paid.
func (c *charges) use(f *Func, v Value) {
	switch o := f.Op(v); {
	case int(v) >= len(c.of) || o == OpCharge || c.of[v] != 0 && o == OpI64Add:
		return // made here
	case o == OpMeter:
		x := f.Arg(v, 0)
		f.SetImm(v, f.Imm(v)+c.owed[x])
		f.SetArg(v, 0, c.of[x])
		return
	}
	for i := range f.NumArgs(v) {
		if x := f.Arg(v, i); int(x) < len(c.of) && c.of[x] != 0 {
			f.SetArg(v, i, c.paid(f, v, x, c.owed[x]))
		}
	}
}

// settle has meters take what is owed, and what else uses a count, edges included, pay.
func (c *charges) settle(f *Func) {
	heads := c.heads(f)
	for _, b := range c.order {
		for v := f.First(b); v != 0; v = f.Next(v) {
			c.use(f, v)
		}
	}
	for _, p := range heads {
		c.pay(f, p)
	}
	for k, b := range c.order {
		for i := 0; i < len(f.Params(b)) && !c.head[k]; i++ {
			if p := f.Params(b)[i]; c.of[p] != 0 {
				c.pay(f, p)
			}
		}
	}
}

// heads decides what the parameters at heads of loops owe.
func (c *charges) heads(f *Func) (params []Value) {
	for k, b := range c.order {
		for i, p := range f.Params(b) {
			if !c.head[k] || c.of[p] == 0 {
				continue
			}
			params = append(params, p)
			if c.onlyMetered(f, b, p) {
				c.owed[p] = c.atHead(f, b, i)
			}
		}
	}
	return params
}

// onlyMetered reports whether a meter in b is all that uses its parameter p.
func (c *charges) onlyMetered(f *Func, b Block, p Value) bool {
	for v := f.First(b); v != 0; v = f.Next(v) {
		if f.Op(v) == OpMeter && f.Arg(v, 0) == p {
			return f.Uses(p) == 1
		}
	}
	return false
}

// pay has the edges give a parameter what it is to be given.
func (c *charges) pay(f *Func, p Value) {
	b, i := f.BlockOf(p), int(f.Imm(p))
	c.edges = c.edges[:0]
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		c.edges = append(c.edges, e)
	}
	for _, e := range c.edges {
		x := f.EdgeArgs(e)[i]
		owed := c.owed[x] - c.owed[p]
		from := f.From(e)
		if owed != 0 && f.NumSuccs(from) > 1 {
			from = f.SplitEdge(e)
			e = f.Succ(from, 0)
		}
		f.SetEdgeArg(e, i, c.paid(f, f.Term(from), x, owed))
	}
}

// paid is what x stands for less a sum, in front of at.
func (c *charges) paid(f *Func, at, x Value, owed int64) Value {
	if owed == 0 {
		return c.of[x]
	}
	v := f.NewValue(OpI64Add, TypeI64, c.of[x], c.constant(f, at, -owed))
	f.SetPos(v, f.Pos(at))
	f.InsertBefore(at, v)
	return v
}

// constant puts a constant in front of at.
func (c *charges) constant(f *Func, at Value, k int64) Value {
	v := f.NewValue(OpI64Const, TypeI64)
	f.SetImm(v, k)
	f.SetPos(v, f.Pos(at))
	f.InsertBefore(at, v)
	return v
}
