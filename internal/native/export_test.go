package native

import "github.com/weft-wasm/weft/internal/compile"

// Manual keeps workers from starting, so that a test says when functions are compiled.
func (e *Engine) Manual() { e.workers.running = 1 << 20 }

// Settle compiles what waits to be compiled, and checks each phase.
func (x *Module) Settle() {
	w := &worker{compiler: compile.New()}
	w.compiler.Explicit, w.compiler.Words, w.compiler.Check = x.engine.options.Explicit, true, true
	for w.compile(x) {
	}
}

// Moved is how many functions, and how many loops of functions, have code.
func (x *Module) Moved() (funcs, loops int) {
	for i := range x.m.Funcs {
		if x.tier.words.Get(i) != x.tier.lazy(i) {
			funcs++
		}
	}
	for _, b := range x.tier.batches {
		loops += len(b.funcs)
	}
	return funcs, loops - funcs
}
