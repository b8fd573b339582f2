package ssa

// ResolveCopies makes all users of copies use what is copied, and removes the copies. Passes replace a value by turning it into a copy;
// this is done once for all of them, in time linear in the size of the function.
func (f *Func) ResolveCopies() {
	if f.copies == 0 {
		return
	}
	f.copies = 0
	for b := Entry; int(b) < len(f.blocks); b++ {
		for v := f.blocks[b].first; v != 0; v = f.links[v].next {
			f.ResolveArgs(v)
		}
		for i := range f.NumSuccs(b) {
			e := f.Succ(b, i)
			for j, a := range f.EdgeArgs(e) {
				if f.values[a].op == OpCopy {
					f.SetEdgeArg(e, j, f.Resolve(a))
				}
			}
		}
	}
	for v := range f.values {
		if f.values[v].op != OpCopy {
			continue
		}
		if f.links[v].block != 0 {
			f.Unlink(Value(v))
		}
		f.dropArgs(Value(v))
		f.values[v] = value{}
	}
}

// ResolveArgs makes v use what its arguments are copies of.
func (f *Func) ResolveArgs(v Value) {
	for i, a := range f.Args(v) {
		if f.values[a].op == OpCopy {
			f.SetArg(v, i, f.Resolve(a))
		}
	}
}
