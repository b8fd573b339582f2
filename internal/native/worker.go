package native

import (
	"runtime"
	"sync"
	"time"
	"weak"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssagen"
	"github.com/weft-wasm/weft/internal/wasm"
)

// workers compile the hot functions of an engine's modules. There is one core less of them than there are, since guests need one, but one at least; a worker
// ends when there is nothing to do. They keep no module: what nobody has any more is not compiled.
type workers struct {
	mu      sync.Mutex
	waiting []weak.Pointer[Module]
	running int
	closed  bool
	idle    sync.Pool // *worker
}

// worker is what one of them keeps between functions.
type worker struct {
	compiler  *compile.Compiler
	generator *ssagen.Generator
	f         ssa.Func
}

// StopTiering ends the background compilation of tiered modules: their functions stay in the tier that they are in.
func (e *Engine) StopTiering() {
	w := &e.workers
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed, w.waiting = true, nil
}

// ask adds something to be compiled to those of a tiered module.
func (e *Engine) ask(x *Module, what task) {
	t := x.tier
	t.mu.Lock()
	t.add(x, what)
	queued := t.queued
	t.queued = true
	t.mu.Unlock()
	if !queued {
		e.enqueue(x)
	}
}

// enqueue has the next worker take a module.
func (e *Engine) enqueue(x *Module) {
	w := &e.workers
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.waiting = append(w.waiting, weak.Make(x))
	if w.running < max(1, runtime.GOMAXPROCS(0)-1) {
		w.running++
		go e.work()
	}
}

// work compiles until nothing waits.
func (e *Engine) work() {
	c, ok := e.workers.idle.Get().(*worker)
	if !ok {
		c = &worker{compiler: compile.New()}
		c.compiler.Explicit, c.compiler.Words = e.options.Explicit, true
	}
	for x := e.workers.next(); x != nil; x = e.workers.next() {
		if c.compile(x) {
			e.enqueue(x)
		}
	}
	e.workers.idle.Put(c)
}

// next is the module that has waited longest. It returns nil when the worker is to end.
func (w *workers) next() *Module {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.waiting) > 0 {
		x := w.waiting[0].Value()
		w.waiting = w.waiting[1:]
		if x != nil {
			return x
		}
	}
	w.running--
	return nil
}

// compile compiles a batch of a module and reports whether there is more to be compiled.
func (w *worker) compile(x *Module) (more bool) {
	if w.generator == nil {
		w.generator = ssagen.NewGenerator(x.tier.gen)
	} else {
		w.generator.Reset(x.tier.gen)
	}
	b := &batch{linker: code.NewLinker(), image: &image{m: x.m}}
	start := time.Now()
	for x.m.TailCalls || time.Since(start) < batchTime {
		next, ok := x.tier.take(x)
		if !ok {
			break
		}
		w.one(x, b, next)
	}
	b.publish(x, w.compiler)
	t := x.tier
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queued = len(t.warm) > 0
	return t.queued
}

// batchTime is how long a function may wait for those that get code with it.
const batchTime = 2 * time.Millisecond

// batch is functions that get code together.
type batch struct {
	linker *code.Linker
	image  *image
	loops  []*interp.Loop // by function of the image: where it begins, nil for its start
}

// one compiles a function. One that the compiler fails at stays interpreted.
func (w *worker) one(x *Module, b *batch, t task) {
	i := int(t.index) - x.m.ImportedFuncs
	o := new(code.Object)
	err := w.compiler.Build(i, &w.f, o, func(_ int, f *ssa.Func) error {
		if t.loop != nil {
			return w.generator.Loop(f, t.index, t.loop.Offset)
		}
		return w.generator.Func(f, t.index)
	})
	if err != nil {
		return
	}
	body := &x.m.Code[i]
	b.linker.Func(o, body.Offset-int64(body.LocalsSize()))
	b.image.funcs = append(b.image.funcs, uint32(i))
	b.loops = append(b.loops, t.loop)
}

// publish puts the batch into memory and has its functions called there. If there is no room, they stay interpreted.
func (b *batch) publish(x *Module, c *compile.Compiler) {
	if len(b.image.funcs) == 0 {
		return
	}
	start := dbg.Now()
	defer dbg.Spent("publish", start)
	codes := make([]interp.Compiled, len(b.loops))
	starts := make([]uint32, len(b.loops)) // of the entries of the loops
	for n, l := range b.loops {
		codes[n].Type = x.m.FuncSig(b.image.index(n))
		if l != nil {
			codes[n].Type = loopType(codes[n].Type)
			starts[n] = b.linker.Append(entry(c, codes[n].Type))
		}
	}
	if b.place(x) != nil {
		return
	}
	x.engine.keep(x, b.image.text)
	x.m.Counters.Add(rt.CountFunctions, int64(len(b.image.funcs)))
	t := x.tier
	t.mu.Lock()
	t.batches = append(t.batches, b.image)
	t.mu.Unlock()
	for n, i := range b.image.funcs {
		c := &codes[n]
		c.Code = b.image.function(n)
		if l := b.loops[n]; l != nil {
			c.Entry = b.image.text.Address(starts[n])
			l.Go(c)
			continue
		}
		c.Entry = x.image.entry(c.Type)
		x.interp.Compiled(b.image.index(n), c)
		t.words.Set(int(i), c.Code)
	}
}

// place puts the text of the batch into memory.
func (b *batch) place(x *Module) (err error) {
	if b.image.Image, err = b.linker.Image(); err != nil {
		return err
	}
	_, err = finishImage(b.image, func(name string) (*guest.Text, error) {
		return guest.Map(name, int(b.image.TextBytes), sites{b.image.Image}, func(text []byte, base uintptr) error {
			b.linker.WriteTo(text, func(s code.Symbol) uint32 { return x.tier.distance(x.m, s, base) })
			return nil
		})
	})
	return err
}

// loopType is the type of code that goes on in a loop of a function.
func loopType(t *rt.FuncType) *rt.FuncType {
	slot := t.FuncType
	slot.Params = []wasm.ValType{wasm.I64}
	return rt.NewFuncType(slot, t.ID)
}
