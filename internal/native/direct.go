package native

import (
	"context"
	"runtime"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// Direct is a function prepared for many calls by the host. Once it has been called often, it has a lane: its arguments go there as words if they
// are numbers, and else by Call.
type Direct struct {
	quiet  atomic.Pointer[guest.Lane] // that of lane, if that is quiet and takes words, else one that refuses all calls
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
	d := &Direct{f: f, module: x}
	d.quiet.Store(guest.NoLane)
	return d
}

// NoDirect makes no calls.
var NoDirect = newNoDirect()

func newNoDirect() *Direct {
	d := new(Direct)
	d.quiet.Store(guest.NoLane)
	return d
}

// Lane is what takes calls with a word for each argument and the result. Finish goes on with those whose outcome is not guest.Returned.
func (d *Direct) Lane() *atomic.Pointer[guest.Lane] { return &d.quiet }

// Finish goes on with a call that the lane q was to make. It reports false for one that was not made and is to be made another way. The error is as
// that of rt.Executor.
func (d *Direct) Finish(ctx context.Context, q *guest.Lane, args []uint64, word uint64, how guest.Outcome) (result uint64, ok bool, err error) {
	var l *lane
	if how != guest.Refused {
		l = q.Host().(*machine).lane
	} else if l = d.lane.Load(); l != nil && l.loud && l.quick != nil {
		word, how = l.callLoud(ctx, args)
	}
	if how == guest.Foreign && l.adopt(ctx) || how == guest.Stopped && !l.heed() {
		if word, how = l.call(ctx, args); how == guest.Stopped && !l.heed() {
			how = guest.Refused
		}
	}
	if how == guest.Refused || how == guest.Foreign {
		return 0, false, nil
	}
	return word, true, l.finish(how)
}

// Call calls the function with the first slots of a stack as arguments, and leaves its results there. It reports false, and does nothing, for a call to be made
// in another way: one of NoDirect, one with a context that can be cancelled, one within another call, and the first ones. The
// error is as that of rt.Executor.
func (d *Direct) Call(ctx context.Context, stack []uint64) (ok bool, err error) {
	l := d.lane.Load()
	switch {
	case d.f == nil:
		return false, nil
	case l == nil:
		d.prepare()
		return false, nil
	case !l.enter(ctx):
		return false, nil
	}
	defer l.end()
	l.ready = true
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

// prepare gives d a lane once it has been called often.
func (d *Direct) prepare() {
	if d.calls.Add(1) >= directAfter {
		d.calls.Store(0)
		d.replace(nil, false)
	}
}

// replace gives d another lane than the one that it has, if that is to be had.
func (d *Direct) replace(old *lane, loud bool) {
	e := d.module.engine
	if old == nil && e.lanes.Load() >= maxDirect {
		return
	}
	m, err := e.machine()
	if err != nil {
		return
	}
	l := d.newLane(m, loud)
	if !d.lane.CompareAndSwap(old, l) {
		m.ready, m.lane = true, nil
		e.machines.Put(m)
		return
	}
	d.quiet.Store(guest.NoLane)
	if l.quick != nil && !loud {
		d.quiet.Store(l.quick)
	}
}

func (d *Direct) newLane(m *machine, loud bool) *lane {
	l := &lane{
		machine: m,
		slots:   m.stack.Context().Slots[:],
		d:       d,
		f:       d.f,
		store:   d.f.Instance.Store(),
		entry:   d.module.image.entry(d.f.Type),
		context: d.f.Instance.Context(),
		loud:    loud,
	}
	m.ready, m.lane = false, l
	if between, ok := takesWords(d.f.Type); ok {
		l.quick = m.stack.NewLane(between, d.f.CodeAddress(), l.context)
		d.f.Instance.BindGate(&m.Activation, l.quick.Gate())
	}
	lanes := &d.module.engine.lanes
	lanes.Add(1)
	runtime.AddCleanup(l, func(n *atomic.Int32) { n.Add(-1) }, lanes)
	return l
}
