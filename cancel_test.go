package weft_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

const spinModule = `(module
	(import "env" "wait" (func $wait))
	(func (export "spin") (loop $l (br $l)))
	(func (export "condition") (loop $l (br_if $l (i32.const 1))))
	(func (export "table") (loop $l (br_table $l $l (i32.const 7))))
	(func $tail (export "tail") (return_call $tail))
	(func $work (param i32))
	(func (export "calls") (loop $l (call $work (i32.const 1)) (br $l)))
	(func (export "block") (call $wait) (loop $l (br $l)))
	(func (export "once") (call $wait))
	(func (export "two") (result i32) (i32.const 2)))`

// wantInterrupted checks the error of a call that was cancelled.
func wantInterrupted(t testing.TB, err, cause error) {
	t.Helper()
	var trap *weft.Trap
	if !errors.As(err, &trap) || trap.Code != weft.TrapInterrupted || !errors.Is(err, cause) {
		t.Errorf("have %v, want an interruption because of %v", err, cause)
	}
}

// TestCancelSpin cancels guests that never end by themselves. The instance goes on to work.
func TestCancelSpin(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "wait", func() {})
	in := w.instantiate(spinModule)
	for _, name := range []string{"spin", "condition", "table", "tail", "calls", "block"} {
		ctx, cancel := context.WithTimeout(bg, 5*time.Millisecond)
		start := time.Now()
		_, err := w.try(ctx, in, name)
		cancel()
		wantInterrupted(t, err, context.DeadlineExceeded)
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("%s: cancelled after %v", name, d)
		}
		w.expect(w.call(in, "two"), int32(2))
	}
}

// TestCancelBefore makes calls whose context is already done.
func TestCancelBefore(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "wait", func() {})
	in := w.instantiate(spinModule)
	broken := errors.New("the client hung up")
	ctx, cancel := context.WithCancelCause(bg)
	cancel(broken)
	_, err := w.try(ctx, in, "two")
	wantInterrupted(t, err, broken)
	two, err := weft.Lookup0[int32](in, "two")
	if err != nil {
		t.Fatal(err)
	}
	_, err = two(ctx)
	wantInterrupted(t, err, broken)
	if _, err := w.linker.Instantiate(ctx, in.Module()); !errors.Is(err, broken) {
		t.Errorf("Instantiate: have %v, want %v", err, broken)
	}
	if _, err := w.engine.Compile(ctx, binary(t, spinModule)); !errors.Is(err, broken) {
		t.Errorf("Compile: have %v, want %v", err, broken)
	}
	w.expect(w.call(in, "two"), int32(2))
}

// TestCancelAfter cancels contexts of calls that have returned: later calls with the same machine must not notice.
func TestCancelAfter(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "wait", func() {})
	in := w.instantiate(spinModule)
	for range 1000 {
		ctx, cancel := context.WithCancel(bg)
		if _, err := w.try(ctx, in, "two"); err != nil {
			t.Fatal(err)
		}
		go cancel()
		w.expect(w.call(in, "two"), int32(2))
	}
}

// TestCancelHost cancels guests that are in a function of the host.
func TestCancelHost(t *testing.T) {
	for _, c := range []struct {
		name string
		wait func(context.Context) error
	}{
		{"returns the context's error", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
		{"returns the cause", func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }},
		{"pays no attention", func(context.Context) error { time.Sleep(20 * time.Millisecond); return nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, weft.Limits{})
			w.define("env", "wait", c.wait)
			in := w.instantiate(spinModule)
			ctx, cancel := context.WithTimeoutCause(bg, 5*time.Millisecond, errors.New("too slow"))
			defer cancel()
			_, err := w.try(ctx, in, "block")
			wantInterrupted(t, err, err.(*weft.Trap).Err)
			w.expect(w.call(in, "two"), int32(2))
		})
	}
}

// TestCancelInner cancels a call that a host function makes, but not the one around it.
func TestCancelInner(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	var inner error
	w.define("env", "inner", func(ctx context.Context, in *weft.Instance) {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
		defer cancel()
		_, inner = w.try(ctx, in, "spin")
	})
	in := w.instantiate(`(module (import "env" "inner" (func $inner))
		(func (export "spin") (loop $l (br $l)))
		(func (export "outer") (result i32) (call $inner) (i32.const 5)))`)
	w.expect(w.call(in, "outer"), int32(5))
	wantInterrupted(t, inner, context.DeadlineExceeded)
}
