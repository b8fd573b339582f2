package ssa

// deadCode removes what cannot be reached and what has no effect on what the function does.
//
// Requires: nothing. Provides: every block is reachable; every value without effects, and every parameter but the entry's, is used by something that
// has an effect in the end.
//
// Liveness spreads from the values with effects to their arguments; a live parameter makes the arguments for it live on every edge.
type deadCode struct {
	live []bool
	work []Value
}

func (d *deadCode) run(f *Func) {
	f.RemoveUnreachable()
	d.live = sized(d.live, f.NumValues())
	clear(d.live)
	for _, b := range f.Order() {
		for v := f.First(b); v != 0; v = f.Next(v) {
			if f.isRoot(v) {
				d.mark(v)
			}
		}
	}
	for len(d.work) > 0 {
		v := d.work[len(d.work)-1]
		d.work = d.work[:len(d.work)-1]
		for _, a := range f.Args(v) {
			d.mark(a)
		}
		if f.Op(v) == OpParam {
			for e := f.Preds(f.BlockOf(v)); e != 0; e = f.NextPred(e) {
				d.mark(f.EdgeArgs(e)[f.Imm(v)])
			}
		}
	}
	d.sweep(f)
}

func (d *deadCode) mark(v Value) {
	if !d.live[v] {
		d.live[v] = true
		d.work = append(d.work, v)
	}
}

func (d *deadCode) sweep(f *Func) {
	for _, b := range f.Order() {
		for v := f.First(b); v != 0; {
			next := f.Next(v)
			if !d.live[v] {
				f.Remove(v)
			}
			v = next
		}
	}
	for _, b := range f.Order() {
		if b == Entry {
			continue
		}
		for i := len(f.Params(b)) - 1; i >= 0; i-- {
			if !d.live[f.Params(b)[i]] {
				f.RemoveParam(b, i)
			}
		}
	}
}

// removeUnused removes the values without effects and uses from blocks in reverse post-order. Unlike the pass, it sees no circles, and no
// parameters.
func (f *Func) removeUnused(order []Block) {
	for i := len(order) - 1; i >= 0; i-- {
		for v := f.blocks[order[i]].last; v != 0; {
			prev := f.Prev(v)
			if f.links[v].uses == 0 && !f.isRoot(v) {
				f.Remove(v)
			}
			v = prev
		}
	}
}

// removeIfUnused removes v if it has neither a use nor an effect, and so on its arguments.
func (f *Func) removeIfUnused(v Value) {
	if f.links[v].uses > 0 || f.links[v].block == 0 || f.isRoot(v) {
		return
	}
	args, n := f.values[v].args, f.values[v].n
	if f.Remove(v); n > inlineArgs {
		return
	}
	for i := range n {
		f.removeIfUnused(args[i])
	}
}

// RemoveUnreachable removes the blocks that cannot be reached.
func (f *Func) RemoveUnreachable() {
	f.Order()
	index := f.order.index // which stays while the blocks change
	for b := Entry; int(b) < len(index); b++ {
		if f.blocks[b].last != 0 && index[b] < 0 {
			f.cutEdges(b)
		}
	}
	for b := Entry; int(b) < len(index); b++ {
		if f.blocks[b].last != 0 && index[b] < 0 {
			f.Discard(b)
		}
	}
}
