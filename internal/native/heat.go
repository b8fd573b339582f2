package native

import (
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/rt"
)

// What is compiled, and in which order. A function costs about a microsecond for each byte of its body, and saves a part of what each call and turn of a loop
// takes in the interpreter. So what is to be compiled next is what has been used most for its size. That is looked up when a worker is free: what is hot
// changes while others are compiled.

const (
	// defaultHeat is how many calls and turns of loops make a function one to be compiled, however small it is.
	defaultHeat = 100
	// bytesPerHeat is for how many bytes of a body it takes one more.
	bytesPerHeat = 8
	// loopHeat is how much more it takes to compile a function another time, as it goes on in a loop: nearly all are called again soon.
	loopHeat = 16
)

// watch says how the interpreter watches the functions of a module.
func (e *Engine) watch(x *Module) *interp.Heat {
	return &interp.Heat{
		Period: uint32(min(16, max(1, e.heat/8))),
		Limits: func(index uint32) (call, loop uint32) {
			if dbg.Interpreted(index) {
				return 0, 0
			}
			if e.heat < defaultHeat {
				return uint32(e.heat), uint32(e.heat)
			}
			call = uint32(e.heat + size(x.m, index)/bytesPerHeat)
			return call, loopHeat * call
		},
		Func: func(index uint32) { e.ask(x, task{index: index}) },
		Loop: func(l *interp.Loop) { e.ask(x, task{index: l.Func, loop: l}) },
	}
}

// size is how many bytes the body of a function has.
func size(m *rt.Module, index uint32) int { return len(m.Code[index-uint32(m.ImportedFuncs)].Body) }

// task is a function to be compiled.
type task struct {
	index uint32       // in the function index space
	loop  *interp.Loop // where it is to begin, nil for its start
}

// worth is how much it is worth to compile the function.
func (t task) worth(x *Module) float64 {
	heat := float64(x.interp.HeatOf(t.index))
	if t.loop != nil {
		heat = float64(t.loop.Heat()) / loopHeat
	}
	const fixed = 50 // bytes, for what each function costs
	return heat / float64(fixed+size(x.m, t.index))
}

// add notes that something is to be compiled. Of a module with tail calls, that is all functions when it is one: a chain of tail calls between compiled and
// interpreted functions would not end as one that stays in a tier.
func (t *tiering) add(x *Module, what task) {
	switch {
	case !x.m.TailCalls || what.loop != nil:
		t.warm = append(t.warm, what)
	case !t.begun:
		t.begun = true
		for i := range x.m.Funcs {
			t.warm = append(t.warm, task{index: uint32(x.m.ImportedFuncs + i)})
		}
	}
}

// take takes what is worth most.
func (t *tiering) take(x *Module) (next task, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.warm) == 0 {
		return task{}, false
	}
	best, most := 0, -1.0
	for i := range t.warm {
		if worth := t.warm[i].worth(x); worth > most {
			best, most = i, worth
		}
	}
	next = t.warm[best]
	last := len(t.warm) - 1
	t.warm[best] = t.warm[last]
	t.warm = t.warm[:last]
	return next, true
}
