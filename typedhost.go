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
	engine *Engine
	t      FuncType
}

// newHosted is for a function with the given parameters. It panics if R is no result type: that is a mistake in the source of the program, like a
// bad regular expression in regexp.MustCompile.
func newHosted[R any](e *Engine, params ...ValueType) *hosted[R] {
	types, err := resultTypes[R]()
	if err != nil {
		panic(fmt.Sprint(err))
	}
	return &hosted[R]{newResults[R](), e, FuncType{params, types}}
}

// bind makes the function: plain if it takes and returns numbers and vectors, else from the general form.
func (h *hosted[R]) bind(plain rt.PlainFunc, general rt.HostFunc) *Func {
	t := h.engine.funcType(h.t)
	if h.number && !slices.ContainsFunc(h.t.Params, ValueType.IsRef) {
		return &Func{h.engine, h.engine.bind(rt.NewPlainFunc(t, "", plain))}
	}
	return &Func{h.engine, h.engine.bind(rt.NewHostFunc(t, "", general))}
}

// fail makes the executor's error of that of a call.
func (h *hosted[R]) fail(ctx context.Context, caller *rt.Instance, err error) error {
	return hostError(h.engine.placeIn(ctx, publicInstance(caller)), err)
}

// answer ends a call of the general form: it stores the result, or makes the executor's error.
func (h *hosted[R]) answer(ctx context.Context, caller *rt.Instance, slots []uint64, r R, err error) error {
	if err != nil {
		return h.fail(ctx, caller, err)
	}
	h.put(h.engine.placeIn(ctx, publicInstance(caller)), slots, r)
	return nil
}

// Host0 makes a function of the host from a Go function without parameters. R is a Value, None, Tuple2 or Tuple3. Ctx is that of the
// call, and caller the instance whose code makes it. An error ends the guest as that of a HostFunc does.
//
// The functions that Host0 to Host6 make are called without reflection.
func Host0[R any](e *Engine, f func(ctx context.Context, caller *Instance) (R, error)) *Func {
	h := newHosted[R](e)
	plain := func(ctx context.Context, caller *rt.Instance, slots *uint64) error {
		r, err := f(ctx, publicInstance(caller))
		if err != nil {
			return h.fail(ctx, caller, err)
		}
		rt.StoreAt(slots, r)
		return nil
	}
	return h.bind(plain, func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		r, err := f(ctx, in)
		return h.answer(ctx, caller, slots, r, err)
	})
}

// Host1 is Host0 for 1 parameter.
func Host1[P1 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1]())
	plain := func(ctx context.Context, caller *rt.Instance, slots *uint64) error {
		r, err := f(ctx, publicInstance(caller), rt.Load[P1](slots, 0))
		if err != nil {
			return h.fail(ctx, caller, err)
		}
		rt.StoreAt(slots, r)
		return nil
	}
	return h.bind(plain, func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var p1 P1
		p := h.engine.placeIn(ctx, in)
		p.get(slots, &p1)
		r, err := f(ctx, in, p1)
		return h.answer(ctx, caller, slots, r, err)
	})
}

// Host2 is Host0 for 2 parameters.
func Host2[P1, P2 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2]())
	plain := func(ctx context.Context, caller *rt.Instance, slots *uint64) error {
		at2 := rt.SlotsOf[P1]()
		r, err := f(ctx, publicInstance(caller), rt.Load[P1](slots, 0), rt.Load[P2](slots, at2))
		if err != nil {
			return h.fail(ctx, caller, err)
		}
		rt.StoreAt(slots, r)
		return nil
	}
	return h.bind(plain, func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
		)
		p := h.engine.placeIn(ctx, in)
		rest := p.get(slots, &p1)
		p.get(rest, &p2)
		r, err := f(ctx, in, p1, p2)
		return h.answer(ctx, caller, slots, r, err)
	})
}

// Host3 is Host0 for 3 parameters.
func Host3[P1, P2, P3 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2](), typeOf[P3]())
	plain := func(ctx context.Context, caller *rt.Instance, slots *uint64) error {
		at2 := rt.SlotsOf[P1]()
		at3 := at2 + rt.SlotsOf[P2]()
		r, err := f(ctx, publicInstance(caller), rt.Load[P1](slots, 0), rt.Load[P2](slots, at2), rt.Load[P3](slots, at3))
		if err != nil {
			return h.fail(ctx, caller, err)
		}
		rt.StoreAt(slots, r)
		return nil
	}
	return h.bind(plain, func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
			p3 P3
		)
		p := h.engine.placeIn(ctx, in)
		rest := p.get(slots, &p1)
		rest = p.get(rest, &p2)
		p.get(rest, &p3)
		r, err := f(ctx, in, p1, p2, p3)
		return h.answer(ctx, caller, slots, r, err)
	})
}

// Host4 is Host0 for 4 parameters.
func Host4[P1, P2, P3, P4 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4]())
	plain := func(ctx context.Context, caller *rt.Instance, slots *uint64) error {
		at2 := rt.SlotsOf[P1]()
		at3 := at2 + rt.SlotsOf[P2]()
		at4 := at3 + rt.SlotsOf[P3]()
		r, err := f(ctx, publicInstance(caller), rt.Load[P1](slots, 0), rt.Load[P2](slots, at2), rt.Load[P3](slots, at3), rt.Load[P4](slots, at4))
		if err != nil {
			return h.fail(ctx, caller, err)
		}
		rt.StoreAt(slots, r)
		return nil
	}
	return h.bind(plain, func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
			p3 P3
			p4 P4
		)
		p := h.engine.placeIn(ctx, in)
		rest := p.get(slots, &p1)
		rest = p.get(rest, &p2)
		rest = p.get(rest, &p3)
		p.get(rest, &p4)
		r, err := f(ctx, in, p1, p2, p3, p4)
		return h.answer(ctx, caller, slots, r, err)
	})
}

// Host5 is Host0 for 5 parameters.
func Host5[P1, P2, P3, P4, P5 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4](), typeOf[P5]())
	plain := func(ctx context.Context, caller *rt.Instance, slots *uint64) error {
		at2 := rt.SlotsOf[P1]()
		at3 := at2 + rt.SlotsOf[P2]()
		at4 := at3 + rt.SlotsOf[P3]()
		at5 := at4 + rt.SlotsOf[P4]()
		r, err := f(ctx, publicInstance(caller), rt.Load[P1](slots, 0), rt.Load[P2](slots, at2), rt.Load[P3](slots, at3), rt.Load[P4](slots, at4), rt.Load[P5](slots, at5))
		if err != nil {
			return h.fail(ctx, caller, err)
		}
		rt.StoreAt(slots, r)
		return nil
	}
	return h.bind(plain, func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
			p3 P3
			p4 P4
			p5 P5
		)
		p := h.engine.placeIn(ctx, in)
		rest := p.get(slots, &p1)
		rest = p.get(rest, &p2)
		rest = p.get(rest, &p3)
		rest = p.get(rest, &p4)
		p.get(rest, &p5)
		r, err := f(ctx, in, p1, p2, p3, p4, p5)
		return h.answer(ctx, caller, slots, r, err)
	})
}

// Host6 is Host0 for 6 parameters.
func Host6[P1, P2, P3, P4, P5, P6 Value, R any](e *Engine, f func(ctx context.Context, caller *Instance, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5, p6 P6) (R, error)) *Func {
	h := newHosted[R](e, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4](), typeOf[P5](), typeOf[P6]())
	plain := func(ctx context.Context, caller *rt.Instance, slots *uint64) error {
		at2 := rt.SlotsOf[P1]()
		at3 := at2 + rt.SlotsOf[P2]()
		at4 := at3 + rt.SlotsOf[P3]()
		at5 := at4 + rt.SlotsOf[P4]()
		at6 := at5 + rt.SlotsOf[P5]()
		r, err := f(ctx, publicInstance(caller), rt.Load[P1](slots, 0), rt.Load[P2](slots, at2), rt.Load[P3](slots, at3), rt.Load[P4](slots, at4), rt.Load[P5](slots, at5), rt.Load[P6](slots, at6))
		if err != nil {
			return h.fail(ctx, caller, err)
		}
		rt.StoreAt(slots, r)
		return nil
	}
	return h.bind(plain, func(ctx context.Context, caller *rt.Instance, slots []uint64) error {
		in := publicInstance(caller)
		var (
			p1 P1
			p2 P2
			p3 P3
			p4 P4
			p5 P5
			p6 P6
		)
		p := h.engine.placeIn(ctx, in)
		rest := p.get(slots, &p1)
		rest = p.get(rest, &p2)
		rest = p.get(rest, &p3)
		rest = p.get(rest, &p4)
		rest = p.get(rest, &p5)
		p.get(rest, &p6)
		r, err := f(ctx, in, p1, p2, p3, p4, p5, p6)
		return h.answer(ctx, caller, slots, r, err)
	})
}
