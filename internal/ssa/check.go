package ssa

import (
	"errors"
	"fmt"
	"slices"
)

// Check reports what is wrong with f, nil if nothing is. It runs behind every pass in tests, and holds
//
//   - each block ends in its only terminator, which has as many successors as it needs, and try stands behind a call;
//   - lists of values and of predecessors are consistent, and uses are counted right;
//   - arguments have the types that the operation's row, the signature of the call or of the function, or the parameters of
//     the successor demand;
//   - what is used is defined in front of it or in a dominating block, and the result of a call that unwinds is not used.
func Check(f *Func) error {
	c := checker{f: f, place: make([]int32, len(f.values)), uses: make([]uint32, len(f.values))}
	if f.Term(Entry) == 0 {
		c.errorf(0, "%v has no terminator", Entry)
	} else {
		c.blocks()
	}
	return errors.Join(c.errs...)
}

type checker struct {
	f     *Func
	place []int32  // per value: its place in its block, 0 for a parameter, or -1 if it is in none
	uses  []uint32 // per value
	block Block    // the one being checked
	errs  []error
}

// maxErrors is where the checker gives up.
const maxErrors = 10

func (c *checker) errorf(v Value, format string, args ...any) {
	if len(c.errs) == maxErrors {
		return
	}
	where := ""
	switch {
	case v != 0:
		where = fmt.Sprintf(": %v: %s", c.block, c.f.Text(v))
	case c.block != 0:
		where = fmt.Sprintf(": %v", c.block)
	}
	c.errs = append(c.errs, fmt.Errorf("ssa: %s%s: %s", c.f.Name, where, fmt.Sprintf(format, args...)))
}

func (c *checker) blocks() {
	f := c.f
	for i := range c.place {
		c.place[i] = -1
	}
	for b := Entry; int(b) < len(f.blocks); b++ {
		if c.block = b; f.First(b) != 0 {
			c.lists(b)
		} else if f.NumPreds(b) > 0 {
			c.errorf(0, "has predecessors and no values")
		}
	}
	if len(c.errs) > 0 {
		return // walking what is broken may not end
	}
	c.entry()
	for b := Entry; int(b) < len(f.blocks); b++ {
		if c.block = b; f.First(b) == 0 {
			continue
		}
		for v := f.First(b); v != 0; v = f.Next(v) {
			c.value(v)
		}
		for i := range f.NumSuccs(b) {
			c.edge(f.Succ(b, i))
		}
	}
	c.counts()
}

func (c *checker) entry() {
	f := c.f
	c.block = Entry
	if f.NumPreds(Entry) > 0 {
		c.errorf(0, "the entry has predecessors")
	}
	if types := c.types(f.Params(Entry)); !sameTypes(types, f.Sig.Params) {
		c.errorf(0, "parameters have types %v, the function %v", types, f.Sig.Params)
	}
}

func (c *checker) types(values []Value) []Type {
	types := make([]Type, len(values))
	for i, v := range values {
		types[i] = c.f.Type(v)
	}
	return types
}

// lists checks that values and edges of a block are linked as they should be, and numbers the values.
func (c *checker) lists(b Block) {
	f := c.f
	for i, p := range f.Params(b) {
		if f.Op(p) != OpParam || f.BlockOf(p) != b || f.Imm(p) != int64(i) {
			c.errorf(p, "is not parameter %d", i)
		}
		c.place[p] = 0
	}
	prev, n := Value(0), int32(0)
	for v := f.First(b); v != 0; prev, v = v, f.Next(v) {
		n++
		if c.place[v] >= 0 || f.Prev(v) != prev || f.BlockOf(v) != b || f.Op(v) == OpInvalid || f.Op(v) == OpParam {
			c.errorf(v, "is linked wrongly")
			return
		}
		c.place[v] = n
		if f.Op(v).IsTerm() != (f.Next(v) == 0) {
			c.errorf(v, "a block must end in its only terminator")
		}
	}
	n = 0
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		if n++; f.To(e) != b || !f.isLive(e) || n > int32(f.NumPreds(b)) {
			c.errorf(0, "edge %d is not one from a predecessor", e)
			return
		}
	}
	if n != int32(f.NumPreds(b)) {
		c.errorf(0, "has %d predecessors, counted as %d", n, f.NumPreds(b))
	}
}

func (c *checker) value(v Value) {
	f := c.f
	o := f.Op(v)
	for _, a := range f.Args(v) {
		c.use(v, a, c.block, c.place[v])
	}
	c.signature(v)
	switch o {
	case OpProj:
		c.proj(v)
	case OpTry:
		if p := f.Prev(v); p == 0 || !f.Op(p).IsCall() {
			c.errorf(v, "must stand behind a call")
		}
	case OpReturn:
		if types := c.types(f.Args(v)); !sameTypes(types, f.Sig.Results) {
			c.errorf(v, "have types %v, want %v", types, f.Sig.Results)
		}
	}
	if want, ok := successors[o]; ok && o.IsTerm() && f.NumSuccs(c.block) != want {
		c.errorf(v, "has %d successors, want %d", f.NumSuccs(c.block), want)
	}
	if o == OpSwitch && f.NumSuccs(c.block) == 0 {
		c.errorf(v, "has no successors")
	}
}

// successors is how many each terminator has; those of targets and switch are not listed.
var successors = map[Op]int{OpJump: 1, OpIf: 2, OpTry: 2, OpReturn: 0, OpTrap: 0, OpTailCall: 0, OpTailCallPtr: 0}

// signature checks the types of a value and its arguments against the row of the operation, or the signature of the call.
func (c *checker) signature(v Value) {
	f := c.f
	info := f.Op(v).Info()
	have, want, result := c.types(f.Args(v)), info.Params, f.Type(v)
	if info.Optional && len(have) == len(want)-1 {
		want = slices.Delete(slices.Clone(want), 1, 2)
	}
	switch {
	case info.Imm == ImmSig:
		if f.Imm(v) < 0 || int(f.Imm(v)) >= len(f.sigs) {
			c.errorf(v, "has no signature")
			return
		}
		sig := f.CallSig(v)
		want = append(slices.Clone(want), sig.Params...)
		if t := sig.Type(); f.Op(v).IsTerm() && !sameTypes(sig.Results, f.Sig.Results) || !f.Op(v).IsTerm() && t != result {
			c.errorf(v, "has type %v and gives %v", result, sig.Results)
		}
	case info.Variadic:
		have = have[:min(len(have), len(want))]
	}
	if !f.Op(v).Polymorphic() && result != f.Op(v).ResultType() {
		c.errorf(v, "has type %v, want %v", result, f.Op(v).ResultType())
	}
	if len(have) != len(want) {
		c.errorf(v, "have %d arguments, want %d", len(have), len(want))
		return
	}
	for i, w := range want {
		if w == TypeVar && info.Results != nil {
			w = result
		}
		if have[i] != w && w != TypeVar {
			c.errorf(v, "argument %d has type %v, want %v", i, have[i], w)
		}
	}
}

func (c *checker) proj(v Value) {
	f := c.f
	if f.NumArgs(v) != 1 || f.Type(f.Arg(v, 0)) != TypeTuple {
		c.errorf(v, "want one tuple as the argument")
		return
	}
	a := f.Arg(v, 0)
	results := f.Op(a).Info().Results
	if f.Op(a).Info().Imm == ImmSig {
		results = f.CallSig(a).Results
	}
	if i := f.Imm(v); i < 0 || int(i) >= len(results) || results[i] != f.Type(v) {
		c.errorf(v, "%v has results %v", a, results)
	}
}

func (c *checker) edge(e Edge) {
	f := c.f
	v := f.Term(c.block)
	have, want := c.types(f.EdgeArgs(e)), c.types(f.Params(f.To(e)))
	if !sameTypes(have, want) {
		c.errorf(v, "%v gets arguments of types %v, want %v", f.To(e), have, want)
	}
	for _, a := range f.EdgeArgs(e) {
		c.use(v, a, c.block, c.place[v])
		if f.Op(v) == OpTry && e == f.Succ(c.block, 1) && a == f.Prev(v) {
			c.errorf(v, "%v has no value if the call unwinds", a)
		}
	}
}

// use checks that a is defined where v, at a place in a block, uses it.
func (c *checker) use(v, a Value, b Block, place int32) {
	f := c.f
	if int(a) >= len(f.values) || c.place[a] < 0 {
		c.errorf(v, "uses %v, which is not defined", a)
		return
	}
	c.uses[a]++
	if !f.Reachable(b) {
		return
	}
	in := f.BlockOf(a)
	if in == b && c.place[a] < place {
		return
	}
	if in == b || !f.Dominates(in, b) {
		c.errorf(v, "uses %v, which does not dominate it", a)
		return
	}
	if t := f.Term(in); f.Op(t) == OpTry && a == f.Prev(t) && !f.Dominates(f.To(f.Succ(in, 0)), b) {
		c.errorf(v, "uses %v, which has no value if the call unwinds", a)
	}
}

func (c *checker) counts() {
	for v := range c.uses {
		if c.place[v] >= 0 && c.uses[v] != c.f.links[v].uses {
			c.block = c.f.BlockOf(Value(v))
			c.errorf(Value(v), "has %d uses, counted as %d", c.uses[v], c.f.links[v].uses)
		}
	}
}
