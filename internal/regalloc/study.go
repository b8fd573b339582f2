package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// loopInfo is what the choice of registers at the head of a loop needs to know of it.
type loopInfo struct {
	clobber  isa.RegSet // the registers that are fixed or lost where the loop runs often
	pressure [isa.ClassCount]int32
	often    [isa.MaxRegs]float32 // how often the block runs that fixes or loses each of them most often
}

// oftenShare is how often a block must run, against the head of its loop, for its fixed registers to count.
const oftenShare = 0.2

// study holds the scratch of studyLoops.
type study struct {
	since []int32 // per value: how many calls of the block were seen, from the end, when it was seen to be alive
	alive [isa.ClassCount]int32
	most  [isa.ClassCount]int32
	calls int32
	freq  float32 // of the block
}

// studyLoops finds how many values are alive at once in each loop, which registers are fixed in it, and how often each value has to survive a call.
func (a *Allocator) studyLoops() {
	f := a.f
	loops := f.Loops()
	a.loops = zeroed(a.loops, len(loops))
	a.study.since = sized(a.study.since, f.NumValues())
	for _, b := range f.Order() {
		clobber, l := a.studyBlock(b), f.LoopOf(b)
		if l < 0 {
			continue
		}
		x, freq := &a.loops[l], f.Freq(b)
		for ; clobber != 0; clobber = clobber.Without(clobber.First()) {
			r := clobber.First()
			x.often[r] = max(x.often[r], freq)
		}
		for c := range x.pressure {
			x.pressure[c] = max(x.pressure[c], a.study.most[c])
		}
	}
	for l := len(loops) - 1; l >= 0; l-- { // inner ones first
		a.concludeLoop(&a.loops[l], loops[l])
	}
}

// concludeLoop finds which registers are lost often enough in a loop, and hands what is known of it to the one around it.
func (a *Allocator) concludeLoop(x *loopInfo, l ssa.Loop) {
	enough := oftenShare * a.f.Freq(l.Head)
	for r, freq := range x.often {
		if freq >= enough && freq > 0 {
			x.clobber = x.clobber.With(isa.Reg(r))
		}
	}
	if l.Outer < 0 {
		return
	}
	outer := &a.loops[l.Outer]
	for r, freq := range x.often {
		outer.often[r] = max(outer.often[r], freq)
	}
	for c := range x.pressure {
		outer.pressure[c] = max(outer.pressure[c], x.pressure[c])
	}
}

// studyBlock walks backwards through b with the values that are alive, which have the stamp of the liveness' epoch.
func (a *Allocator) studyBlock(b ssa.Block) isa.RegSet {
	f, s := a.f, &a.study
	s.alive, s.calls, s.freq = [isa.ClassCount]int32{}, 0, f.Freq(b)
	a.listOuts(b)
	for _, v := range a.outs {
		a.countAlive(v)
	}
	s.most = s.alive
	var clobber isa.RegSet
	from, to := a.opsOf(b)
	for i := to - 1; i >= from; i-- {
		o := &a.ops[i]
		v := o.val
		a.eachResult(v, a.endAlive)
		if o.flags&opLosesRegs != 0 {
			s.calls++
		}
		clobber |= o.fixed
		for _, r := range a.argsOf(i) {
			a.becomeAlive(r)
		}
		working := a.workingRegs(v)
		for c := range s.most {
			s.most[c] = max(s.most[c], s.alive[c]+working[c])
		}
	}
	if s.calls > 0 {
		for _, v := range a.liveIn(b) {
			a.endAlive(v)
		}
		for _, v := range f.Params(b) {
			a.endAlive(v)
		}
	}
	return clobber
}

// workingRegs counts the registers that v needs beyond those of its arguments and results.
func (a *Allocator) workingRegs(v ssa.Value) (n [isa.ClassCount]int32) {
	if a.f.Op(v) == ssa.OpSwitch {
		n[isa.ClassInt] = switchTemps
	}
	s := a.shape(a.f.Op(v))
	if s == nil {
		return n
	}
	results := 0
	switch t := a.f.Type(v); {
	case t == ssa.TypeTuple:
		results = a.tupleLen(v)
	case inRegister(t):
		results = 1
	}
	for _, g := range s.gives[min(results, len(s.gives)):] {
		if g.tied < 0 {
			n[g.class]++
		}
	}
	return n
}

func (a *Allocator) becomeAlive(v ssa.Value) {
	l := &a.live
	if l.stamp[v] == l.epoch {
		return
	}
	l.stamp[v] = l.epoch
	a.countAlive(v)
}

func (a *Allocator) countAlive(v ssa.Value) {
	s := &a.study
	s.since[v] = s.calls
	if !a.remat(v) {
		s.alive[a.values[v].class]++
	}
}

func (a *Allocator) endAlive(v ssa.Value) {
	l, s := &a.live, &a.study
	if l.stamp[v] != l.epoch {
		return
	}
	l.stamp[v] = l.epoch - 1
	if s.calls > s.since[v] {
		a.values[v].calls += s.freq
	}
	if !a.remat(v) {
		s.alive[a.values[v].class]--
	}
}

// eachResult visits the values that v defines.
func (a *Allocator) eachResult(v ssa.Value, visit func(ssa.Value)) {
	if a.f.Type(v) == ssa.TypeTuple {
		for _, p := range a.projs(v) {
			if p != 0 {
				visit(p)
			}
		}
	} else if a.rep(v) == v {
		visit(v)
	}
}
