package ssaexec

import (
	"context"
	"errors"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssa/ssaeval"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Executor runs the instances of one module.
type Executor struct {
	world  *World
	m      *rt.Module
	layout *abi.InstanceLayout
	code   func(index uint32) *ssa.Func
}

// New returns an executor for the instances of m in world, whose contexts have the given layout. Code returns the IR of a function that
// m defines, by its index in the function index space; it is asked at each call.
func New(world *World, m *rt.Module, layout *abi.InstanceLayout, code func(index uint32) *ssa.Func) *Executor {
	return &Executor{world, m, layout, code}
}

func executorOf(in *rt.Instance) *Executor { return in.Module.Exec.(*Executor) }

// activation is one call from the host.
type activation struct {
	rt.Activation
	world  *World
	ctx    context.Context
	limits rt.Limits
	depth  int // of guest frames, those of outer calls from the host included

	thrown *rt.Exception // what the latest call that unwound was ended by
	err    error         // why the host's function failed, where that is the trap
}

// Call implements rt.Executor.
func (x *Executor) Call(ctx context.Context, f *rt.Func, stack []uint64) error {
	if err := context.Cause(ctx); err != nil {
		return &rt.TrapError{Code: abi.TrapInterrupted, Err: err}
	}
	a := &activation{world: x.world, ctx: ctx, limits: x.m.Limits}
	if err := a.Enter(f.Instance.Store(), nil); err != nil {
		return err
	}
	defer a.Leave()
	a.depth = a.Depth
	f.Type.CleanParams(stack)
	out := a.invoke(nil, f, a.fromSlots(stack, f.Type.Params))
	switch out.Kind {
	case ssaeval.Trapped:
		return &rt.TrapError{Code: out.Trap, Err: a.err}
	case ssaeval.Unwound:
		return &rt.ExceptionError{Exception: a.thrown}
	}
	a.toSlots(stack, f.Type.Results, out.Values)
	return nil
}

// invoke calls a function, and then those that it calls in its place. The machine is the caller's, nil if that is the host.
func (a *activation) invoke(m *machine, f *rt.Func, args []num.V128) ssaeval.Outcome {
	if a.depth >= a.limits.CallDepth {
		return ssaeval.Trap(abi.TrapStackExhausted)
	}
	a.depth++
	defer func() { a.depth-- }()
	for {
		if f.Host != nil {
			return a.callHost(m, f, args)
		}
		if m == nil || m.in != f.Instance {
			m = a.machineFor(f.Instance)
		}
		out := ssaeval.Eval(executorOf(f.Instance).code(f.Index), m, args)
		if out.Kind != ssaeval.TailCalled {
			return out
		}
		f, args = m.target(out.Tail)
	}
}

// unstoppable is what cannot be cancelled.
type unstoppable struct{}

func (unstoppable) Stopped() bool { return false }

func (a *activation) callHost(m *machine, f *rt.Func, args []num.V128) ssaeval.Outcome {
	stack := make([]uint64, f.Type.Slots())
	a.toSlots(stack, f.Type.Params, args)
	depth := a.depth - a.Depth
	a.BeginHost(depth)
	err := f.Host.Call(a.ctx, m.in, stack)
	a.EndHost(depth, unstoppable{})
	if thrown, ok := errors.AsType[*rt.ExceptionError](err); ok {
		a.thrown = thrown.Exception
		return ssaeval.Outcome{Kind: ssaeval.Unwound}
	}
	if err != nil {
		a.err = err
		return ssaeval.Trap(abi.TrapHostError)
	}
	f.Type.CleanResults(stack)
	return ssaeval.Return(a.fromSlots(stack, f.Type.Results)...)
}

// fromSlots reads values of the given types from slots.
func (a *activation) fromSlots(slots []uint64, types []wasm.ValType) []num.V128 {
	list := make([]num.V128, len(types))
	for i, t := range types {
		list[i].Lo = slots[0]
		switch {
		case t == wasm.V128:
			list[i].Hi = slots[1]
		case t.IsRef():
			list[i].Lo = a.world.fromRT(rt.Ref(slots[0]))
		}
		slots = slots[t.Slots():]
	}
	return list
}

// toSlots writes values of the given types to slots.
func (a *activation) toSlots(slots []uint64, types []wasm.ValType, values []num.V128) {
	for i, t := range types {
		slots[0] = values[i].Lo
		switch {
		case t == wasm.V128:
			slots[1] = values[i].Hi
		case t.IsRef():
			slots[0] = uint64(a.world.toRT(values[i].Lo))
		}
		slots = slots[t.Slots():]
	}
}
