package ssa

// trivialParams removes the parameters that stand for one value: those for which every edge has that value, or the parameter itself.
//
// Requires: nothing. Provides: no copies; no trivial parameters, except in the knots that only irreducible functions have.
//
// Removing one may make another trivial, mostly one of a block that comes later; rounds in reverse post-order are repeated until one changes
// nothing, which is two rounds unless loops hand a value round through each other.
func trivialParams(f *Func) {
	for changed := true; changed; {
		changed = false
		for _, b := range f.Order()[1:] {
			for i := len(f.Params(b)) - 1; i >= 0; i-- {
				if same := f.onlyArg(b, i); same != 0 {
					f.Become(f.Params(b)[i], same)
					f.forgetParam(b, i)
					changed = true
				}
			}
		}
	}
	f.ResolveCopies()
}

// onlyArg returns the value that all edges to b have for its parameter i, or 0.
func (f *Func) onlyArg(b Block, i int) Value {
	param, same := f.Params(b)[i], Value(0)
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		v := f.Resolve(f.EdgeArgs(e)[i])
		if v == param || v == same {
			continue
		}
		if same != 0 {
			return 0
		}
		same = v
	}
	return same
}
