package ssa

// simplifier applies the rules of rules/*.rules, as generated into rules_gen.go, and folds constants.
//
// Requires: nothing. Provides: no copies; no rule matches, except where a value came to match by what changed later round a loop; constants
// on the right of operations that commute.
//
// Blocks are visited in reverse post-order, so that arguments are in their final form before their users are looked at. A value that was rewritten is
// looked at again, after those that were made for it, and what it used goes if nothing else uses it, so that rules for what is used once match. It takes time linear in the number of values and rewritings.
type simplifier struct {
	Rewriter
	thorough bool // bits of parameters are looked for as well
}

// maxRewrites is how often in a row a value may change before the rules are taken not to terminate.
const maxRewrites = 100

func (m *simplifier) run(f *Func) {
	if m.Func = f; m.thorough {
		f.FindBits()
	}
	for _, b := range f.Order() {
		rewrites := 0
		for v := f.First(b); v != 0; {
			f.ResolveArgs(v)
			x := &f.values[v]
			had, n := x.args, x.n
			if !m.step(v) {
				v, rewrites = f.Next(v), 0
				continue
			}
			for i := 0; i < int(n) && n <= inlineArgs; i++ {
				f.removeIfUnused(had[i])
			}
			if rewrites++; rewrites > maxRewrites {
				panic("ssa: the rules do not terminate at " + f.Text(v) + " in " + f.Name)
			}
			if m.made != 0 {
				v, m.made = m.made, 0
			}
		}
	}
	f.ResolveCopies()
}

// step rewrites v once, and reports whether it could.
func (m *simplifier) step(v Value) bool {
	if bits, ok := m.Fold(v); ok {
		m.BecomeConst(v, bits)
		return true
	}
	if o := m.Op(v); o.Has(FlagComm) && m.IsConst(m.Arg(v, 0)) && !m.IsConst(m.Arg(v, 1)) {
		x, y := m.Arg(v, 0), m.Arg(v, 1)
		m.SetArg(v, 0, y)
		m.SetArg(v, 1, x)
	}
	return m.apply(v)
}
