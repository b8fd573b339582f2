package rt

import (
	"context"
	"sync/atomic"
)

// Executor runs the functions of a module's instances.
type Executor interface {
	// Call calls f, a function of a guest. The stack has f.Type.Slots() slots: the parameters before, the results after. The
	// error is a *TrapError, an *ExceptionError, ErrClosed, ErrConcurrent, or what a host's function asked to pass through as it is.
	Call(ctx context.Context, f *Func, stack []uint64) error
}

// Instance is a module instance (spec 4.2.5): in each index space, the imports come first.
type Instance struct {
	Module  *Module
	Funcs   []*Func
	Tables  []*Table
	Mems    []*Memory
	Globals []*Global
	Tags    []*Tag
	Elems   [][]Ref  // segments; nil when dropped
	Data    [][]byte // segments; nil when dropped
	Host    any      // what the embedder keeps with the instance

	context machineContext // for generated code
	store   *Store
	closed  atomic.Bool
}

// Store returns the store the instance is in.
func (in *Instance) Store() *Store { return in.store.root() }

// Closed reports whether Close has been called.
func (in *Instance) Closed() bool { return in.closed.Load() }

// Close closes the instance. Its functions can no longer be called by the host. Its memories are given back when all the instances of its
// store are closed and no call is running, because until then other instances may use them. It reports whether this call closed it.
func (in *Instance) Close() bool {
	if in.closed.Swap(true) {
		return false
	}
	in.store.close()
	return true
}

// Call calls a function, of a guest or of the host, with stack as Executor.Call has it.
func Call(ctx context.Context, f *Func, stack []uint64) error {
	if f.Host != nil {
		return f.Host(ctx, nil, stack)
	}
	if f.Instance.Closed() {
		return ErrClosed
	}
	return f.Instance.Module.Exec.Call(ctx, f, stack)
}
