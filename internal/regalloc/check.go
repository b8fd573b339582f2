package regalloc

import (
	"errors"
	"fmt"
	"slices"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// The checker proves an allocation right, knowing nothing of how it was made. It follows all ways through the function and keeps, for
// each place, the values that are in it on every way: moves copy that, operations put their results in, calls destroy registers and what is in
// the outgoing area, and where edges meet only what all agree on remains. An edge makes a parameter of whatever holds its
// argument. When nothing changes any more, each operation must find its arguments where the allocation says that they are, and
// they must be where the operation can take them.

// Check reports what is wrong with an allocation of f for a target, nil if nothing is.
func Check(f *ssa.Func, t *isa.Target, base ssa.Op, o *Allocation) error {
	c := checker{Allocator: New(t, base), o: o, at: make([]contents, f.NumBlocks())}
	c.f = f
	c.learn()
	c.follow()
	c.checking = true
	for _, b := range f.Order() {
		c.blockOf(b)
	}
	return errors.Join(c.errs...)
}

type checker struct {
	*Allocator
	o        *Allocation
	at       []contents // per block: at its start
	now      contents
	checking bool
	errs     []error
}

// contents says which values are in each place.
type contents map[Loc][]ssa.Value

func (c *checker) errorf(v ssa.Value, format string, args ...any) {
	if c.checking && len(c.errs) < 10 {
		c.errs = append(c.errs, fmt.Errorf("regalloc: %s: %v: %s: %s", c.f.Name, c.f.BlockOf(v), c.f.Text(v), fmt.Sprintf(format, args...)))
	}
}

// follow passes over the blocks until nothing changes.
func (c *checker) follow() {
	f := c.f
	start := contents{}
	locs, _ := Place(c.target, f.Sig.Params, KindIn, nil)
	for i, p := range f.Params(ssa.Entry) {
		start[locs[i]] = []ssa.Value{p}
	}
	c.at[ssa.Entry] = start
	for changed := true; changed; {
		changed = false
		for _, b := range f.Order() {
			c.blockOf(b)
			for i := range f.NumSuccs(b) {
				changed = c.along(f.Succ(b, i)) || changed
			}
		}
	}
}

// blockOf follows b, which makes now what is true at its end.
func (c *checker) blockOf(b ssa.Block) {
	f := c.f
	c.now = contents{}
	for l, s := range c.at[b] {
		c.now[l] = s
	}
	first := true
	for v := f.First(b); v != 0; v = f.Next(v) {
		for _, m := range c.o.Moves(v) {
			c.move(v, m)
			if first && f.NumPreds(b) == 1 {
				c.now[m.To] = c.withParams(c.now[m.To], c.now[m.To], f.Preds(b))
			}
		}
		if c.isReal(v) {
			first = false
			c.operation(v)
		}
	}
}

func (c *checker) move(v ssa.Value, m Move) {
	switch m.Op {
	case MoveCopy:
		if !m.To.IsReg() && !m.From.IsReg() {
			c.errorf(v, "%s is from memory to memory", m.Text(c.target))
		}
		if s := c.now[m.From]; len(s) > 0 || !c.isPinned(m.Value, m.From) {
			c.now[m.To] = s
		} else {
			c.now[m.To] = []ssa.Value{m.Value}
		}
		c.writable(v, m.From, m.Type, m.From.IsReg() && c.isPinned(m.Value, m.From))
	case MoveSwap:
		c.now[m.To], c.now[m.From] = c.now[m.From], c.now[m.To]
		c.writable(v, m.From, m.Type, false)
	case MoveRemat:
		if !c.remat(m.Value) {
			c.errorf(v, "%s: not a constant", m.Text(c.target))
		}
		c.now[m.To] = []ssa.Value{m.Value}
	}
	c.writable(v, m.To, m.Type, false)
}

func (c *checker) isPinned(v ssa.Value, l Loc) bool {
	return v != 0 && c.pinned(v) && l == RegLoc(c.values[v].hint)
}

// writable checks that a value of type t can be in l, which may be a register only if it is not reserved.
func (c *checker) writable(v ssa.Value, l Loc, t ssa.Type, pinned bool) {
	switch {
	case l == 0:
		c.errorf(v, "no place")
	case l.IsReg() && !pinned && !c.target.Regs[classOf(t)].Has(l.Reg()):
		c.errorf(v, "%s cannot hold %v", l.Text(c.target), t)
	case l.IsReg() && c.target.CallSaved.Has(l.Reg()) && !c.o.Saved.Has(l.Reg()):
		c.errorf(v, "%s is not preserved", l.Text(c.target))
	case l.Kind() == KindSlot && (l.Index() >= c.o.Slots || t == ssa.TypeV128):
		c.errorf(v, "%s cannot hold %v", l.Text(c.target), t)
	case l.Kind() == KindWide && l.Index() >= c.o.Wides || l.Kind() == kindHome:
		c.errorf(v, "%s is no slot", l.Text(c.target))
	}
}

func (c *checker) operation(v ssa.Value) {
	c.cur = v
	c.describe(v)
	uses, results := c.o.Uses(v), c.o.Results(v)
	if len(uses) != len(c.in.needs) || len(results) != len(c.in.gives) {
		c.errorf(v, "has %d arguments and %d results, want %d and %d", len(uses), len(results), len(c.in.needs), len(c.in.gives))
		return
	}
	for i := range c.in.needs {
		if n := &c.in.needs[i]; n.val != 0 {
			c.argument(v, n, uses[i], results)
		}
	}
	for i := range c.in.gives {
		c.result(v, i, uses, results)
	}
	for _, l := range c.o.Refs(v) {
		if !slices.ContainsFunc(c.now[l], func(x ssa.Value) bool { return c.f.Type(x) == ssa.TypeRef }) {
			c.errorf(v, "no reference in %s", l.Text(c.target))
		}
	}
	c.perform(results)
}

func (c *checker) argument(v ssa.Value, n *need, l Loc, results []Loc) {
	if !c.holds(l, n.val) {
		c.errorf(v, "%v is not in %s, which has %v", n.val, l.Text(c.target), c.now[l])
	}
	switch r := l.Reg(); {
	case r == isa.NoReg && n.out == 0 && n.fixed == isa.NoReg && n.def < 0 && c.canRead(n, l):
	case n.out != 0:
		if l != n.out {
			c.errorf(v, "%v is in %s, want %s", n.val, l.Text(c.target), n.out.Text(c.target))
		}
	case n.fixed != isa.NoReg && r != n.fixed:
		c.errorf(v, "%v is in %s, want %s", n.val, l.Text(c.target), c.target.RegNames[n.fixed])
	case !c.isPinned(n.val, l) && !c.target.Regs[n.class].Has(r), c.isPinned(n.val, l) && n.def >= 0 && !c.in.untied:
		c.errorf(v, "%v is in %s", n.val, l.Text(c.target))
	case n.def >= 0 && results[n.def] != l && !c.in.untied:
		c.errorf(v, "%v is in %s, its result in %s", n.val, l.Text(c.target), results[n.def].Text(c.target))
	}
}

// canRead reports whether the operation can read its argument n from l, which is no register: as the only one there, or as both of its two.
func (c *checker) canRead(n *need, l Loc) bool {
	others := 0
	for i, k := range c.o.Uses(c.cur) {
		if m := &c.in.needs[i]; m != n && m.val != 0 && !k.IsReg() {
			if others++; !c.in.both || k != l {
				return false
			}
		}
	}
	if c.in.untied && c.o.Uses(c.cur)[0] != c.o.Results(c.cur)[0] {
		return false
	}
	return l != 0 && (others == 0 && c.readable(n) || others == 1)
}

// holds reports whether v is in l.
func (c *checker) holds(l Loc, v ssa.Value) bool {
	if l.Kind() == KindConst {
		return l == locOf(KindConst, int(v)) && c.remat(v) && c.isPooled(v)
	}
	return c.isPinned(v, l) || slices.ContainsFunc(c.now[l], func(w ssa.Value) bool {
		return w == v || c.pinned(v) && c.pinned(w) && c.values[v].hint == c.values[w].hint
	})
}

func (c *checker) result(v ssa.Value, i int, uses, results []Loc) {
	g, l := &c.in.gives[i], results[i]
	if g.from != 0 {
		return
	}
	c.writable(v, l, g.typ, false)
	if g.fixed != isa.NoReg && l.Reg() != g.fixed {
		c.errorf(v, "result %d is in %s, want %s", i, l.Text(c.target), c.target.RegNames[g.fixed])
	}
	if slices.Contains(results[:i], l) || g.early && slices.Contains(uses, l) || c.in.clobber.Has(l.Reg()) {
		c.errorf(v, "result %d is in %s, which is taken", i, l.Text(c.target))
	}
	if d := c.o.Def(g.val); g.val != 0 && d != l {
		c.errorf(v, "result %d is in %s and defined in %s", i, l.Text(c.target), d.Text(c.target))
	}
}

// perform makes now what is true behind the operation in c.in.
func (c *checker) perform(results []Loc) {
	for l := range c.now {
		if c.in.clobber != 0 && l.Kind() == KindOut || l.IsReg() && c.in.clobber.Has(l.Reg()) {
			delete(c.now, l)
		}
	}
	for i, g := range c.in.gives {
		if g.val != 0 {
			c.forget(g.val)
		}
		delete(c.now, results[i])
	}
	for i, g := range c.in.gives {
		if g.val != 0 {
			c.now[results[i]] = []ssa.Value{g.val}
		}
	}
}

// forget removes what is left of v from a former turn of a loop.
func (c *checker) forget(v ssa.Value) {
	for l, s := range c.now {
		if slices.Contains(s, v) {
			c.now[l] = without(s, v)
		}
	}
}

func without(s []ssa.Value, v ssa.Value) []ssa.Value {
	return slices.DeleteFunc(slices.Clone(s), func(x ssa.Value) bool { return x == v })
}

// along brings now to the end of e, and reports whether that changes what is known there.
func (c *checker) along(e ssa.Edge) bool {
	to := c.f.To(e)
	known := c.at[to]
	if known == nil {
		c.at[to] = contents{}
	}
	changed := known == nil
	for l, s := range c.now {
		if c.unwinds(e) && (l.IsReg() || l.Kind() == KindOut) {
			continue
		}
		kept := s
		for _, p := range c.f.Params(to) {
			kept = without(kept, p)
		}
		if s = c.withParams(kept, s, e); known == nil {
			c.at[to][l] = s
		}
	}
	for l, s := range known {
		var left []ssa.Value
		if !c.unwinds(e) || !l.IsReg() && l.Kind() != KindOut {
			left = c.withParams(c.now[l], c.now[l], e)
		}
		agreed := slices.DeleteFunc(slices.Clone(s), func(v ssa.Value) bool {
			isParam := c.f.Op(v) == ssa.OpParam && c.f.BlockOf(v) == to
			return !slices.Contains(left, v) || isParam && !c.isArg(v, e, c.now[l])
		})
		if len(agreed) < len(s) {
			c.at[to][l], changed = agreed, true
		}
	}
	return changed
}

// isArg reports whether the argument of e for the parameter p is among the values.
func (c *checker) isArg(p ssa.Value, e ssa.Edge, values []ssa.Value) bool {
	return slices.Contains(values, c.rep(c.f.EdgeArgs(e)[c.f.Imm(p)]))
}

// withParams returns kept with the parameters that get one of the values along e.
func (c *checker) withParams(kept, values []ssa.Value, e ssa.Edge) []ssa.Value {
	kept = slices.Clone(kept)
	for i, p := range c.f.Params(c.f.To(e)) {
		if slices.Contains(values, c.rep(c.f.EdgeArgs(e)[i])) && !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	return kept
}
