package interp

import (
	"sync/atomic"
)

// Heat says how the functions of a module are watched that are to be compiled once they have been used a lot. What is counted is calls and turns of
// loops, of which a machine counts every Period-th, as so many: counting all, in a word that goroutines share, would cost as much as a call.
type Heat struct {
	Period uint32
	Limits func(index uint32) (call, loop uint32) // what makes a function hot, and a loop in it; 0 if it is not to be watched
	Func   func(index uint32)                     // is told of a function once, when it gets hot
	Loop   func(l *Loop)                          // likewise of a loop
}

// heat is how much a function has been used.
type heat struct {
	*Heat
	index             uint32
	limit, limitLoops uint32
	count             atomic.Uint32
	loops             []Loop
}

// Loop is a loop in a function that is watched. Calls that are in it can go on elsewhere when it begins its next turn.
type Loop struct {
	Func   uint32 // the function's index in its index space
	Offset int64  // of the loop's instruction in the module

	count atomic.Uint32
	code  atomic.Pointer[Compiled]
}

// Go makes calls that are in the loop go on in code, which is entered with the address of the frame's slots as its argument and has the
// results of the function.
func (l *Loop) Go(code *Compiled) { l.code.Store(code) }

// noLoop is in the place of the number of a loop that calls do not leave for code: one with operands below it.
const noLoop = ^uint32(0)

// countCall counts a call of c.
func (m *machine) countCall(c *code) {
	m.tick = neverTick
	if c.heat != nil {
		m.tick = int(c.heat.Period) - 1
		c.heat.add(c.heat.Period)
	}
}

// neverTick is a number of calls and turns that there will not be.
const neverTick = 1 << 30

func (h *heat) add(n uint32) {
	if count := h.count.Add(n); count >= h.limit && count-n < h.limit {
		h.Func(h.index)
	}
}

// turn counts a turn of a loop of the function at hand. It returns where the call goes on, if that is elsewhere.
func (m *machine) turn(loop uint32) *Compiled {
	h := m.code.heat
	m.tick = int(h.Period) - 1
	h.add(h.Period)
	if loop == noLoop || m.native == nil {
		return nil
	}
	l := &h.loops[loop]
	if code := l.code.Load(); code != nil {
		return code
	}
	if count := l.count.Add(h.Period); count >= h.limitLoops && count-h.Period < h.limitLoops {
		h.Loop(l)
	}
	return nil
}

// Heat is how much calls have gone through the loop's turns.
func (l *Loop) Heat() uint32 { return l.count.Load() }

// HeatOf is how much a function has been used since it was called first.
func (m *Module) HeatOf(index uint32) uint32 {
	if c := m.codes[index-uint32(m.m.ImportedFuncs)].Load(); c != nil && c.heat != nil {
		return c.heat.count.Load()
	}
	return 0
}
