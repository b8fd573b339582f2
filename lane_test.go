package weft_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

// often is how many calls on one goroutine make a function one that is called often, for certain.
const often = 300

// laneWorld is an instance whose functions do simple things. The host's function does what "do" is.
func laneWorld(t *testing.T) (in *weft.Instance, do *func(context.Context, *weft.Instance) error) {
	t.Helper()
	w := newWorld(t, weft.Limits{})
	do = new(func(context.Context, *weft.Instance) error)
	w.define("host", "do", weft.Host1(w.engine, func(ctx context.Context, caller *weft.Instance, x int32) (int32, error) {
		return x + 1, (*do)(ctx, caller)
	}))
	*do = func(context.Context, *weft.Instance) error { return nil }
	return w.instantiate(`(module
		(import "host" "do" (func $do (param i32) (result i32)))
		(memory 1)
		(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
		(func (export "mix") (param f32 i64 f64 i32 f64 f32) (result f64)
			(f64.add (f64.add (f64.promote_f32 (local.get 0)) (f64.convert_i64_s (local.get 1)))
				(f64.add (f64.mul (local.get 2) (f64.convert_i32_s (local.get 3))) (f64.sub (local.get 4) (f64.promote_f32 (local.get 5))))))
		(func (export "half") (param f32) (result f32) (f32.mul (local.get 0) (f32.const 0.5)))
		(func (export "spin") (param i32) (result i32) (loop $l (br_if $l (local.get 0))) (i32.const 7))
		(func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
		(func (export "host") (param i32) (result i32) (call $do (local.get 0)))
		(func (export "maybe") (param i32) (result i32)
			(if (result i32) (local.get 0) (then (call $do (local.get 0))) (else (i32.const 0)))))`), do
}

func lookup1(t *testing.T, in *weft.Instance, name string) func(context.Context, int32) (int32, error) {
	t.Helper()
	f, err := weft.Lookup1[int32, int32](in, name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func callOften(t *testing.T, f func(context.Context, int32) (int32, error), want int32) {
	t.Helper()
	for range often {
		if r, err := f(context.Background(), 0); r != want || err != nil {
			t.Fatal(r, err)
		}
	}
}

func TestWordsOfAllNumbers(t *testing.T) {
	in, _ := laneWorld(t)
	mix, err := weft.Lookup6[float32, int64, float64, int32, float64, float32, float64](in, "mix")
	if err != nil {
		t.Fatal(err)
	}
	half, err := weft.Lookup1[float32, float32](in, "half")
	if err != nil {
		t.Fatal(err)
	}
	pi, y := math.Pi, float32(1.5)
	for i := range often {
		x := float64(i)
		if r, err := mix(t.Context(), float32(x), int64(-i), x/8, int32(i), pi, y); r != x/8*x+(pi-float64(y)) || err != nil {
			t.Fatal(i, r, err)
		}
		if r, err := mix(context.Background(), float32(x), int64(-i), x/8, int32(-i), pi, y); r != -x/8*x+(pi-float64(y)) || err != nil {
			t.Fatal(i, r, err)
		}
		if r, err := half(context.Background(), float32(i)); r != float32(i)/2 || err != nil {
			t.Fatal(i, r, err)
		}
	}
}

// TestInterruptOfWords interrupts a call that its store does not know of, and no later one.
func TestInterruptOfWords(t *testing.T) {
	in, _ := laneWorld(t)
	spin := lookup1(t, in, "spin")
	reason := errors.New("enough")
	for range 5 {
		callOften(t, spin, 7)
		var stop sync.WaitGroup
		stop.Go(func() {
			time.Sleep(20 * time.Millisecond)
			in.Interrupt(reason)
		})
		if _, err := spin(context.Background(), 1); !errors.Is(err, reason) {
			t.Fatalf("have %v, want the reason", err)
		}
		stop.Wait()
		in.Interrupt(reason)
		if r, err := spin(context.Background(), 0); r != 7 || err != nil {
			t.Fatal(r, err)
		}
	}
}

func TestCloseOfWords(t *testing.T) {
	in, _ := laneWorld(t)
	add := lookup1(t, in, "spin")
	callOften(t, add, 7)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := add(context.Background(), 0); err != weft.ErrClosed {
		t.Errorf("have %v, want ErrClosed", err)
	}
}

func TestTrapsOfWords(t *testing.T) {
	in, _ := laneWorld(t)
	load := lookup1(t, in, "load")
	for range 3 {
		callOften(t, load, 0)
		_, err := load(context.Background(), -1)
		var trap *weft.Trap
		if !errors.As(err, &trap) || len(trap.Frames) != 1 {
			t.Fatalf("have %v, want a trap in one frame", err)
		}
	}
}

// TestContextsOfWords gives the host the context of each call.
func TestContextsOfWords(t *testing.T) {
	in, do := laneWorld(t)
	host := lookup1(t, in, "host")
	type key struct{}
	var have any
	*do = func(ctx context.Context, _ *weft.Instance) error { have = ctx.Value(key{}); return nil }
	for i := range 2 * often {
		ctx := context.WithValue(context.Background(), key{}, i/3)
		if r, err := host(ctx, 4); r != 5 || err != nil || have != i/3 {
			t.Fatal(i, r, err, have)
		}
	}
}

// TestWordsFromTheHost calls a function again, and others of the instance, from the function of the host that it calls, when that was not seen to happen before
// and when it was.
func TestWordsFromTheHost(t *testing.T) {
	in, do := laneWorld(t)
	maybe, spin := lookup1(t, in, "maybe"), lookup1(t, in, "spin")
	callOften(t, maybe, 0)
	callOften(t, spin, 7)
	depth := 0
	*do = func(ctx context.Context, _ *weft.Instance) error {
		if r, err := spin(ctx, 0); r != 7 || err != nil {
			t.Error(r, err)
		}
		if depth++; depth%5 != 0 {
			if r, err := maybe(ctx, 9); r != 10 || err != nil {
				t.Error(r, err)
			}
		}
		return nil
	}
	for range often {
		if r, err := maybe(context.Background(), 3); r != 4 || err != nil {
			t.Fatal(r, err)
		}
	}
}

// TestPanicsThroughWords has functions of the host panic and end their goroutines, in calls that have not called the host before and in those that have.
func TestPanicsThroughWords(t *testing.T) {
	in, do := laneWorld(t)
	maybe := lookup1(t, in, "maybe")
	callOften(t, maybe, 0)
	for i := range 20 {
		*do = func(context.Context, *weft.Instance) error { panic(i) }
		func() {
			defer func() {
				if r := recover(); r != i {
					t.Errorf("have %v, want %d", r, i)
				}
			}()
			_, _ = maybe(context.Background(), 1)
		}()
		*do = func(context.Context, *weft.Instance) error { runtime.Goexit(); return nil }
		var group sync.WaitGroup
		group.Go(func() { _, _ = maybe(context.Background(), 1) })
		group.Wait()
		*do = func(context.Context, *weft.Instance) error { return nil }
		if r, err := maybe(context.Background(), 1); r != 2 || err != nil {
			t.Fatal(i, r, err)
		}
		callOften(t, maybe, 0)
		if err := in.Reset(context.Background()); err != nil {
			t.Fatal(i, err) // not if a call is left open
		}
	}
}

// TestWordsOnGoroutines calls a function on several goroutines, one of which does so often enough to have the store to itself.
func TestWordsOnGoroutines(t *testing.T) {
	in, do := laneWorld(t)
	add, err := weft.Lookup2[int32, int32, int32](in, "add")
	if err != nil {
		t.Fatal(err)
	}
	*do = func(context.Context, *weft.Instance) error { runtime.Gosched(); return nil }
	host := lookup1(t, in, "host")
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range int32(20_000) {
				if r, err := add(context.Background(), i, int32(g)); err != nil && err != weft.ErrConcurrent || err == nil && r != i+int32(g) {
					t.Error(g, i, r, err)
					return
				}
				if g > 0 && i%16 == 0 {
					if r, err := host(context.Background(), i); err != nil && err != weft.ErrConcurrent || err == nil && r != i+1 {
						t.Error(g, i, r, err)
						return
					}
					time.Sleep(time.Microsecond)
				}
			}
		})
	}
	group.Wait()
	if r, err := add(context.Background(), 1, 2); r != 3 || err != nil {
		t.Error(r, err)
	}
	if err := in.Reset(context.Background()); err != nil {
		t.Error(err) // not if a call is left open
	}
}
