package weft_test

import (
	"errors"
	"testing"

	"github.com/weft-wasm/weft"
)

// BenchmarkTrap calls a function that traps 20 calls deep, and gets the error with its backtrace.
func BenchmarkTrap(b *testing.B) {
	w := newWorld(b, weft.Limits{})
	in := w.instantiate(`(module $deep (func $down (export "down") (param i32) (result i32)
		(if (i32.eqz (local.get 0)) (then unreachable))
		(i32.add (call $down (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))))`)
	down, err := weft.Lookup1[int32, int32](in, "down")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_, err := down(bg, 19)
		if trap, ok := errors.AsType[*weft.Trap](err); !ok || len(trap.Frames) != 20 || trap.Frames[19].Name != "down" {
			b.Fatal(err)
		}
	}
}
