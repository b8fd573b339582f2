package weft

import (
	"context"
	"fmt"
	"runtime"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Func is a function: one that a guest exports, or one of the host.
type Func struct {
	engine *Engine
	f      *rt.Func
}

// wrapFunc returns the Func for f, nil for nil.
func wrapFunc(e *Engine, f *rt.Func) *Func {
	if f == nil {
		return nil
	}
	return &Func{e, f}
}

// Equal reports whether f and g are the same function.
func (f *Func) Equal(g *Func) bool { return f == g || f != nil && g != nil && f.f == g.f }

// Type returns the function's type.
func (f *Func) Type() FuncType { return funcType(f.f.Type.FuncType) }

// Call calls the function. Arguments and results are of the types of Value: an i32 comes out as int32, an i64 as int64; going
// in, the unsigned types and int will do as well, and nil for a null reference. It is convenient rather than fast:
// Lookup2 and its like call without reflection or allocation.
//
// The error is a *TypeError for the wrong arguments, a *Trap, an *Exception, an *ExitError, ErrClosed, ErrConcurrent, or the cause of ctx's
// cancellation wrapped in a *Trap. When a process has no more stacks for compiled code, or the system no memory for one, the error says so.
func (f *Func) Call(ctx context.Context, args ...any) ([]any, error) {
	t := f.f.Type
	if len(args) != len(t.Params) {
		return nil, &TypeError{What: "call of " + f.describe(), Have: count(len(args), "argument"), Want: fmt.Sprintf("%d for %s", len(t.Params), t)}
	}
	p := f.place()
	stack := make([]uint64, t.Slots())
	slots := stack
	for i, v := range args {
		var err error
		if slots, err = p.fromAny(slots, t.Params[i], v); err != nil {
			err.(*TypeError).What = fmt.Sprintf("argument %d of %s", i+1, f.describe())
			return nil, err
		}
	}
	if err := p.call(ctx, f.f, stack); err != nil {
		return nil, err
	}
	results := make([]any, len(t.Results))
	for i, r := range t.Results {
		results[i], stack = p.toAny(stack, r)
	}
	runtime.KeepAlive(p.store) // it keeps what the results refer to
	return results, nil
}

// CallRaw calls the function with parameters in slots, as a HostFunc receives them, and leaves the results in the same slots. The stack must
// have as many slots as the larger of the two needs.
func (f *Func) CallRaw(ctx context.Context, stack []uint64) error {
	t := f.f.Type
	if len(stack) < t.Slots() {
		return &TypeError{What: "call of " + f.describe(), Have: count(len(stack), "slot"), Want: fmt.Sprintf("%d for %s", t.Slots(), t)}
	}
	return f.place().call(ctx, f.f, stack[:t.Slots()])
}

// call calls a function whose references belong to the place.
func (p place) call(ctx context.Context, f *rt.Func, stack []uint64) error {
	if f.Host == nil {
		return callError(p, rt.Call(ctx, f, stack))
	}
	// A function of the host that the host calls fails as it does when a guest calls it.
	err := rt.Call(context.WithValue(ctx, storeKey{}, p.store), f, stack)
	switch err.(type) {
	case nil, *rt.TrapError, *rt.ExceptionError:
	default:
		err = &rt.TrapError{Code: abi.TrapHostError, Err: err, Frames: []rt.Frame{rt.HostFrame(f)}}
	}
	return callError(p, err)
}

// place is where the references among the function's parameters and results belong.
func (f *Func) place() place {
	if in := f.f.Instance; in != nil {
		return place{f.engine, in.Store()}
	}
	return place{f.engine, rt.NewStore()}
}

// count returns a number of things in words.
func count(n int, thing string) string {
	switch n {
	case 0:
		return "no " + thing + "s"
	case 1:
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// describe names the function for an error: as its module does, else as an export.
func (f *Func) describe() string {
	if f.f.Instance == nil {
		return "host function " + f.f.Name
	}
	m := f.f.Instance.Module
	if name := m.FuncName(f.f.Index); name != "" {
		return name
	}
	for _, x := range m.Exports {
		if x.Kind == wasm.ExternFunc && x.Index == f.f.Index {
			return x.Name
		}
	}
	return fmt.Sprintf("function %d", f.f.Index)
}
