package native

import (
	"context"
	"runtime"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
)

// Direct is a function prepared for many calls by the host.
type Direct struct {
	f      *rt.Func
	module *Module
	lane   atomic.Pointer[lane] // nil until the function has been called often
	calls  atomic.Int32         // without a lane
}

const (
	// directAfter is how many calls a function takes to get a lane of its own, and maxDirect how many functions of an engine have one:
	// guest stacks are not to be had without end.
	directAfter = 16
	maxDirect   = 1024
)

// Direct prepares a function of the module, or returns nil for one with which that is not possible.
func (x *Module) Direct(f *rt.Func) *Direct {
	if x.isInterpreted(f) || f.Type.Slots() > len(abi.Context{}.Slots) {
		return nil
	}
	return &Direct{f: f, module: x}
}

// lane is a machine for the calls of one function, with all that they need. It keeps the context of the last call, which is likely to be that of the
// next one: what was not to be cancelled then is not now.
type lane struct {
	*machine
	d       *Direct
	f       *rt.Func
	store   *rt.Store
	slots   []uint64
	entry   uintptr
	context uintptr // of the instance
}

// Call calls the function with the first slots of a stack as arguments, and leaves its results there. It reports false, and does nothing, for a call to be made
// in another way: one of a nil d, one with a context that can be cancelled, one within another call, and the first ones. The
// error is as that of rt.Executor.
func (d *Direct) Call(ctx context.Context, stack []uint64) (ok bool, err error) {
	if d == nil {
		return false, nil
	}
	l := d.lane.Load()
	switch {
	case l == nil:
		d.prepare()
		return false, nil
	case !rt.SameContext(ctx, l.ctx) && ctx.Done() != nil:
		return false, nil
	case !l.EnterFirst(l.store):
		d.follow(l)
		return false, nil
	case l.f.Instance.Closed(): // before the store was owned; what it has stays until the call ends if it is closed later
		l.LeaveFirst()
		return false, nil
	}
	defer l.end()
	l.ctx = ctx
	slots := l.slots
	for i, v := range stack {
		slots[i] = v
	}
	if trap := l.stack.Enter(l.entry, l.f.Code(), l.context); trap != abi.TrapNone {
		err = l.failed(trap)
		l.forget()
		return true, err
	}
	for i := range stack {
		stack[i] = slots[i]
	}
	return true, nil
}

// end ends the call, whether it has returned, failed or panicked.
func (l *lane) end() {
	if l.Away() {
		l.abandon()
		return
	}
	l.LeaveFirst()
}

// abandon ends a call that a function of the host has left by a panic or with its goroutine.
func (l *lane) abandon() {
	l.NotePanic()
	l.stack.Restore(l.top)
	l.forget()
	if !l.Leave() {
		l.d.lane.CompareAndSwap(l, nil)
	}
}

// prepare gives d a lane once it has been called often.
func (d *Direct) prepare() {
	if d.calls.Add(1) < directAfter {
		return
	}
	d.calls.Store(0)
	e := d.module.engine
	if e.lanes.Load() >= maxDirect {
		return
	}
	m, err := e.machine()
	if err == nil && !d.lane.CompareAndSwap(nil, d.newLane(m)) {
		e.machines.Put(m)
	}
}

func (d *Direct) newLane(m *machine) *lane {
	l := &lane{
		machine: m,
		slots:   m.stack.Context().Slots[:],
		d:       d,
		f:       d.f,
		store:   d.f.Instance.Store(),
		entry:   d.module.image.entry(d.f.Type),
		context: d.f.Instance.Context(),
	}
	lanes := &d.module.engine.lanes
	lanes.Add(1)
	runtime.AddCleanup(l, func(n *atomic.Int32) { n.Add(-1) }, lanes)
	return l
}

// follow gives d another lane if its store has been merged into another one.
func (d *Direct) follow(l *lane) {
	if d.f.Instance.Store() != l.store {
		d.lane.CompareAndSwap(l, d.newLane(l.machine))
	}
}
