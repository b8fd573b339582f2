package weft

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// None is the result type of a typed call that returns nothing.
type None struct{}

// Tuple2 is the result type of a typed call that returns two values.
type Tuple2[A, B Value] struct {
	A A
	B B
}

// Tuple3 is the result type of a typed call that returns three values.
type Tuple3[A, B, C Value] struct {
	A A
	B B
	C C
}

// tuple is what the result types that are not values have in common, by pointer.
type tuple interface {
	types() []ValueType
	get(p place, slots []uint64)
	put(p place, slots []uint64)
}

func typeOf[T Value]() ValueType {
	t, _ := valueTypeOf(*new(T))
	return t
}

func (*None) types() []ValueType      { return nil }
func (*None) get(place, []uint64)     {}
func (*None) put(p place, _ []uint64) {}

func (*Tuple2[A, B]) types() []ValueType { return []ValueType{typeOf[A](), typeOf[B]()} }
func (t *Tuple2[A, B]) get(p place, s []uint64) {
	p.get(p.get(s, &t.A), &t.B)
}
func (t *Tuple2[A, B]) put(p place, s []uint64) {
	p.putAt(p.putAt(s, &t.A), &t.B)
}

func (*Tuple3[A, B, C]) types() []ValueType {
	return []ValueType{typeOf[A](), typeOf[B](), typeOf[C]()}
}
func (t *Tuple3[A, B, C]) get(p place, s []uint64) {
	p.get(p.get(p.get(s, &t.A), &t.B), &t.C)
}
func (t *Tuple3[A, B, C]) put(p place, s []uint64) {
	p.putAt(p.putAt(p.putAt(s, &t.A), &t.B), &t.C)
}

// resultTypes returns the WebAssembly types for a result type: a Value, None or a tuple.
func resultTypes[R any]() ([]ValueType, error) {
	r := new(R)
	if t, ok := any(r).(tuple); ok {
		return t.types(), nil
	}
	if t, ok := valueTypeOf(*r); ok {
		return []ValueType{t}, nil
	}
	return nil, &TypeError{What: "result type", Have: fmt.Sprintf("%T", *r), Want: wantValue + ", weft.None, weft.Tuple2 or weft.Tuple3"}
}

// results moves results of type R between slots and Go. A tuple's methods are called by way of an interface, which makes Go allocate what
// they are called on; so it is allocated once and used again.
type results[R any] struct {
	number bool // or a vector, or nothing: Put and Get of package rt can move it
	tuple  bool
	free   atomic.Pointer[R]
}

func newResults[R any]() *results[R] {
	r := new(R)
	_, tuple := any(r).(tuple)
	_, none := any(r).(*None)
	t, ok := valueTypeOf(*r)
	return &results[R]{number: none || ok && !t.IsRef(), tuple: tuple}
}

func (x *results[R]) get(p place, slots []uint64) (r R) {
	if !x.tuple {
		p.get(slots, &r)
		return r
	}
	t := x.take()
	any(t).(tuple).get(p, slots)
	r = *t
	x.give(t)
	return r
}

func (x *results[R]) put(p place, slots []uint64, r R) {
	if !x.tuple {
		p.putAt(slots, &r)
		return
	}
	t := x.take()
	*t = r
	any(t).(tuple).put(p, slots)
	x.give(t)
}

// take takes the tuple, or makes one if another goroutine has it.
func (x *results[R]) take() *R {
	if t := x.free.Swap(nil); t != nil {
		return t
	}
	return new(R)
}

func (x *results[R]) give(t *R) {
	*t = *new(R)
	x.free.Store(t)
}

// caller is a function with a stack that its calls reuse.
type caller[R any] struct {
	place
	*results[R]
	f      *rt.Func
	direct *native.Direct              // NoDirect for functions that are not compiled, and those with references to make while their store is owned
	lane   *atomic.Pointer[guest.Lane] // of direct
	stacks atomic.Pointer[[]uint64]
}

// lookUp returns an exported function that has the given type.
func lookUp[R any](in *Instance, name string, params ...ValueType) (*caller[R], error) {
	f, err := in.Func(name)
	if err != nil {
		return nil, err
	}
	types, err := resultTypes[R]()
	if err != nil {
		return nil, err
	}
	want := FuncType{params, types}
	if have := f.Type(); have.String() != want.String() {
		return nil, &TypeError{What: "function " + name, Have: have.String(), Want: want.String()}
	}
	c := &caller[R]{place: f.place(), results: newResults[R](), f: f.f}
	direct := native.NoDirect
	if f.f.Host == nil && !slices.ContainsFunc(want.Params, ValueType.IsRef) {
		if x, ok := f.f.Instance.Module.Exec.(*native.Module); ok {
			if d := x.Direct(f.f); d != nil {
				direct = d
			}
		}
	}
	c.direct, c.lane = direct, direct.Lane()
	return c, nil
}

// call calls a function whose arguments are on the stack, and gives that back.
func (c *caller[R]) call(ctx context.Context, stack *[]uint64) (r R, err error) {
	ok, err := c.direct.Call(ctx, *stack)
	if ok {
		err = callError(c.place, err)
	} else {
		err = c.place.call(ctx, c.f, *stack)
	}
	if err != nil {
		return r, err
	}
	r = c.results.get(c.place, *stack)
	c.stacks.Store(stack)
	return r, nil
}

// finish goes on with a call by words that has not simply returned. It reports false for one that is to be made by way of the stack.
func (c *caller[R]) finish(ctx context.Context, l *guest.Lane, word uint64, how guest.Outcome, args ...uint64) (r R, ok bool, err error) {
	word, ok, err = c.direct.Finish(ctx, l, args, word, how)
	if err != nil {
		return r, ok, callError(c.place, err)
	}
	return rt.Word[R](word), ok, nil
}

// stack takes the stack, or makes one if a call on another goroutine has it.
func (c *caller[R]) stack() *[]uint64 {
	if s := c.stacks.Swap(nil); s != nil {
		return s
	}
	s := make([]uint64, c.f.Type.Slots())
	return &s
}

// Lookup0 returns an exported function without parameters as a typed Go function. R is a Value, None, Tuple2 or Tuple3. The error is
// an *ExportError, or a *TypeError if the function has another type; the function's own errors are those of Func.Call.
//
// The functions that Lookup0 to Lookup6 return do not allocate.
func Lookup0[R any](in *Instance, name string) (func(context.Context) (R, error), error) {
	c, err := lookUp[R](in, name)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (R, error) {
		l := c.lane.Load()
		word, how := guest.Call2(l, ctx, 0, 0)
		if how != guest.Returned {
			return otherwise0(ctx, c, l, word, how)
		}
		return rt.Word[R](word), nil
	}, nil
}

// otherwise0 makes a call, or goes on with one, that is not over.
func otherwise0[R any](ctx context.Context, c *caller[R], l *guest.Lane, word uint64, how guest.Outcome) (R, error) {
	if r, ok, err := c.finish(ctx, l, word, how); ok {
		return r, err
	}
	stack := c.stack()
	return c.call(ctx, stack)
}

// Lookup1 is Lookup0 for 1 parameter.
func Lookup1[P1 Value, R any](in *Instance, name string) (func(context.Context, P1) (R, error), error) {
	c, err := lookUp[R](in, name, typeOf[P1]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, p1 P1) (R, error) {
		l := c.lane.Load()
		word, how := guest.Call2(l, ctx, rt.PutWord(p1), 0)
		if how != guest.Returned {
			return otherwise1(ctx, c, l, word, how, p1)
		}
		return rt.Word[R](word), nil
	}, nil
}

func otherwise1[P1 Value, R any](ctx context.Context, c *caller[R], l *guest.Lane, word uint64, how guest.Outcome, p1 P1) (R, error) {
	if r, ok, err := c.finish(ctx, l, word, how, rt.PutWord(p1)); ok {
		return r, err
	}
	stack := c.stack()
	c.putAt(*stack, &p1)
	return c.call(ctx, stack)
}

// Lookup2 is Lookup0 for 2 parameters.
func Lookup2[P1, P2 Value, R any](in *Instance, name string) (func(context.Context, P1, P2) (R, error), error) {
	c, err := lookUp[R](in, name, typeOf[P1](), typeOf[P2]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, p1 P1, p2 P2) (R, error) {
		l := c.lane.Load()
		word, how := guest.Call2(l, ctx, rt.PutWord(p1), rt.PutWord(p2))
		if how != guest.Returned {
			return otherwise2(ctx, c, l, word, how, p1, p2)
		}
		return rt.Word[R](word), nil
	}, nil
}

func otherwise2[P1, P2 Value, R any](ctx context.Context, c *caller[R], l *guest.Lane, word uint64, how guest.Outcome, p1 P1, p2 P2) (R, error) {
	if r, ok, err := c.finish(ctx, l, word, how, rt.PutWord(p1), rt.PutWord(p2)); ok {
		return r, err
	}
	stack := c.stack()
	rest := c.putAt(*stack, &p1)
	c.putAt(rest, &p2)
	return c.call(ctx, stack)
}

// Lookup3 is Lookup0 for 3 parameters.
func Lookup3[P1, P2, P3 Value, R any](in *Instance, name string) (func(context.Context, P1, P2, P3) (R, error), error) {
	c, err := lookUp[R](in, name, typeOf[P1](), typeOf[P2](), typeOf[P3]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, p1 P1, p2 P2, p3 P3) (R, error) {
		l := c.lane.Load()
		word, how := guest.Call6(l, ctx, rt.PutWord(p1), rt.PutWord(p2), rt.PutWord(p3), 0, 0, 0)
		if how != guest.Returned {
			return otherwise3(ctx, c, l, word, how, p1, p2, p3)
		}
		return rt.Word[R](word), nil
	}, nil
}

func otherwise3[P1, P2, P3 Value, R any](ctx context.Context, c *caller[R], l *guest.Lane, word uint64, how guest.Outcome, p1 P1, p2 P2, p3 P3) (R, error) {
	if r, ok, err := c.finish(ctx, l, word, how, rt.PutWord(p1), rt.PutWord(p2), rt.PutWord(p3)); ok {
		return r, err
	}
	stack := c.stack()
	rest := c.putAt(*stack, &p1)
	rest = c.putAt(rest, &p2)
	c.putAt(rest, &p3)
	return c.call(ctx, stack)
}

// Lookup4 is Lookup0 for 4 parameters.
func Lookup4[P1, P2, P3, P4 Value, R any](in *Instance, name string) (func(context.Context, P1, P2, P3, P4) (R, error), error) {
	c, err := lookUp[R](in, name, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, p1 P1, p2 P2, p3 P3, p4 P4) (R, error) {
		l := c.lane.Load()
		word, how := guest.Call6(l, ctx, rt.PutWord(p1), rt.PutWord(p2), rt.PutWord(p3), rt.PutWord(p4), 0, 0)
		if how != guest.Returned {
			return otherwise4(ctx, c, l, word, how, p1, p2, p3, p4)
		}
		return rt.Word[R](word), nil
	}, nil
}

func otherwise4[P1, P2, P3, P4 Value, R any](ctx context.Context, c *caller[R], l *guest.Lane, word uint64, how guest.Outcome, p1 P1, p2 P2, p3 P3, p4 P4) (R, error) {
	if r, ok, err := c.finish(ctx, l, word, how, rt.PutWord(p1), rt.PutWord(p2), rt.PutWord(p3), rt.PutWord(p4)); ok {
		return r, err
	}
	stack := c.stack()
	rest := c.putAt(*stack, &p1)
	rest = c.putAt(rest, &p2)
	rest = c.putAt(rest, &p3)
	c.putAt(rest, &p4)
	return c.call(ctx, stack)
}

// Lookup5 is Lookup0 for 5 parameters.
func Lookup5[P1, P2, P3, P4, P5 Value, R any](in *Instance, name string) (func(context.Context, P1, P2, P3, P4, P5) (R, error), error) {
	c, err := lookUp[R](in, name, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4](), typeOf[P5]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5) (R, error) {
		l := c.lane.Load()
		word, how := guest.Call6(l, ctx, rt.PutWord(p1), rt.PutWord(p2), rt.PutWord(p3), rt.PutWord(p4), rt.PutWord(p5), 0)
		if how != guest.Returned {
			return otherwise5(ctx, c, l, word, how, p1, p2, p3, p4, p5)
		}
		return rt.Word[R](word), nil
	}, nil
}

func otherwise5[P1, P2, P3, P4, P5 Value, R any](ctx context.Context, c *caller[R], l *guest.Lane, word uint64, how guest.Outcome, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5) (R, error) {
	if r, ok, err := c.finish(ctx, l, word, how, rt.PutWord(p1), rt.PutWord(p2), rt.PutWord(p3), rt.PutWord(p4), rt.PutWord(p5)); ok {
		return r, err
	}
	stack := c.stack()
	rest := c.putAt(*stack, &p1)
	rest = c.putAt(rest, &p2)
	rest = c.putAt(rest, &p3)
	rest = c.putAt(rest, &p4)
	c.putAt(rest, &p5)
	return c.call(ctx, stack)
}

// Lookup6 is Lookup0 for 6 parameters.
func Lookup6[P1, P2, P3, P4, P5, P6 Value, R any](in *Instance, name string) (func(context.Context, P1, P2, P3, P4, P5, P6) (R, error), error) {
	c, err := lookUp[R](in, name, typeOf[P1](), typeOf[P2](), typeOf[P3](), typeOf[P4](), typeOf[P5](), typeOf[P6]())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5, p6 P6) (R, error) {
		l := c.lane.Load()
		word, how := guest.Call6(l, ctx, rt.PutWord(p1), rt.PutWord(p2), rt.PutWord(p3), rt.PutWord(p4), rt.PutWord(p5), rt.PutWord(p6))
		if how != guest.Returned {
			return otherwise6(ctx, c, l, word, how, p1, p2, p3, p4, p5, p6)
		}
		return rt.Word[R](word), nil
	}, nil
}

func otherwise6[P1, P2, P3, P4, P5, P6 Value, R any](ctx context.Context, c *caller[R], l *guest.Lane, word uint64, how guest.Outcome, p1 P1, p2 P2, p3 P3, p4 P4, p5 P5, p6 P6) (R, error) {
	if r, ok, err := c.finish(ctx, l, word, how, rt.PutWord(p1), rt.PutWord(p2), rt.PutWord(p3), rt.PutWord(p4), rt.PutWord(p5), rt.PutWord(p6)); ok {
		return r, err
	}
	stack := c.stack()
	rest := c.putAt(*stack, &p1)
	rest = c.putAt(rest, &p2)
	rest = c.putAt(rest, &p3)
	rest = c.putAt(rest, &p4)
	rest = c.putAt(rest, &p5)
	c.putAt(rest, &p6)
	return c.call(ctx, stack)
}
