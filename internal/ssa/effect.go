package ssa

// Effects returns those of the flags FlagRead, FlagWrite, FlagTrap and FlagCall that hold for v. It knows more than the row of the operation: a
// safe access does not trap, nor does a division by a constant that allows it.
func (f *Func) Effects(v Value) Flags {
	x := &f.values[v]
	e := flags[x.op] & flagEffects
	if e&FlagTrap != 0 && f.cannotTrap(x) {
		e &^= FlagTrap
	}
	return e
}

func (f *Func) cannotTrap(x *value) bool {
	switch x.op {
	case OpI32DivU, OpI32RemU, OpI32RemS, OpI64DivU, OpI64RemU, OpI64RemS:
		d := &f.values[x.args[1]]
		return d.op.IsConst() && d.imm != 0
	case OpI32DivS, OpI64DivS:
		d := &f.values[x.args[1]]
		return d.op.IsConst() && d.imm != 0 && d.imm != -1
	}
	return infos[x.op].Aux == AuxRegion && Region(x.aux)&RegionSafe != 0
}

// isRoot reports whether v must stay even if nothing uses it.
func (f *Func) isRoot(v Value) bool {
	o := f.values[v].op
	return o.Has(FlagTerm|FlagPinned) || f.Effects(v)&(FlagWrite|FlagTrap|FlagCall) != 0
}
