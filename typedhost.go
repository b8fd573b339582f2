package weft

import (
	"context"
	"fmt"
	"slices"

	"github.com/weft-wasm/weft/internal/rt"
)

// hosted is a function of the host that takes and returns typed values.
type hosted[R any] struct {
	*results[R]
	engine  *Engine
	t       FuncType
	numbers bool // so are all parameters: see results.number
}

// newHosted is for a function with the given parameters. It panics if R is no result type: that is a mistake in the source of the program, like a
// bad regular expression in regexp.MustCompile.
func newHosted[R any](e *Engine, params ...ValueType) *hosted[R] {
	types, err := resultTypes[R]()
	if err != nil {
		panic(fmt.Sprint(err))
	}
	return &hosted[R]{newResults[R](), e, FuncType{params, types}, !slices.ContainsFunc(params, ValueType.IsRef)}
}

// bind makes the function.
func (h *hosted[R]) bind(f rt.HostFunc) *Func {
	return &Func{h.engine, h.engine.bind(rt.NewHostFunc(h.engine.funcType(h.t), "", f))}
}

// answer ends a call whose results are not all numbers, or one that has failed: it stores the result, or makes the executor's error.
func (h *hosted[R]) answer(ctx context.Context, caller *Instance, slots []uint64, r R, err error) error {
	p := h.engine.placeIn(ctx, caller)
	if err != nil {
		return hostError(p, err)
	}
	h.put(p, slots, r)
	return nil
}

// Host0 makes a function of the host from a Go function without parameters. R is a Value, None, Tuple2 or Tuple3. Ctx is that of the
// call, and caller the instance whose code makes it. An error ends the guest as that of a HostFunc does.
//
// The functions that Host0 to Host6 make are called without reflection.
func Host0[R any](e *Engine, f func(ctx context.Context, caller *Instance) (R, error)) *Func {
	h := newHosted[R](e)
	return h.bind(func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		r, err := f(ctx, in)
		if err == nil && h.number {
			rt.Put(slots, &r)
			return nil
		}
		return h.answer(ctx, in, slots, r, err)
	})
}

// Host1 is Host0 for 1 parameter.
func Host1[P1 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1]())
	return h.bind(func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var p1 P1
		if h.numbers {
			rt.Get(slots, &p1)
		} else {
			p := h.engine.placeIn(ctx, in)
			p.get(slots, &p1)
		}
		r, err := f(ctx, in, p1)
		if err == nil && h.number {
			rt.Put(slots, &r)
			return nil
		}
		return h.answer(ctx, in, slots, r, err)
	})
}

// Host2 is Host0 for 2 parameters.
func Host2[P1, P2 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2]())
	return h.bind(func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
		)
		if h.numbers {
			rest := rt.Get(slots, &p1)
			rt.Get(rest, &p2)
		} else {
			p := h.engine.placeIn(ctx, in)
			rest := p.get(slots, &p1)
			p.get(rest, &p2)
		}
		r, err := f(ctx, in, p1, p2)
		if err == nil && h.number {
			rt.Put(slots, &r)
			return nil
		}
		return h.answer(ctx, in, slots, r, err)
	})
}

// Host3 is Host0 for 3 parameters.
func Host3[P1, P2, P3 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2](), typeOf[P3]())
	return h.bind(func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
			p3 P3
		)
		if h.numbers {
			rest := rt.Get(slots, &p1)
			rest = rt.Get(rest, &p2)
			rt.Get(rest, &p3)
		} else {
			p := h.engine.placeIn(ctx, in)
			rest := p.get(slots, &p1)
			rest = p.get(rest, &p2)
			p.get(rest, &p3)
		}
		r, err := f(ctx, in, p1, p2, p3)
		if err == nil && h.number {
			rt.Put(slots, &r)
			return nil
		}
		return h.answer(ctx, in, slots, r, err)
	})
}

// Host4 is Host0 for 4 parameters.
func Host4[P1, P2, P3, P4 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4]())
	return h.bind(func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
			p3 P3
			p4 P4
		)
		if h.numbers {
			rest := rt.Get(slots, &p1)
			rest = rt.Get(rest, &p2)
			rest = rt.Get(rest, &p3)
			rt.Get(rest, &p4)
		} else {
			p := h.engine.placeIn(ctx, in)
			rest := p.get(slots, &p1)
			rest = p.get(rest, &p2)
			rest = p.get(rest, &p3)
			p.get(rest, &p4)
		}
		r, err := f(ctx, in, p1, p2, p3, p4)
		if err == nil && h.number {
			rt.Put(slots, &r)
			return nil
		}
		return h.answer(ctx, in, slots, r, err)
	})
}

// Host5 is Host0 for 5 parameters.
func Host5[P1, P2, P3, P4, P5 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4](), typeOf[P5]())
	return h.bind(func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
			p3 P3
			p4 P4
			p5 P5
		)
		if h.numbers {
			rest := rt.Get(slots, &p1)
			rest = rt.Get(rest, &p2)
			rest = rt.Get(rest, &p3)
			rest = rt.Get(rest, &p4)
			rt.Get(rest, &p5)
		} else {
			p := h.engine.placeIn(ctx, in)
			rest := p.get(slots, &p1)
			rest = p.get(rest, &p2)
			rest = p.get(rest, &p3)
			rest = p.get(rest, &p4)
			p.get(rest, &p5)
		}
		r, err := f(ctx, in, p1, p2, p3, p4, p5)
		if err == nil && h.number {
			rt.Put(slots, &r)
			return nil
		}
		return h.answer(ctx, in, slots, r, err)
	})
}

// Host6 is Host0 for 6 parameters.
func Host6[P1, P2, P3, P4, P5, P6 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5, p6 P6) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4](), typeOf[P5](), typeOf[P6]())
	return h.bind(func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
			p3 P3
			p4 P4
			p5 P5
			p6 P6
		)
		if h.numbers {
			rest := rt.Get(slots, &p1)
			rest = rt.Get(rest, &p2)
			rest = rt.Get(rest, &p3)
			rest = rt.Get(rest, &p4)
			rest = rt.Get(rest, &p5)
			rt.Get(rest, &p6)
		} else {
			p := h.engine.placeIn(ctx, in)
			rest := p.get(slots, &p1)
			rest = p.get(rest, &p2)
			rest = p.get(rest, &p3)
			rest = p.get(rest, &p4)
			rest = p.get(rest, &p5)
			p.get(rest, &p6)
		}
		r, err := f(ctx, in, p1, p2, p3, p4, p5, p6)
		if err == nil && h.number {
			rt.Put(slots, &r)
			return nil
		}
		return h.answer(ctx, in, slots, r, err)
	})
}
