package regalloc

import "github.com/weft-wasm/weft/internal/ssa"

// Arguments in memory. An operation that can read one of its arguments from memory does so if the value is in no register and loading it
// would not serve what comes after: nothing uses it soon, or no register is free for it.

// foldArgs leaves an argument in memory if that is worth it, of two the one that is not used again for longer.
func (a *Allocator) foldArgs() {
	needs := a.in.needs
	if a.in.both {
		if v := needs[0].val; a.mayStay(v) && a.worthFolding(v) {
			needs[0].loc = a.memoryOf(v)
			needs[1].loc = needs[0].loc
		}
		return
	}
	best, far := -1, int32(-1)
	for i := range needs {
		if n := &needs[i]; a.readable(n) && n.loc == 0 && a.mayStay(n.val) && a.worthFolding(n.val) && a.nextPos(n.val) > far {
			best, far = i, a.nextPos(n.val)
		}
	}
	if best >= 0 {
		needs[best].loc = a.memoryOf(needs[best].val)
	}
}

// mayStay reports whether v is in memory and nowhere else: spilled, or a constant that is no integer.
func (a *Allocator) mayStay(v ssa.Value) bool {
	return a.values[v].regs == 0 && !a.pinned(v) && (!a.remat(v) || a.isPooled(v))
}

// readable reports whether the current operation may read an argument from the value's place in memory. Arguments that commute may have been
// exchanged since the need was described, so this is asked of the value that it has now.
func (a *Allocator) readable(n *need) bool { return n.mem != 0 && a.holdsBits(n.val, n.mem) }

// isPooled reports whether the constant v is in memory as well.
func (a *Allocator) isPooled(v ssa.Value) bool { return a.f.Op(v).IsConst() && a.f.Type(v).IsVector() }

// worthFolding reports whether v, which the current operation uses, had better not be loaded.
func (a *Allocator) worthFolding(v ssa.Value) bool {
	return a.nextPos(v)-a.pos >= farCall || a.free(v)&^a.locked == 0
}

// memoryOf is where v is in memory.
func (a *Allocator) memoryOf(v ssa.Value) Loc {
	if a.remat(v) {
		return locOf(KindConst, int(v))
	}
	a.restore(v, a.block)
	return homeOf(v)
}
