package ssa

// spreadCold marks the blocks that run only if a cold one does: those from which all ways lead to cold blocks, and those that are reached from cold blocks only.
//
// Requires: nothing. Provides: what only leads up to a trap, or only follows from something rare, is out of the way of the rest, in the order of blocks and in
// the choice of registers.
func spreadCold(f *Func) {
	order := f.Order()
	for i := len(order) - 1; i > 0; i-- {
		b := order[i]
		cold := f.NumSuccs(b) > 0
		for j := range f.NumSuccs(b) {
			cold = cold && f.isCold(f.To(f.Succ(b, j)))
		}
		f.blocks[b].cold = f.blocks[b].cold || cold
	}
	for i, b := range order[1:] {
		cold := true
		for e := f.Preds(b); e != 0 && cold; e = f.NextPred(e) {
			from := f.From(e)
			cold = f.isCold(from) || f.order.index[from] > int32(i) // a way back tells nothing new
		}
		f.blocks[b].cold = f.blocks[b].cold || cold
	}
}
