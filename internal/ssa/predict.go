package ssa

// predict says of branches on the sign of a number, of which nothing else says which way they go, that numbers are mostly not negative, nor zero if that is
// told from what is below and above it: what is negative is an error, the end of something, or a byte that is not ASCII.
//
// The observation is from Ball and Larus, "Branch Prediction for Free" (PLDI 1993), whose opcode heuristic is right for five branches in six.
//
//	v3 = i32.lt_s v1 v2    with 0 for v2
//	if v3 -> b4, b5                        →    if v3 unlikely -> b4, b5
//
// Requires: constants on the right. Provides: hints, which the estimate of frequencies goes by. Branches that leave a loop or turn round have a better estimate.
func predict(f *Func) {
	f.findLoops()
	for _, b := range f.Order() {
		t := &f.values[f.Term(b)]
		if t.op != OpIf || Hint(t.aux) != HintNone || f.endsTurn(b) {
			continue
		}
		t.aux = uint32(f.signHint(t.args[0]))
	}
}

// endsTurn reports whether a branch of b leaves a loop or leads back to the head of one.
func (f *Func) endsTurn(b Block) bool {
	l := f.order.inner[b]
	for i := range f.NumSuccs(b) {
		to := f.To(f.Succ(b, i))
		if l >= 0 && (!f.inLoop(to, l) || f.order.loops[l].Head == to) {
			return true
		}
	}
	return false
}

// signHint is what a branch on c is expected to do.
func (f *Func) signHint(c Value) Hint {
	x := &f.values[c]
	var below int64 // a number is expected to be at least so great
	switch x.op {
	case OpI32LtS, OpI64LtS:
	case OpI32GtS, OpI64GtS:
		below = 1
	default:
		return HintNone
	}
	if y := x.args[1]; !f.IsConst(y) || f.values[y].imm+below < 0 || f.values[y].imm+below > 1 {
		return HintNone
	}
	if below == 0 {
		return HintUnlikely
	}
	return HintLikely
}
