package native_test

import (
	"context"
	"slices"
	"testing"

	"github.com/weft-wasm/weft"
)

const bottomless = `(module $bottomless
	(import "env" "again" (func $again (param i32)))
	(type $t (func (param i32)))
	(memory 1) (table 1 funcref) (elem (i32.const 0) $indirect)
	(func $direct (export "direct") (param i32) (call $direct (local.get 0)) (drop (i32.const 1)))
	(func $ping (export "mutual") (param i32) (call $pong (i64.const 1) (local.get 0)) (drop (i32.const 1)))
	(func $pong (param i64 i32) (local v128 v128) (call $ping (local.get 1)) (drop (i32.const 1)))
	(func $indirect (export "indirect") (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)) (drop (i32.const 1)))
	(func $wide (export "wide") (param i32) (local v128 v128 v128)
		(local.set 1 (v128.load (i32.const 0))) (local.set 2 (v128.load (i32.const 16))) (local.set 3 (v128.load (i32.const 32)))
		(call $wide (local.get 0))
		(v128.store (i32.const 0) (i8x16.add (local.get 1) (i8x16.add (local.get 2) (local.get 3)))))
	(func $hosts (export "hosts") (param i32) (call $again (local.get 0)) (drop (i32.const 1)))
	(func (export "one") (result i32) (i32.const 1)))`

// TestOverflow lets guests recurse until there is no stack. Tiers differ in how deep that is, and so in which function of a cycle is the innermost.
// From there on they have the same backtrace.
func TestOverflow(t *testing.T) {
	cycles := map[string][]string{ // the functions of a backtrace, round and round
		"direct":   {"function 1 (direct) at 0x81"},
		"mutual":   {"function 2 (ping) at 0x8d", "function 3 (pong) at 0x99"},
		"indirect": {"function 4 (indirect) at 0xa5"},
		"wide":     {"function 5 (wide) at 0xca"},
		"hosts":    {"function 6 (hosts) at 0xe1", "host function env.again"},
	}
	run := func(t *testing.T, c weft.Config) {
		s := newStage(t, c)
		s.define("again", func(ctx context.Context, in *weft.Instance, n int32) error {
			_, err := s.try(ctx, in, "hosts", n)
			return err
		})
		in := s.instantiate(bottomless)
		for name, cycle := range cycles {
			_, err := s.try(bg, in, name, 0)
			if trap := s.trap(err, weft.TrapStackExhausted); trap == nil || len(trap.Frames) != 100 {
				s.Errorf("%s: have %+v, want 100 frames", name, trap)
			} else if name == "wide" {
				s.expectCycle(name, trap.Frames[1:], cycle) // it may get on until it uses what it has no room for
			} else {
				s.expectCycle(name, trap.Frames, cycle)
			}
			s.want(in, int32(1), "one")
		}
	}
	t.Run("interpreter", func(t *testing.T) { run(t, weft.Config{Tier: weft.TierInterpreter}) })
	eachConfig(t, run)
}

// expectCycle checks that a backtrace leads round a cycle of functions.
func (s *stage) expectCycle(name string, frames []weft.Frame, cycle []string) {
	s.Helper()
	first := max(0, slices.Index(cycle, frames[0].String()))
	for i, f := range frames {
		if have, want := f.String(), cycle[(first+i)%len(cycle)]; have != want {
			s.Errorf("%s: frame %d is %s, want %s", name, i, have, want)
			return
		}
	}
}
