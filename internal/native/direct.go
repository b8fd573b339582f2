package native

import (
	"context"
	"runtime"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
)

// Direct is a function prepared for many calls by the host: it has a machine of its own, and its arguments and results are where its code takes
// and leaves them.
//
//	if slots, ok := d.Begin(ctx); ok {
//		defer d.End()
//		slots[0] = 20
//		err = d.Call()
//		result = slots[0]
//	}
type Direct struct {
	f       *rt.Func
	engine  *Engine
	entry   uintptr
	machine atomic.Pointer[machine] // nil until the function has been called often
	calls   atomic.Int32            // without a machine
}

const (
	// directAfter is how many calls a function takes to get a machine of its own, and maxDirect how many functions of an engine have one:
	// guest stacks are not to be had without end.
	directAfter = 16
	maxDirect   = 1024
)

// Direct prepares a function of the module, or returns nil for one with which that is not possible.
func (x *Module) Direct(f *rt.Func) *Direct {
	if x.isInterpreted(f) || f.Type.Slots() > len(abi.Context{}.Slots) {
		return nil
	}
	return &Direct{f: f, engine: x.engine, entry: x.image.entry(f.Type)}
}

// Begin begins a call and returns its slots, for the arguments and then the results. It returns false for a call to be made in another way: one
// with a context that can be cancelled, one within another call, and the first ones.
func (d *Direct) Begin(ctx context.Context) (slots []uint64, ok bool) {
	m := d.machine.Load()
	if m == nil {
		d.prepare()
		return nil, false
	}
	if ctx.Done() != nil || d.f.Instance.Closed() || !m.EnterFirst(d.f.Instance.Store()) {
		return nil, false
	}
	m.ctx = ctx
	return m.stack.Context().Slots[:], true
}

// Call makes the call that Begin has begun. The error is as that of rt.Executor.
func (d *Direct) Call() error {
	m := d.machine.Load()
	trap := m.stack.Enter(d.entry, d.f.Code(), d.f.Instance.Context())
	if trap != abi.TrapNone {
		return m.failed(trap)
	}
	return nil
}

// End ends the call that Begin has begun, whether it has returned, failed or panicked.
func (d *Direct) End() {
	m := d.machine.Load()
	m.stack.Restore(m.top)
	m.forget()
	if !m.Leave() {
		d.machine.CompareAndSwap(m, nil)
		d.engine.direct.Add(-1)
	}
}

// prepare gives d a machine once it has been called often.
func (d *Direct) prepare() {
	if d.calls.Add(1) < directAfter {
		return
	}
	d.calls.Store(0)
	if d.engine.direct.Add(1) > maxDirect {
		d.engine.direct.Add(-1)
		return
	}
	m, err := d.engine.machine()
	if err != nil || !d.machine.CompareAndSwap(nil, m) {
		d.engine.direct.Add(-1)
		return
	}
	m.stop = &never
	runtime.AddCleanup(d, func(n *atomic.Int32) { n.Add(-1) }, &d.engine.direct)
}
