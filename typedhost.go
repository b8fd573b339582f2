package weft

import (
	"context"
	"fmt"
)

// hostOf makes a function from one that works on slots. R was checked by resultTypes, or this panics: it is a mistake in the source of the
// program, like a bad regular expression in regexp.MustCompile.
func hostOf[R any](e *Engine, f HostFunc, params ...ValueType) *Func {
	results, err := resultTypes[R]()
	if err != nil {
		panic(fmt.Sprint(err))
	}
	return NewHostFunc(e, FuncType{params, results}, f)
}

// Host0 makes a function of the host from a Go function without parameters. R is a Value, None, Tuple2 or Tuple3. Ctx is that of the
// call, and caller the instance whose code makes it. An error ends the guest as that of a HostFunc does.
//
// The functions that Host0 to Host6 make are called without reflection.
func Host0[R any](e *Engine, f func(ctx context.Context, caller *Instance) (R, error)) *Func {
	out := newResults[R]()
	return hostOf[R](e, func(ctx context.Context, caller *Instance, stack []uint64) error {
		r, err := f(ctx, caller)
		if err == nil {
			out.put(e.placeIn(ctx, caller), stack, r)
		}
		return err
	})
}

// Host1 is Host0 for 1 parameter.
func Host1[P1 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1) (R, error)) *Func {
	out := newResults[R]()
	return hostOf[R](e, func(ctx context.Context, caller *Instance, stack []uint64) error {
		p := e.placeIn(ctx, caller)
		var p1 P1
		p.get(stack, &p1)
		r, err := f(ctx, caller, p1)
		if err == nil {
			out.put(p, stack, r)
		}
		return err
	}, typeOf[P1]())
}

// Host2 is Host0 for 2 parameters.
func Host2[P1, P2 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2) (R, error)) *Func {
	out := newResults[R]()
	return hostOf[R](e, func(ctx context.Context, caller *Instance, stack []uint64) error {
		p := e.placeIn(ctx, caller)
		var p1 P1
		var p2 P2
		rest := p.get(stack, &p1)
		p.get(rest, &p2)
		r, err := f(ctx, caller, p1, p2)
		if err == nil {
			out.put(p, stack, r)
		}
		return err
	}, typeOf[P1](), typeOf[P2]())
}

// Host3 is Host0 for 3 parameters.
func Host3[P1, P2, P3 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3) (R, error)) *Func {
	out := newResults[R]()
	return hostOf[R](e, func(ctx context.Context, caller *Instance, stack []uint64) error {
		p := e.placeIn(ctx, caller)
		var p1 P1
		var p2 P2
		var p3 P3
		rest := p.get(stack, &p1)
		rest = p.get(rest, &p2)
		p.get(rest, &p3)
		r, err := f(ctx, caller, p1, p2, p3)
		if err == nil {
			out.put(p, stack, r)
		}
		return err
	}, typeOf[P1](), typeOf[P2](), typeOf[P3]())
}

// Host4 is Host0 for 4 parameters.
func Host4[P1, P2, P3, P4 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4) (R, error)) *Func {
	out := newResults[R]()
	return hostOf[R](e, func(ctx context.Context, caller *Instance, stack []uint64) error {
		p := e.placeIn(ctx, caller)
		var p1 P1
		var p2 P2
		var p3 P3
		var p4 P4
		rest := p.get(stack, &p1)
		rest = p.get(rest, &p2)
		rest = p.get(rest, &p3)
		p.get(rest, &p4)
		r, err := f(ctx, caller, p1, p2, p3, p4)
		if err == nil {
			out.put(p, stack, r)
		}
		return err
	}, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4]())
}

// Host5 is Host0 for 5 parameters.
func Host5[P1, P2, P3, P4, P5 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5) (R, error)) *Func {
	out := newResults[R]()
	return hostOf[R](e, func(ctx context.Context, caller *Instance, stack []uint64) error {
		p := e.placeIn(ctx, caller)
		var p1 P1
		var p2 P2
		var p3 P3
		var p4 P4
		var p5 P5
		rest := p.get(stack, &p1)
		rest = p.get(rest, &p2)
		rest = p.get(rest, &p3)
		rest = p.get(rest, &p4)
		p.get(rest, &p5)
		r, err := f(ctx, caller, p1, p2, p3, p4, p5)
		if err == nil {
			out.put(p, stack, r)
		}
		return err
	}, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4](), typeOf[P5]())
}

// Host6 is Host0 for 6 parameters.
func Host6[P1, P2, P3, P4, P5, P6 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5, p6 P6) (R, error)) *Func {
	out := newResults[R]()
	return hostOf[R](e, func(ctx context.Context, caller *Instance, stack []uint64) error {
		p := e.placeIn(ctx, caller)
		var p1 P1
		var p2 P2
		var p3 P3
		var p4 P4
		var p5 P5
		var p6 P6
		rest := p.get(stack, &p1)
		rest = p.get(rest, &p2)
		rest = p.get(rest, &p3)
		rest = p.get(rest, &p4)
		rest = p.get(rest, &p5)
		p.get(rest, &p6)
		r, err := f(ctx, caller, p1, p2, p3, p4, p5, p6)
		if err == nil {
			out.put(p, stack, r)
		}
		return err
	}, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4](), typeOf[P5](), typeOf[P6]())
}
