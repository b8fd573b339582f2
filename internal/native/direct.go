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
//	if slots := d.Begin(ctx); slots != nil {
//		defer d.End()
//		slots[0] = 20
//		err = d.Call()
//		result = slots[0]
//	}
type Direct struct {
	f        *rt.Func
	instance *rt.Instance
	context  uintptr // of the instance
	engine   *Engine
	entry    uintptr
	machine  atomic.Pointer[machine] // nil until the function has been called often
	calls    atomic.Int32            // without a machine
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
	return &Direct{f: f, instance: f.Instance, context: f.Instance.Context(), engine: x.engine, entry: x.image.entry(f.Type)}
}

// Begin begins a call and returns its slots, for the arguments and then the results. It returns nil for a call to be made in another way: one
// of a nil d, one with a context that can be cancelled, one within another call, and the first ones.
func (d *Direct) Begin(ctx context.Context) (slots []uint64) {
	if d == nil {
		return nil
	}
	m := d.machine.Load()
	switch {
	case m == nil:
		d.prepare()
		return nil
	case ctx.Done() != nil || d.instance.Closed() || !m.EnterFirst(d.instance.Store()):
		return nil
	}
	m.ctx = ctx
	return m.stack.Context().Slots[:]
}

// Call makes the call that Begin has begun.
func (d *Direct) Call() abi.Trap {
	return d.machine.Load().stack.EnterFirst(d.entry, d.f.Code(), d.context)
}

// Failed is the error, as that of rt.Executor, of a call that has ended by a trap.
func (d *Direct) Failed(trap abi.Trap) error {
	m := d.machine.Load()
	err := m.failed(trap)
	m.forget()
	return err
}

// End ends the call that Begin has begun, whether it has returned, failed or panicked.
func (d *Direct) End() {
	m := d.machine.Load()
	if m.Away() {
		d.abandon(m)
		return
	}
	m.ctx = nil
	m.LeaveFirst()
}

// abandon ends a call that a function of the host has left by a panic or with its goroutine.
func (d *Direct) abandon(m *machine) {
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
