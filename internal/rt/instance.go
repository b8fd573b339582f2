package rt

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"weak"
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
	Tables  []*Table
	Mems    []*Memory
	Globals []*Global
	Tags    []*Tag
	Elems   [][]Ref  // segments; nil when dropped. To be changed by DropElem
	Data    [][]byte // segments; nil when dropped. To be changed by DropData
	Host    any      // what the embedder keeps with the instance

	plan    *Plan
	quota   *Quota         // nil for none
	context machineContext // for generated code
	fuel    uint64         // what is left, if there is no context
	store   *Store
	closed  atomic.Bool
	dead    atomic.Bool // it has been given back; set while its store is owned
	shown   atomic.Bool // the host has a global of it

	// Functions that the module defines come to be when something refers to them, unless code has to find their records by their places.
	records []Func
	mu      sync.Mutex
	made    map[uint32]*Func           // under mu, if there are no records; the first one is in own
	gates   []weak.Pointer[Activation] // under mu, of functions that are called often

	ownData bool // Data is not shared with other instances

	// What nearly all instances have one of, allocated with them.
	own struct {
		store              Store
		memories, elements Budget
		memory             Memory
		table              [1]Table
		global             [1]Global
		function           Func // the first one to be referred to, if there are no records
		mems               [1]*Memory
		tables, roots      [1]*Table // of the instance, and of the store
		globals            [1]*Global
		instances          [1]*Instance // of the store
	}
}

// Func returns a function of the instance's index space.
func (in *Instance) Func(index uint32) *Func {
	imported := uint32(len(in.plan.funcs))
	switch {
	case index < imported:
		return in.plan.funcs[index]
	case in.records != nil:
		return &in.records[index-imported]
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	f := &in.own.function
	switch {
	case f.Instance == nil:
	case f.Index == index:
		return f
	case in.made[index] != nil:
		return in.made[index]
	default:
		f = new(Func)
		if in.made == nil {
			in.made = make(map[uint32]*Func)
		}
		in.made[index] = f
	}
	coder, _ := in.Module.Exec.(Coder)
	in.initFunc(f, index, coder)
	return f
}

// Global returns a global for the host, which may use it for longer than the instance is open. Who asks looks afterwards whether it still is.
func (in *Instance) Global(index uint32) *Global {
	in.shown.Store(true)
	return in.Globals[index]
}

// FuncCount is how many functions the index space has.
func (in *Instance) FuncCount() int { return len(in.Module.funcSigs) }

// Imported returns an imported function.
func (in *Instance) Imported(index uint32) *Func { return in.plan.funcs[index] }

// initFunc makes a function that the module defines. Without coder, no generated code calls it.
func (in *Instance) initFunc(f *Func, index uint32, coder Coder) {
	t := in.Module.funcSigs[index]
	f.id, f.Type, f.Instance, f.Index = t.ID, t, in, index
	if coder != nil {
		coder.Bind(f, in.context.address())
	}
}

// DropData is data.drop.
func (in *Instance) DropData(index uint32) {
	if in.Data[index] == nil {
		return
	}
	if !in.ownData {
		in.Data, in.ownData = slices.Clone(in.Data), true
	}
	in.Data[index] = nil
}

// DropElem is elem.drop.
func (in *Instance) DropElem(index uint32) {
	if in.Elems[index] != nil {
		in.Elems[index] = nil
	}
}

// Store returns the store the instance is in.
func (in *Instance) Store() *Store { return in.store.root() }

// Closed reports whether Close has been called.
func (in *Instance) Closed() bool { return in.closed.Load() }

// Dead reports whether nothing of the instance can be used any more. Who owns its store can rely on it until that is given up.
func (in *Instance) Dead() bool { return in.dead.Load() }

// Close closes the instance. Its functions can no longer be called by the host. What it has is given back when no instance that is open can reach
// it and no call is running. It reports whether this call closed it.
func (in *Instance) Close() bool {
	if in.closed.Swap(true) {
		return false
	}
	in.shutGates()
	in.store.close()
	return true
}

// Call calls a function, of a guest or of the host, with stack as Executor.Call has it.
func Call(ctx context.Context, f *Func, stack []uint64) error {
	if f.Host != nil {
		return f.Host.Call(ctx, nil, stack)
	}
	if f.Instance.Closed() {
		return ErrClosed
	}
	err := f.Instance.Module.Exec.Call(ctx, f, stack)
	if err == ErrConcurrent && f.Instance.Closed() {
		return ErrClosed // it is being given back
	}
	return err
}
