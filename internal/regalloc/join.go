package regalloc

import (
	"slices"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Where several edges meet, the state of registers is chosen; what each edge has to do about it is found out at the end (edges.go).
//
// Behind branches a value stays in a register if it mostly arrives in one, and if loading it along the other edges happens less often than loading
// it later, where it is used. At the head of a loop the state is what the loop starts and ends each turn with. In registers go the values
// that the loop uses, the next one first; then, as far as the loop has registers to spare where it needs most, constants that it uses and values
// that merely live through it. If the loop loses registers, to calls or fixed operands, those of values that have to survive these are chosen
// from the others. A value that is used only behind a call, or rarely in front of one (retain.go), is left in memory if no such register is
// free: it could not keep its register, or would have to be loaded at the end of each turn.

// candidate is a value that could be in a register at the start of a block.
type candidate struct {
	val  ssa.Value
	far  int32
	safe bool // only in a register that the loop does not lose
}

// arrival is where the predecessors that are done left a value.
type arrival struct {
	epoch  uint32
	from   ssa.Edge // the last one that it came along in a register
	weight float32  // how often the predecessors run that left it in a register
	best   float32  // how often the one runs that left it in reg
	reg    isa.Reg
	now    isa.Reg // where it was along from
}

// joins is the scratch of this file.
type joins struct {
	arrivals []arrival // per value
	epoch    uint32
	arrived  []ssa.Value // the values alive at the start of the block that come in registers
	cands    []candidate
	chosen   []candidate
}

// enterJoin chooses what is in registers where edges meet.
func (a *Allocator) enterJoin(b ssa.Block) {
	all, total := a.arrive(b)
	a.cands, a.chosen = a.cands[:0], a.chosen[:0]
	if !all {
		a.enterLoop(b)
		return
	}
	for i := a.live.first[b]; i < a.live.first[b+1]; i++ {
		a.values[a.live.vals[i]].need = a.live.need[i]
	}
	for _, v := range a.arrived {
		if a.arrivals[v].weight >= total*max(0.5, 1-a.values[v].need) {
			a.addCandidate(v, false)
		}
	}
	for _, p := range a.f.Params(b) {
		a.addCandidate(p, false)
	}
	var left [isa.ClassCount]int32
	for c := range left {
		left[c] = int32(a.target.Regs[c].Len())
	}
	a.elect(&left, func(c *candidate) bool { return true })
	a.settle(b, 0)
}

func (a *Allocator) addCandidate(v ssa.Value, safe bool) {
	if a.alive(v) {
		a.cands = append(a.cands, candidate{v, a.nextPos(v), safe})
	}
}

// elect chooses the candidates that are fit, the ones used next first, as long as registers are left.
func (a *Allocator) elect(left *[isa.ClassCount]int32, fit func(*candidate) bool) {
	at := len(a.chosen)
	for _, c := range a.cands {
		if fit(&c) {
			a.chosen = append(a.chosen, c)
		}
	}
	fits := a.chosen[at:]
	slices.SortFunc(fits, func(x, y candidate) int {
		if x.far != y.far {
			return int(x.far - y.far)
		}
		return int(x.val) - int(y.val)
	})
	n := at
	for _, c := range fits {
		if k := &left[a.values[c.val].class]; *k > 0 {
			*k--
			a.chosen[n] = c
			n++
		}
	}
	a.chosen = a.chosen[:n]
}

// enterLoop chooses what is in registers at the head of a loop.
func (a *Allocator) enterLoop(b ssa.Block) {
	f := a.f
	var loop loopInfo
	if l := f.LoopOf(b); l >= 0 {
		loop = a.loops[l]
	}
	calls := Clobbers(a.target)&^loop.clobber == 0
	for i := a.live.first[b]; i < a.live.first[b+1]; i++ {
		a.addCandidate(a.live.vals[i], a.live.retain[i] == 0)
	}
	for _, p := range f.Params(b) {
		a.addCandidate(p, false)
	}
	var left, spare [isa.ClassCount]int32
	for c := range left {
		left[c] = int32(a.target.Regs[c].Len())
		spare[c] = left[c] - loop.pressure[c]
	}
	for _, c := range a.cands {
		if c.far >= farLoop && !a.remat(c.val) {
			spare[a.values[c.val].class]++ // it lives through the loop and was counted in
		}
	}
	before := left
	a.elect(&left, func(c *candidate) bool {
		c.safe = c.safe || calls && c.far >= farCall
		return c.far < farLoop && !a.remat(c.val)
	})
	for c := range spare {
		spare[c] = min(spare[c], left[c], before[c])
	}
	a.elect(&spare, func(c *candidate) bool {
		return c.far < farLoop && a.remat(c.val) && !(calls && a.values[c.val].calls > 0)
	})
	a.elect(&spare, func(c *candidate) bool {
		c.safe = c.safe || calls
		return c.far >= farLoop && !a.remat(c.val) && a.arrivals[c.val].epoch == a.epoch
	})
	a.settle(b, loop.clobber)
	a.hintLoop(b)
}

// hintLoop makes the registers at the head of a loop those that values should be in at its end.
func (a *Allocator) hintLoop(b ssa.Block) {
	for _, c := range a.chosen {
		if r := a.values[c.val].regs.First(); r != isa.NoReg {
			a.values[a.find(c.val)].hint = r
		}
	}
	f := a.f
	for i, p := range f.Params(b) {
		r := a.values[p].regs.First()
		if r == isa.NoReg {
			continue
		}
		a.values[a.find(p)].hint = r
		for e := f.Preds(b); e != 0; e = f.NextPred(e) {
			if v := a.rep(f.EdgeArgs(e)[i]); !a.blocks[f.From(e)].done && f.Reachable(f.From(e)) && !a.pinned(v) && v != p {
				a.values[v].prefer, a.values[v].prefIn = r, int32(f.LoopOf(b))
			}
		}
	}
}

// settle finds registers for the chosen candidates: first the ones they arrive in, those of arguments last, then others; in a loop,
// if possible, none that it loses.
func (a *Allocator) settle(b ssa.Block, clobber isa.RegSet) {
	calls := Clobbers(a.target)&^clobber == 0
	avoid := func(v ssa.Value) isa.RegSet {
		if calls && a.values[v].calls == 0 {
			return 0
		}
		return clobber
	}
	if clobber != 0 {
		a.settleWished()
	}
	for _, params := range [...]bool{false, true} {
		for _, c := range a.chosen {
			if a.values[c.val].regs != 0 {
				continue
			}
			x := &a.arrivals[c.val]
			if params == (a.values[c.val].block == b) && x.epoch == a.epoch && x.weight > 0 && !(a.occupied | avoid(c.val)).Has(x.reg) {
				a.set(x.reg, c.val)
			}
		}
	}
	for _, c := range a.chosen {
		if a.values[c.val].regs == 0 {
			a.settleAnywhere(c, avoid(c.val))
		}
	}
}

// settleWished puts what ends in a fixed register into that one from the start, if nothing destroys that before.
func (a *Allocator) settleWished() {
	for _, c := range a.chosen {
		x := &a.values[c.val]
		if x.wantIn != a.block || x.wantAt != x.last || a.occupied.Has(x.want) {
			continue
		}
		lost := false
		for i := len(a.events) - 1; a.events[i].pos < x.wantAt && !lost; i-- {
			lost = a.events[i].regs.Has(x.want)
		}
		if !lost {
			a.set(x.want, c.val)
		}
	}
}

func (a *Allocator) settleAnywhere(c candidate, avoid isa.RegSet) {
	v := c.val
	x := &a.arrivals[v]
	free := a.free(v)
	switch safe := free &^ avoid; {
	case safe.Has(a.values[a.find(v)].hint):
		a.set(a.values[a.find(v)].hint, v)
	case safe != 0:
		a.set(a.choose(v, safe), v)
	case free == 0 || c.safe:
	case x.epoch == a.epoch && x.weight > 0 && free.Has(x.reg):
		a.set(x.reg, v)
	default:
		a.set(a.choose(v, free), v)
	}
}

// arrive finds out where the predecessors of b that are done left the values alive in it, and the arguments for its parameters. It reports
// whether all are done, and how often those run that are.
func (a *Allocator) arrive(b ssa.Block) (all bool, total float32) {
	f := a.f
	a.epoch++
	a.arrived = a.arrived[:0]
	all = true
	params := f.Params(b)
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		from := f.From(e)
		x := &a.blocks[from]
		if !x.done {
			all = all && !f.Reachable(from)
			continue
		}
		freq := f.Freq(from)
		total += freq
		for _, h := range a.held[x.end:x.endEnd] {
			a.arriveIn(b, h.val, h.reg, freq, e)
		}
		for i, arg := range f.EdgeArgs(e) {
			r := a.rep(arg)
			if p := &a.arrivals[r]; p.epoch == a.epoch && p.from == e {
				a.arriveIn(b, params[i], p.now, freq, e)
			}
		}
	}
	return all, total
}

// arriveIn notes that v, or the argument for the parameter v of b, comes along e in r.
func (a *Allocator) arriveIn(b ssa.Block, v ssa.Value, r isa.Reg, freq float32, e ssa.Edge) {
	x := &a.arrivals[v]
	if x.epoch != a.epoch {
		*x = arrival{epoch: a.epoch}
		if a.alive(v) && a.values[v].block != b {
			a.arrived = append(a.arrived, v)
		}
	}
	x.from, x.now = e, r
	x.weight += freq
	if freq > x.best {
		x.best, x.reg = freq, r
	}
}
