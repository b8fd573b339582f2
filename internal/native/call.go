package native

import (
	"context"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// machine executes one call from the host, with the guest calls inside it.
type machine struct {
	rt.Activation
	stack *guest.Stack
	top   guest.Mark // of the stack, with no call on it
	ctx   context.Context
	ready bool  // for calls of the host: the call is known to its store, and a deferred function ends it
	begun bool  // a lane's call of words is known to its store
	lane  *lane // that has the machine for good, or nil

	err     error         // why the call ended, if Go code has decided that
	denied  error         // why the host gave no fuel, if it said so
	thrown  *rt.Exception // the latest exception
	unwound []rt.Frame    // the calls that it has ended, innermost first; the last one is that of its handler

	interp *interp.Machine // for functions that have no code as yet; nil until there was one
	held   [][3]uint64     // what calls that wait for the interpreter have in registers
	mixed  atomic.Bool     // interp is not nil
}

// isInterpreted reports whether the interpreter executes a function of the module for good.
func (x *Module) isInterpreted(f *rt.Func) bool {
	return x.tier == nil && x.interp != nil && x.image.interpreted[int(f.Index)-x.m.ImportedFuncs]
}

// machine takes a machine from the pool, or makes one.
func (e *Engine) machine() (*machine, error) {
	if m, ok := e.machines.Get().(*machine); ok {
		return m, nil
	}
	s, err := e.stack()
	if err != nil {
		return nil, err
	}
	m := &machine{stack: s, top: s.Mark(), ready: true}
	m.Roots, m.Wake, m.Alarm, m.Silence = m.roots, s.Interrupt, m.alarm, s.Silence
	m.Trace = m.trace
	s.Host, s.Attend = m, m.attend
	return m, nil
}

// Call implements rt.Executor.
func (x *Module) Call(ctx context.Context, f *rt.Func, stack []uint64) error {
	if x.isInterpreted(f) {
		return x.interp.Call(ctx, f, stack)
	}
	m, err := x.engine.machine()
	if err != nil {
		return err
	}
	if err := m.Enter(f.Instance.Store(), nil); err != nil {
		x.engine.machines.Put(m)
		return err
	}
	m.ctx = ctx
	defer m.release(x.engine)
	if x.m.Sampler.Session() != nil {
		observe(m.stack, x.m.Sampler)
	}
	if f.Instance.Dead() {
		return rt.ErrClosed
	}
	if ctx.Done() != nil {
		if err := ctx.Err(); err != nil {
			return &rt.TrapError{Code: abi.TrapInterrupted, Err: context.Cause(ctx)}
		}
		m.Watch(ctx)
	}
	m.stack.Shared = m.Shares()
	if !m.Compute(m) {
		return &rt.TrapError{Code: abi.TrapInterrupted, Err: m.cause()}
	}
	return m.run(x, f, stack)
}

// run enters the code of f.
func (m *machine) run(x *Module, f *rt.Func, stack []uint64) error {
	t := f.Type
	slots, trap := m.stack.Slots(t.Slots())
	if trap == abi.TrapNone && (m.Depth >= x.m.Limits.CallDepth || m.Slots >= x.m.Limits.StackSlots) {
		trap = abi.TrapStackExhausted
	}
	if trap != abi.TrapNone {
		return &rt.TrapError{Code: trap}
	}
	copy(slots, stack[:t.ParamSlots])
	t.CleanParams(slots)
	if x.isCold(f) {
		err := m.interpret(f, slots)
		copy(stack, slots[:t.ResultSlots])
		return err
	}
	if trap := m.stack.Enter(x.image.entry(t), f.Code(), f.Instance.Context()); trap != abi.TrapNone {
		return m.failed(trap)
	}
	copy(stack, slots[:t.ResultSlots])
	return nil
}

// failed is the error of a call that has ended by a trap, or because a call of the host has left with an error.
func (m *machine) failed(trap abi.Trap) error {
	if err := m.err; err != nil {
		m.err = nil // calls around this one may go on
		return err
	}
	e := &rt.TrapError{Code: trap, Frames: trapped(trap, m.stack.Backtrace())}
	switch trap {
	case abi.TrapInterrupted:
		e.Err = m.cause()
	case abi.TrapOutOfFuel:
		e.Err, m.denied = m.denied, nil
	}
	return e
}

// release ends the call, normally or by a panic of a host function, and gives the machine back.
func (m *machine) release(e *Engine) {
	if m.Away() {
		m.NotePanic()
	}
	m.Unwatch()
	if !m.Return() {
		return
	}
	m.stack.Restore(m.top)
	m.forget()
	m.Leave()
	e.machines.Put(m)
}

// forget lets go of what the call had.
func (m *machine) forget() {
	m.ctx, m.held = nil, m.held[:0]
	if m.lane != nil && m.lane.quick != nil {
		m.lane.quick.Adopt(nil)
	}
	if m.interp != nil {
		m.interp.Drop()
	}
	if m.err != nil || m.thrown != nil {
		m.err, m.thrown = nil, nil
		clear(m.unwound)
	}
}

// Stopped implements rt.Stopper.
func (m *machine) Stopped() bool { return m.Asked.Load() && m.look() }

// look reports whether the call is to end: what has asked may have meant an earlier one, or want the call to give way.
func (m *machine) look() bool {
	m.Asked.Store(false)
	m.stack.Resume()
	if m.cause() == nil {
		return false
	}
	m.Asked.Store(true)
	return true
}

// attend is look for a guest that executes, which lets others compute if it is their turn.
func (m *machine) attend() bool { return m.look() || !m.GiveWay(m) }

// cause is why the call is to end, nil if it is not.
func (m *machine) cause() error {
	if err := context.Cause(m.ctx); err != nil {
		return err
	}
	return m.Interrupted()
}
