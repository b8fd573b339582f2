package native

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssagen"
)

// Module is the executor of a module's instances. It is safe for concurrent use.
type Module struct {
	engine *Engine
	m      *rt.Module
	image  *image
	interp *interp.Module // of the functions that are not compiled, nil if all are
	tier   *tiering       // of a module whose functions are compiled while it runs, else nil
}

// Progress is told how many of a module's functions are compiled. It is called by several goroutines at once.
type Progress func(done, total int)

// Compile makes an executor for a valid module without GC instructions and atomics. The error is that of ctx, a *compile.Error, or says that there
// is no room for the code; nothing of the module is kept then.
func (e *Engine) Compile(ctx context.Context, m *rt.Module, progress Progress) (*Module, error) {
	b := &build{ctx: ctx, m: m, gen: ssagen.NewModule(m.Module, m.Layout, e.options), progress: progress}
	objects, err := compile.Parallel(len(m.Funcs), runtime.GOMAXPROCS(0), e.options.Explicit, b.function)
	if err != nil {
		return nil, err
	}
	return e.finish(b, m, objects)
}

// finish links the functions of a module that have all been built.
func (e *Engine) finish(b *build, m *rt.Module, objects []code.Object) (*Module, error) {
	slices.Sort(b.interpreted)
	image, err := link(m, objects, b.interpreted)
	if err != nil {
		return nil, err
	}
	m.Counters.Add(rt.CountFunctions, int64(len(objects)-len(b.interpreted)))
	return e.module(m, image), nil
}

// module makes an executor of code in memory.
func (e *Engine) module(m *rt.Module, image *image) *Module {
	x := &Module{engine: e, m: m, image: image}
	if image.interpreted != nil {
		imported := uint32(m.ImportedFuncs)
		x.interp = interp.NewPart(m, func(index uint32) bool { return index >= imported && image.interpreted[index-imported] })
	}
	e.keep(x, image.text)
	return x
}

// keep gives a text to a module: it goes with that. Instances refer to the executor, so none can run then.
func (e *Engine) keep(x *Module, t *guest.Text) {
	e.codeBytes.Add(int64(len(t.Bytes())))
	runtime.AddCleanup(x, e.drop, t)
}

// drop gives back the text of a module that is gone.
func (e *Engine) drop(t *guest.Text) {
	e.codeBytes.Add(-int64(len(t.Bytes())))
	release(t)
}

// build is a module while it is being compiled.
type build struct {
	ctx        context.Context
	m          *rt.Module
	gen        *ssagen.Module
	generators sync.Pool
	progress   Progress
	done       atomic.Int64
	arrivals   *arrivals // nil if all functions are there

	mu          sync.Mutex
	interpreted []uint32 // of the functions that the module defines
}

// function builds the IR of function i of those that the module defines.
func (b *build) function(i int, f *ssa.Func) error {
	if b.arrivals != nil {
		if err := b.arrivals.await(i); err != nil {
			return err
		}
	}
	if err := context.Cause(b.ctx); err != nil {
		return err
	}
	g, ok := b.generators.Get().(*ssagen.Generator)
	if !ok {
		g = ssagen.NewGenerator(b.gen)
	}
	defer b.generators.Put(g)
	index := uint32(b.m.ImportedFuncs + i)
	var err error
	if !dbg.Interpreted(index) {
		err = g.Func(f, index)
	}
	var large *ssagen.TooLargeError
	if dbg.Interpreted(index) || errors.As(err, &large) {
		b.mu.Lock()
		b.interpreted = append(b.interpreted, uint32(i))
		b.mu.Unlock()
		g.Wrapper(f, index)
		err = nil
	}
	if b.progress != nil {
		b.progress(int(b.done.Add(1)), len(b.m.Funcs))
	}
	return err
}

// Bind implements rt.Coder.
func (x *Module) Bind(f *rt.Func, context uintptr) {
	i := int(f.Index) - x.m.ImportedFuncs
	if x.tier != nil {
		f.Bind(x.tier.address(i), context)
	} else if x.image.isInterpreted(i) {
		f.Bind(x.image.shims[i], f.Address())
	} else {
		f.Bind(x.image.function(i), context)
	}
}

// BindStub implements rt.Coder.
func (x *Module) BindStub(f *rt.Func) error {
	shim, err := shimOf(f.Type)
	f.Bind(shim, f.Address())
	return err
}

// Unbind implements rt.Coder.
func (x *Module) Unbind(f *rt.Func) {
	shim, _ := deadShim() // NewEngine has seen that there is one
	f.Bind(shim, f.Address())
}

// Records implements rt.Coder: ref.func, and the wrappers of functions that are not compiled, go by places.
func (x *Module) Records() bool { return !x.m.NoRefFunc || x.interp != nil && x.tier == nil }

// Helpers implements rt.Coder.
func (x *Module) Helpers() uintptr { return uintptr(rt.SlotsAddress(x.engine.helpers)) }

// Interpreter returns what executes the functions that are not compiled, nil if all are.
func (x *Module) Interpreter() *interp.Module { return x.interp }

// CodeBytes is the size of the module's machine code, so far.
func (x *Module) CodeBytes() int {
	n := len(x.image.text.Bytes())
	if x.tier != nil {
		n += x.tier.codeBytes()
	}
	return n
}

// signature is the IR's signature of a function type.
func signature(t *rt.FuncType) ssa.Sig {
	return ssa.Sig{Params: ssagen.Types(t.Params), Results: ssagen.Types(t.Results)}
}
