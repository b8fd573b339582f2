package weft_test

import (
	"context"
	"errors"
	"runtime/debug"
	"testing"

	"github.com/weft-wasm/weft"
)

// wantTrap checks that a call ended with a trap.
func wantTrap(t testing.TB, err error, code weft.TrapCode) {
	t.Helper()
	var trap *weft.Trap
	if !errors.As(err, &trap) {
		t.Errorf("have error %v, want trap %v", err, code)
		return
	}
	if trap.Code != code {
		t.Errorf("have trap %v, want %v", trap, code)
	}
}

const recursionModule = `(module
	(import "env" "again" (func $again))
	(type $t (func))
	(table 3 funcref)
	(elem (i32.const 0) $self $indirect $again)
	(elem declare func $ref)
	(func $self (export "self") (call $self))
	(func $even (export "mutual") (param i64) (result i64) (i64.add (call $odd (local.get 0)) (i64.const 1)))
	(func $odd (param i64) (result i64) (local f64 v128) (call $even (local.get 0)))
	(func $indirect (export "indirect") (call_indirect (type $t) (i32.const 1)))
	(func $ref (export "ref") (call_ref $t (ref.func $ref)))
	(func (export "host") (call $again))
	(func (export "hostindirect") (call_indirect (type $t) (i32.const 2)))
	(func $wide (export "wide") (local v128 v128 v128 v128 v128 v128 v128 v128) (call $wide))
	(func $caught (export "caught") (try_table (catch_all 0) (call $caught)) (call $caught))
	(func (export "one") (result i32) (i32.const 1)))`

// TestRecursion lets guests recurse for ever in every way there is. They trap, and nothing but their own limit stops them.
func TestRecursion(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(64 << 20))
	all := []weft.Limits{{}, {CallDepth: 10}, {StackBytes: 1 << 12}}
	if !testing.Short() {
		all = append(all, weft.Limits{CallDepth: 1 << 18, StackBytes: 64 << 20})
	}
	for _, limits := range all {
		w := newWorld(t, limits)
		w.define("env", "again", func(ctx context.Context, in *weft.Instance) error {
			_, err := w.try(ctx, in, "host")
			return err
		})
		in := w.instantiate(recursionModule)
		for _, name := range []string{"self", "indirect", "ref", "host", "hostindirect", "wide", "caught"} {
			_, err := w.try(bg, in, name)
			wantTrap(t, err, weft.TrapStackExhausted)
			w.expect(w.call(in, "one"), int32(1))
		}
		_, err := w.try(bg, in, "mutual", 3)
		wantTrap(t, err, weft.TrapStackExhausted)
		var trap *weft.Trap
		if errors.As(err, &trap); len(trap.Frames) > 100 {
			t.Errorf("the backtrace has %d frames", len(trap.Frames))
		}
	}
}

// TestCallDepth checks where exactly the limit of the interpreter is.
func TestCallDepth(t *testing.T) {
	e := weft.NewEngine(weft.Config{Tier: weft.TierInterpreter, Limits: weft.Limits{CallDepth: 100}})
	w := &world{t, e, weft.NewLinker(e)}
	in := w.instantiate(`(module (func $down (export "down") (param i32)
		(if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))))))`)
	w.call(in, "down", 99)
	_, err := w.try(bg, in, "down", 100)
	wantTrap(t, err, weft.TrapStackExhausted)
}

// TestRecursionThroughStores recurses through two instances that know each other only by the host.
func TestRecursionThroughStores(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(64 << 20))
	w := newWorld(t, weft.Limits{})
	var ins [2]*weft.Instance
	w.define("env", "other", func(ctx context.Context, in *weft.Instance) error {
		other := ins[0]
		if in == other {
			other = ins[1]
		}
		_, err := w.try(ctx, other, "run")
		return err
	})
	const module = `(module (import "env" "other" (func $other)) (func (export "run") (call $other)))`
	ins[0], ins[1] = w.instantiate(module), w.instantiate(module)
	_, err := w.try(bg, ins[0], "run")
	wantTrap(t, err, weft.TrapStackExhausted)
}

// TestNestedStacks lets a guest use much of its stack at every level of calls through the host: together they stay within the limit.
func TestNestedStacks(t *testing.T) {
	w := newWorld(t, weft.Limits{StackBytes: 1 << 20})
	depth := 0
	w.define("env", "again", func(ctx context.Context, in *weft.Instance) error {
		depth++
		_, err := w.try(ctx, in, "deep", 1000)
		return err
	})
	in := w.instantiate(`(module (import "env" "again" (func $again))
		(func $deep (export "deep") (param i32) (local v128 v128)
			(if (local.get 0)
				(then (call $deep (i32.sub (local.get 0) (i32.const 1))))
				(else (call $again)))))`)
	_, err := w.try(bg, in, "deep", 1000)
	wantTrap(t, err, weft.TrapStackExhausted)
	// In the interpreter, a frame has 5 slots for locals and one for the argument of the next; in compiled code, 8 bytes and the return address; there
	// the calls around it may leave room for one more stack.
	least := 6 * 8
	if isCompiled() {
		least = 2 * 8
	}
	if most := 1<<20/(1000*least) + 1; depth > most {
		t.Errorf("%d levels of 1000 frames in 1 MiB, want at most %d", depth, most)
	}
}

// TestTailCalls makes ten million tail calls of each kind, which take no stack.
func TestTailCalls(t *testing.T) {
	w := newWorld(t, weft.Limits{CallDepth: 5, StackBytes: 1 << 10})
	w.define("env", "stop", func(n int64) int64 { return n + 42 })
	in := w.instantiate(`(module
		(import "env" "stop" (func $stop (param i64) (result i64)))
		(type $t (func (param i64) (result i64)))
		(table 3 funcref)
		(elem (i32.const 0) $stop $indirect $ref)
		(func $direct (export "direct") (param i64) (result i64)
			(if (i64.eqz (local.get 0)) (then (return_call $stop (local.get 0))))
			(return_call $direct (i64.sub (local.get 0) (i64.const 1))))
		(func $indirect (export "indirect") (param i64) (result i64) (local v128 i64)
			(if (i64.eqz (local.get 0)) (then (return_call_indirect (type $t) (local.get 0) (i32.const 0))))
			(return_call_indirect (type $t) (i64.sub (local.get 0) (i64.const 1)) (i32.const 1)))
		(func $ref (export "ref") (param i64) (result i64)
			(if (i64.eqz (local.get 0)) (then (return_call_ref $t (local.get 0) (ref.func $stop))))
			(return_call_ref $t (i64.sub (local.get 0) (i64.const 1)) (ref.func $ref)))
		(func $many (export "many") (param i64) (result i64)
			(i64.add (call $wide (local.get 0) (i64.const 1) (i64.const 2) (i64.const 3)) (i64.const 1)))
		(func $wide (param i64 i64 i64 i64) (result i64)
			(if (i64.eqz (local.get 0)) (then (return (local.get 3))))
			(return_call $narrow (i64.sub (local.get 0) (i64.const 1))))
		(func $narrow (param i64) (result i64)
			(return_call $wide (local.get 0) (i64.const 7) (i64.const 8) (i64.const 9))))`)
	n := 10_000_000
	if testing.Short() {
		n /= 20
	}
	w.expect(w.call(in, "direct", n), int64(42))
	w.expect(w.call(in, "indirect", n/10), int64(42))
	w.expect(w.call(in, "ref", n/10), int64(42))
	w.expect(w.call(in, "many", n/10), int64(10))
}
