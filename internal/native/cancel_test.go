package native_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

// endless are functions that do not end by themselves, and what is left of them if they are stopped.
const endless = `(module
	(import "env" "nothing" (func $nothing))
	(import "env" "again" (func $again (param i32)))
	(import "env" "wait" (func $wait))
	(type $none (func))
	(memory 512) (table 1 funcref) (elem (i32.const 0) $leaf)
	(tag $t)
	(func $leaf)
	(func (export "loop") (loop $l (br $l)))
	(func (export "nest of loops") (local i32) (loop $l
		(local.set 0 (i32.const 1000))
		(loop $m (br_if $m (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
		(br $l)))
	(func (export "vectors") (param i32) (local v128 v128) (loop $l
		(local.set 1 (i32x4.add (local.get 1) (i32x4.splat (i32.const 1))))
		(local.set 2 (f32x4.add (local.get 2) (f32x4.splat (f32.const 1))))
		(br_if $l (i32.eqz (i32.and (i32x4.extract_lane 0 (i32x4.sub (local.get 1) (local.get 1))) (local.get 0))))))
	(func (export "indirect calls") (loop $l (call_indirect (type $none) (i32.const 0)) (br $l)))
	(func $tail (export "tail calls") (return_call $tail))
	(func (export "host calls") (loop $l (call $nothing) (br $l)))
	(func (export "exceptions") (loop $l (block $h (try_table (catch $t $h) (throw $t))) (br $l)))
	(func (export "memory.fill") (loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x2000000)) (br $l)))
	(func (export "memory.copy") (loop $l (memory.copy (i32.const 0) (i32.const 1) (i32.const 0x1ffffff)) (br $l)))
	(func (export "host that waits") (call $wait))
	(func $nested (export "guest in guest") (param i32) (call $again (local.get 0)) (loop $l (br_if $l (i32.eqz (local.get 0)))) (unreachable))
	(func (export "one") (result i32) (i32.const 1)))`

// TestCancelLatency cancels guests in the middle of everything that they can be in. How long that takes is logged; it ought to be less than 20 ms.
func TestCancelLatency(t *testing.T) {
	eachTier(t, func(s *stage) {
		s.define("nothing", func() {})
		s.define("wait", func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) })
		s.define("again", func(ctx context.Context, in *weft.Instance, n int32) error {
			if n == 0 {
				return nil
			}
			_, err := s.try(ctx, in, "guest in guest", n-1)
			return err
		})
		in := s.instantiate(endless)
		for _, c := range []struct {
			name string
			args []any
		}{
			{"loop", nil}, {"nest of loops", nil}, {"vectors", []any{-1}}, {"indirect calls", nil}, {"tail calls", nil}, {"host calls", nil},
			{"exceptions", nil}, {"memory.fill", nil}, {"memory.copy", nil}, {"host that waits", nil}, {"guest in guest", []any{0}}, {"guest in guest", []any{5}},
		} {
			var longest time.Duration
			for range 3 {
				longest = max(longest, s.cancelled(in, c.name, c.args...))
				s.want(in, int32(1), "one")
			}
			if s.Logf("%s%v: cancelled within %v", c.name, c.args, longest); longest > 10*time.Second {
				s.Errorf("%s%v: cancelled after %v", c.name, c.args, longest)
			}
		}
	})
}

var errHungUp = errors.New("the client hung up")

// cancelled calls a function, cancels its context some time later, and returns how long it takes from then to the end of the call.
func (s *stage) cancelled(in *weft.Instance, name string, args ...any) time.Duration {
	s.Helper()
	ctx, cancel := context.WithCancelCause(bg)
	var at atomic.Pointer[time.Time]
	timer := time.AfterFunc(3*time.Millisecond, func() {
		now := time.Now()
		at.Store(&now)
		cancel(errHungUp)
	})
	defer timer.Stop()
	_, err := s.try(ctx, in, name, args...)
	end := time.Now()
	if s.trap(err, weft.TrapInterrupted); !errors.Is(err, errHungUp) {
		s.Fatalf("%s: have %v, want the cause %v", name, err, errHungUp)
	}
	return end.Sub(*at.Load())
}

// TestCancelOuter cancels a call while a host function that it has made calls a guest with a context of its own: that call goes on to its end, and
// the one around it ends then.
func TestCancelOuter(t *testing.T) {
	eachTier(t, func(s *stage) {
		var inner []any
		ctx, cancel := context.WithCancelCause(bg)
		s.define("call", func(in *weft.Instance) (err error) {
			cancel(errHungUp)
			inner, err = s.try(bg, in, "count", 5_000_000)
			return err
		})
		in := s.instantiate(`(module (import "env" "call" (func $call))
			(func (export "count") (param i32) (result i32) (local i32) (loop $l
				(br_if $l (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (local.get 0))))
				(local.get 1))
			(func (export "outer") (call $call) (loop $l (br $l))))`)
		_, err := s.try(ctx, in, "outer")
		if s.trap(err, weft.TrapInterrupted); len(inner) != 1 || inner[0] != int32(5_000_000) {
			s.Errorf("the inner call returned %v", inner)
		}
		s.want(in, int32(3), "count", 3)
	})
}

// TestCancelTyped cancels typed calls of a function that has been called so often without a context that it has a stack of its own, by deadlines
// and before they begin.
func TestCancelTyped(t *testing.T) {
	eachTier(t, func(s *stage) {
		in := s.instantiate(`(module (func (export "count") (param i64) (result i64) (local i64) (loop $l
			(br_if $l (i64.ne (local.tee 1 (i64.add (local.get 1) (i64.const 1))) (local.get 0))))
			(local.get 1)))`)
		count, err := weft.Lookup1[int64, int64](in, "count")
		if err != nil {
			s.Fatal(err)
		}
		works := func() {
			for range 40 {
				if n, err := count(bg, 3); n != 3 || err != nil {
					s.Fatalf("have %d, %v", n, err)
				}
			}
		}
		works()
		deadline, cancel := context.WithTimeout(bg, 3*time.Millisecond)
		defer cancel()
		for range 2 { // when the deadline comes, and when it is over
			_, err = count(deadline, 0)
			if s.trap(err, weft.TrapInterrupted); !errors.Is(err, context.DeadlineExceeded) {
				s.Errorf("have %v", err)
			}
			works()
		}
	})
}

// TestCancelWhileTaken cancels a call in a function of the host while a guest of the same store spins on another goroutine: it does not wait for that.
func TestCancelWhileTaken(t *testing.T) {
	eachTier(t, func(s *stage) {
		ctx, cancel := context.WithCancelCause(bg)
		var stop func()
		s.define("host", func(in *weft.Instance) { stop = s.spin(in); cancel(errHungUp) })
		in := s.instantiate(taken)
		_, err := s.try(ctx, in, "call", 5)
		s.trap(err, weft.TrapInterrupted)
		stop()
		s.want(in, int32(1), "one")
	})
}
