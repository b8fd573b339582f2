package native_test

import (
	"runtime"
	"testing"

	"github.com/weft-wasm/weft"
)

// garbage makes the collector free all that nothing holds, and writes over it.
func garbage() {
	for range 2 {
		runtime.GC()
	}
	for size := 16; size <= 8192; size *= 2 {
		for range 64 {
			all := make([]byte, size)
			for i := range all {
				all[i] = 0xaa
			}
			runtime.KeepAlive(all)
		}
	}
}

// TestFunctionReferences has guests alone hold references to functions, which the collector does not see, while it runs: to functions of their own,
// of the host, and of instances that the host has forgotten.
func TestFunctionReferences(t *testing.T) {
	const n = 20
	held := func(name, ref string) string { // a function that makes references, has them in its frame, and calls what they lead to
		return `(func (export "` + name + `") (result i32)` + repeat(n, "(local $# funcref)") + repeat(n, "(local.set $# "+ref+")\n") + `
			(call $garbage)
			(i32.const 0)` + repeat(n, "(i32.add (call $add (local.get $#)))\n") + ")\n"
	}
	eachTier(t, func(s *stage) {
		s.define("garbage", garbage)
		s.define("host", func(base int32) *weft.Func {
			f, err := weft.NewFunc(s.engine, func(n int32) int32 { return base + n })
			if err != nil {
				s.Error(err)
			}
			return f
		})
		other := s.compile(`(module (global $base (mut i32) (i32.const 0)) (memory 1)
			(func (export "base") (param i32) (global.set $base (local.get 0)))
			(func (export "add") (param i32) (result i32)
				(i32.store8 (i32.const 0) (local.get 0))
				(i32.add (global.get $base) (i32.load8_u (i32.const 0)))))`)
		s.define("other", func(base int32) (*weft.Func, error) {
			in, err := s.linker.Instantiate(bg, other)
			if err != nil {
				return nil, err
			}
			if _, err := s.try(bg, in, "base", base); err != nil {
				return nil, err
			}
			return in.Func("add")
		})
		in := s.instantiate(`(module
			(type $add (func (param i32) (result i32)))
			(import "env" "garbage" (func $garbage))
			(import "env" "host" (func $host (param i32) (result funcref)))
			(import "env" "other" (func $other (param i32) (result funcref)))
			` + repeat(n, "(func $own# (type $add) (i32.add (local.get 0) (i32.const #)))\n") + `
			(elem declare func` + repeat(n, " $own#") + `)
			(table $t 1 funcref)
			(func $add (param funcref) (result i32)
				(table.set (i32.const 0) (local.get 0))
				(call_indirect (type $add) (i32.const 1) (i32.const 0)))
			` + held("own", "(ref.func $own#)") + held("host", "(call $host (i32.const #))") + held("other", "(call $other (i32.const #))") + `)`)
		for _, name := range []string{"own", "host", "other", "own"} {
			s.want(in, int32(n*(n-1)/2+n), name)
		}
	})
}
