package native

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/ssagen"
)

// Making is a module that is compiled while its functions arrive.
type Making struct {
	engine   *Engine
	build    *build
	arrivals arrivals
	ended    chan struct{}
	objects  []code.Object
	err      error
}

// Begin begins to compile a module of which everything is there but functions, and what is behind them. Finish or Abandon must follow. Compile says what
// the module must be; what arrives is valid.
func (e *Engine) Begin(ctx context.Context, early *rt.Module, progress Progress) *Making {
	x := &Making{engine: e, ended: make(chan struct{})}
	x.arrivals.more.L = &x.arrivals.mu
	x.build = &build{ctx: ctx, m: early, gen: ssagen.NewModule(early.Module, early.Layout, e.options), progress: progress, arrivals: &x.arrivals}
	go func() {
		defer close(x.ended)
		x.objects, x.err = compile.Parallel(len(early.Funcs), runtime.GOMAXPROCS(0), e.options.Explicit, x.build.function)
	}()
	return x
}

// Arrived says that the functions up to i of those that the module defines are there.
func (x *Making) Arrived(i int) { x.arrivals.note(i+1, nil) }

// Finish makes the executor of the module, which is complete. The error is that of Compile.
func (x *Making) Finish(m *rt.Module) (*Module, error) {
	if <-x.ended; x.err != nil {
		return nil, x.err
	}
	return x.engine.finish(x.build, m, x.objects)
}

// Abandon ends the compilation if it has not ended, and waits until nothing uses the module any more.
func (x *Making) Abandon() {
	x.arrivals.note(0, errAbandoned)
	<-x.ended
}

var errAbandoned = errors.New("native: the module is not complete")

// arrivals are the functions that have arrived: they do so in order.
type arrivals struct {
	mu    sync.Mutex
	more  sync.Cond
	count int
	err   error // why there are no more
}

func (a *arrivals) note(count int, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count, a.err = max(a.count, count), err
	a.more.Broadcast()
}

// await waits for a function.
func (a *arrivals) await(i int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i >= a.count && a.err == nil {
		a.more.Wait()
	}
	return a.err
}
