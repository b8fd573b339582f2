package weft_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/weft-wasm/weft"
)

const typedModule = `(module
	(import "env" "raw" (func $raw (param i32 i64) (result i64)))
	(import "env" "typed" (func $typed (param i32 i64) (result i64)))
	(import "env" "none" (func $none))
	(import "env" "vector" (func $vector (param v128 f32 f64) (result v128 f32 f64)))
	(type $v (func (param v128 f32 f64) (result v128 f32 f64)))
	(table 2 funcref) (elem (i32.const 0) $same $vector)
	(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
	(func (export "six") (param i32 i64 f32 f64 i32 i64) (result i64)
		(i64.add (i64.add (i64.extend_i32_s (local.get 0)) (local.get 1))
			(i64.add (i64.add (i64.trunc_f32_s (local.get 2)) (i64.trunc_f64_s (local.get 3)))
				(i64.add (i64.extend_i32_u (local.get 4)) (local.get 5)))))
	(func (export "pair") (param i32 f64) (result f64 i32) (local.get 1) (local.get 0))
	(func (export "triple") (result i32 v128 i64) (i32.const 1) (v128.const i64x2 2 3) (i64.const 4))
	(func (export "nothing") (param v128))
	(func (export "raw") (param i32 i64) (result i64) (call $none) (call $raw (local.get 0) (local.get 1)))
	(func (export "typed") (param i32 i64) (result i64) (call $none) (call $typed (local.get 0) (local.get 1)))
	(func $same (type $v) (local.get 0) (local.get 1) (local.get 2))
	(func (export "same") (type $v) (call $same (local.get 0) (local.get 1) (local.get 2)))
	(func (export "indirect") (param i32 v128 f32 f64) (result v128 f32 f64)
		(call_indirect (type $v) (local.get 1) (local.get 2) (local.get 3) (local.get 0)))
	(func (export "tail") (type $v) (return_call $vector (local.get 0) (local.get 1) (local.get 2)))
	(func (export "high") (param i32) (result i32) (i32.load8_u (local.get 0)))
	(memory 1))`

// typedWorld has the imports of typedModule.
func typedWorld(t testing.TB) (*world, *weft.Instance) {
	w := newWorld(t, weft.Limits{})
	sum := weft.FuncType{Params: []weft.ValueType{weft.I32, weft.I64}, Results: []weft.ValueType{weft.I64}}
	w.define("env", "raw", weft.NewHostFunc(w.engine, sum, func(_ context.Context, _ *weft.Instance, stack []uint64) error {
		stack[0] = uint64(int64(int32(stack[0]))) + stack[1]
		return nil
	}))
	w.define("env", "typed", weft.Host2(w.engine, func(_ context.Context, _ *weft.Instance, a int32, b int64) (int64, error) {
		return int64(a) + b, nil
	}))
	w.define("env", "none", weft.Host0(w.engine, func(context.Context, *weft.Instance) (weft.None, error) { return weft.None{}, nil }))
	w.define("env", "vector", weft.Host3(w.engine, func(_ context.Context, _ *weft.Instance, v weft.V128, a float32, b float64) (weft.Tuple3[weft.V128, float32, float64], error) {
		return weft.Tuple3[weft.V128, float32, float64]{A: weft.V128{Lo: v.Hi, Hi: v.Lo}, B: -a, C: -b}, nil
	}))
	return w, w.instantiate(typedModule)
}

// TestTypedCalls makes typed calls of every shape.
func TestTypedCalls(t *testing.T) {
	w, in := typedWorld(t)
	six, err := weft.Lookup6[int32, int64, float32, float64, uint32, uint64, int64](in, "six")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := six(bg, -1, 20, 300, 4000, 1<<31, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.expect(sum, int64(-1+20+300+4000+1<<31+1))
	pair, err := weft.Lookup2[int32, float64, weft.Tuple2[float64, int32]](in, "pair")
	if err != nil {
		t.Fatal(err)
	}
	both, err := pair(bg, -3, math.Inf(-1))
	if err != nil {
		t.Fatal(err)
	}
	w.expect(both, weft.Tuple2[float64, int32]{A: math.Inf(-1), B: -3})
	triple, err := weft.Lookup0[weft.Tuple3[uint32, weft.V128, uint64]](in, "triple")
	if err != nil {
		t.Fatal(err)
	}
	three, err := triple(bg)
	if err != nil {
		t.Fatal(err)
	}
	w.expect(three, weft.Tuple3[uint32, weft.V128, uint64]{A: 1, B: weft.V128{Lo: 2, Hi: 3}, C: 4})
	nothing, err := weft.Lookup1[weft.V128, weft.None](in, "nothing")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nothing(bg, weft.V128{}); err != nil {
		t.Fatal(err)
	}
}

// TestVectorCalls passes vectors through calls of every kind.
func TestVectorCalls(t *testing.T) {
	w, in := typedWorld(t)
	v, a, b := weft.V128{Lo: 1, Hi: math.MaxUint64}, float32(1.5), math.Copysign(0, -1)
	swapped := weft.V128{Lo: math.MaxUint64, Hi: 1}
	for _, c := range []struct {
		name string
		args []any
		want weft.V128
	}{
		{"same", []any{v, a, b}, v},
		{"indirect", []any{0, v, a, b}, v},
		{"indirect", []any{1, v, a, b}, swapped},
		{"tail", []any{v, a, b}, swapped},
	} {
		results, err := w.try(bg, in, c.name, c.args...)
		if err != nil {
			t.Fatal(err)
		}
		w.expect(results[0], c.want)
		if c.want == swapped {
			w.expect(results[1], -a)
			w.expect(results[2], -b)
		} else {
			w.expect(results[1], a)
			w.expect(math.Signbit(results[2].(float64)), true)
		}
	}
}

// TestCallsDoNotAllocate measures typed calls, and calls of host functions in the raw and typed form.
// poolsForget says that a pool may have to make what it has been given.
var poolsForget bool

func TestCallsDoNotAllocate(t *testing.T) {
	if poolsForget {
		t.Skip("with the race detector, pools allocate at random")
	}
	_, in := typedWorld(t)
	add, err := weft.Lookup2[int32, int32, int32](in, "add")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := weft.Lookup2[int32, int64, int64](in, "raw")
	if err != nil {
		t.Fatal(err)
	}
	typed, err := weft.Lookup2[int32, int64, int64](in, "typed")
	if err != nil {
		t.Fatal(err)
	}
	vector, err := weft.Lookup3[weft.V128, float32, float64, weft.Tuple3[weft.V128, float32, float64]](in, "tail")
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() error{
		"tuples":              func() error { _, err := vector(bg, weft.V128{Lo: 1 << 40}, 1.5, 2.5); return err },
		"typed lookup":        func() error { _, err := add(bg, 1000, -2000); return err },
		"raw host function":   func() error { _, err := raw(bg, 1000, 1<<40); return err },
		"typed host function": func() error { _, err := typed(bg, 1000, 1<<40); return err },
	} {
		n := 1.0
		for range 50 { // functions may be compiled meanwhile, which allocates
			if n = testing.AllocsPerRun(1000, func() {
				if err := call(); err != nil {
					t.Fatal(err)
				}
			}); n == 0 {
				break
			}
		}
		if n != 0 {
			t.Errorf("%s: %v allocations a call", name, n)
		}
	}
}

// TestUncleanSlots gives slots of i32 with high halves that are not zero: they must not become addresses.
func TestUncleanSlots(t *testing.T) {
	_, in := typedWorld(t)
	high, err := in.Func("high")
	if err != nil {
		t.Fatal(err)
	}
	stack := []uint64{5<<32 | 8}
	if err := high.CallRaw(bg, stack); err != nil || stack[0] != 0 {
		t.Errorf("have %v, %v", stack, err)
	}
	stack[0] = math.MaxUint64
	wantTrap(t, high.CallRaw(bg, stack), weft.TrapMemoryOutOfBounds)
	w2 := newWorld(t, weft.Limits{})
	w2.define("env", "f", weft.NewHostFunc(w2.engine, weft.FuncType{Results: []weft.ValueType{weft.I32}},
		func(_ context.Context, _ *weft.Instance, stack []uint64) error {
			minusEight := int32(-8)
			stack[0] = uint64(minusEight)
			return nil
		}))
	in2 := w2.instantiate(`(module (import "env" "f" (func $f (result i32))) (memory 1)
		(func (export "load") (result i32) (i32.load (call $f)))
		(func (export "wide") (result i64) (i64.extend_i32_u (call $f))))`)
	_, err = w2.try(bg, in2, "load")
	wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	w2.expect(w2.call(in2, "wide"), int64(0xfffffff8))
}

// TestStartFunction runs start functions that return, trap and exit.
func TestStartFunction(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "exit", func() error { return &weft.ExitError{Code: 4} })
	in := w.instantiate(`(module (global $g (mut i32) (i32.const 0)) (start $s) (func $s (global.set $g (i32.const 9)))
		(func (export "get") (result i32) (global.get $g)))`)
	w.expect(w.call(in, "get"), int32(9))
	_, err := w.linker.Instantiate(bg, w.compile(`(module (start $s) (func $s unreachable))`))
	wantTrap(t, err, weft.TrapUnreachable)
	_, err = w.linker.Instantiate(bg, w.compile(`(module (import "env" "exit" (func $exit)) (start $exit))`))
	var exit *weft.ExitError
	if !errors.As(err, &exit) || exit.Code != 4 {
		t.Errorf("have %v, want exit code 4", err)
	}
	_, err = w.linker.Instantiate(bg, w.compile(`(module (memory 1) (data (i32.const 65536) "x"))`))
	wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	_, err = w.linker.Instantiate(bg, w.compile(`(module (table 1 funcref) (elem (i32.const 1) $f) (func $f))`))
	wantTrap(t, err, weft.TrapTableOutOfBounds)
}
