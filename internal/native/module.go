package native

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssagen"
)

// Module is the executor of a module's instances. It is safe for concurrent use.
type Module struct {
	engine *Engine
	m      *rt.Module
	image  *image
	interp *interp.Module // of the functions that are not compiled, nil if all are
}

// Progress is told how many of a module's functions are compiled. It is called by several goroutines at once.
type Progress func(done, total int)

// Compile makes an executor for a valid module without GC instructions and atomics. The error is that of ctx, a *compile.Error, or says that there
// is no room for the code; nothing of the module is kept then.
func (e *Engine) Compile(ctx context.Context, m *rt.Module, progress Progress) (*Module, error) {
	b := &build{ctx: ctx, m: m, gen: ssagen.NewModule(m.Module, m.Layout, e.options), interpreted: make([]bool, len(m.Funcs)), progress: progress}
	objects, err := compile.Parallel(len(m.Funcs), runtime.GOMAXPROCS(0), e.options.Explicit, b.function)
	if err != nil {
		return nil, err
	}
	x := &Module{engine: e, m: m}
	if b.anyInterpreted.Load() {
		x.interp = interp.NewPart(m, b.isInterpreted)
	}
	if x.image, err = link(m, objects, b.interpreted); err != nil {
		return nil, err
	}
	// Instances refer to the executor, so none can run when it goes.
	runtime.AddCleanup(x, (*image).release, x.image)
	return x, nil
}

// build is a module while it is being compiled.
type build struct {
	ctx        context.Context
	m          *rt.Module
	gen        *ssagen.Module
	generators sync.Pool
	progress   Progress
	done       atomic.Int64

	interpreted    []bool // of the functions that the module defines; each is written by the worker that has the function
	anyInterpreted atomic.Bool
}

// function builds the IR of function i of those that the module defines.
func (b *build) function(i int, f *ssa.Func) error {
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
		b.interpreted[i] = true
		b.anyInterpreted.Store(true)
		g.Wrapper(f, index)
		err = nil
	}
	if b.progress != nil {
		b.progress(int(b.done.Add(1)), len(b.m.Funcs))
	}
	return err
}

// isInterpreted reports whether the interpreter executes the function with an index.
func (b *build) isInterpreted(index uint32) bool {
	return int(index) >= b.m.ImportedFuncs && b.interpreted[int(index)-b.m.ImportedFuncs]
}

// Bind implements rt.Coder.
func (x *Module) Bind(f *rt.Func, context uintptr) {
	i := int(f.Index) - x.m.ImportedFuncs
	if x.image.interpreted[i] {
		f.Bind(x.image.shims[i], f.Address())
	} else {
		f.Bind(x.image.function(i), context)
	}
}

// Records implements rt.Coder: ref.func, and the wrappers of functions that are not compiled, go by places.
func (x *Module) Records() bool { return !x.m.NoRefFunc || x.interp != nil }

// Helpers implements rt.Coder.
func (x *Module) Helpers() uintptr { return uintptr(rt.SlotsAddress(x.engine.helpers)) }

// Interpreter returns what executes the functions that are not compiled, nil if all are.
func (x *Module) Interpreter() *interp.Module { return x.interp }

// CodeBytes is the size of the module's machine code.
func (x *Module) CodeBytes() int { return len(x.image.text.Bytes()) }

// signature is the IR's signature of a function type.
func signature(t *rt.FuncType) ssa.Sig {
	return ssa.Sig{Params: ssagen.Types(t.Params), Results: ssagen.Types(t.Results)}
}
