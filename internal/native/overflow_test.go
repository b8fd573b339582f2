package native_test

import (
	"context"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

const bottomless = `(module $bottomless
	(import "env" "again" (func $again (param i32)))
	(type $t (func (param i32)))
	(table 1 funcref) (elem (i32.const 0) $indirect)
	(func $direct (export "direct") (param i32) (call $direct (local.get 0)) (drop (i32.const 1)))
	(func $ping (export "mutual") (param i32) (call $pong (i64.const 1) (local.get 0)) (drop (i32.const 1)))
	(func $pong (param i64 i32) (local v128 v128) (call $ping (local.get 1)) (drop (i32.const 1)))
	(func $indirect (export "indirect") (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)) (drop (i32.const 1)))
	(func $hosts (export "hosts") (param i32) (call $again (local.get 0)) (drop (i32.const 1)))
	(func (export "one") (result i32) (i32.const 1)))`

// TestOverflow lets guests recurse until there is no stack. Tiers differ in how deep that is, and in which of two functions is the innermost: the one
// that could not make a call, or the one that it would have called. From there on they have the same backtrace.
func TestOverflow(t *testing.T) {
	cycles := map[string][]string{ // the functions of a backtrace, round and round
		"direct":   {"function 1 (direct) at 0x74"},
		"mutual":   {"function 2 (ping) at 0x80", "function 3 (pong) at 0x8c"},
		"indirect": {"function 4 (indirect) at 0x98"},
		"hosts":    {"function 5 (hosts) at 0xa3", "host function env.again"},
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
			if trap := s.trap(err, weft.TrapStackExhausted); trap != nil {
				s.expectCycle(name, trap.Frames, cycle)
			}
			s.want(in, int32(1), "one")
		}
	}
	t.Run("interpreter", func(t *testing.T) { run(t, weft.Config{Tier: weft.TierInterpreter}) })
	eachConfig(t, run)
}

// expectCycle checks that a backtrace leads round a cycle of functions, the first frame apart: of that it checks the function.
func (s *stage) expectCycle(name string, frames []weft.Frame, cycle []string) {
	s.Helper()
	if len(frames) != 100 {
		s.Errorf("%s: %d frames, want 100", name, len(frames))
		return
	}
	first := 0
	for first < len(cycle) && cycle[first] != frames[1].String() {
		first++
	}
	for i := range frames {
		have, want := frames[i].String(), cycle[(first+(i+1)*(len(cycle)-1))%len(cycle)]
		if i == 0 {
			have, _, _ = strings.Cut(have, " at ")
			want, _, _ = strings.Cut(want, " at ")
		}
		if have != want {
			s.Errorf("%s: frame %d is %s, want %s", name, i, have, want)
			return
		}
	}
}
