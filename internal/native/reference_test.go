package native_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/weft-wasm/weft"
)

// churned is how many references are made during a call of the host: more than a sweep of the store takes to begin, and than it leaves alone.
const churned = 10_000

// object is what external references of these tests refer to.
type object struct{ number int32 }

// holder is a stage with functions of the host that make references, and that make so many of them that all others go which nothing holds.
type holder struct {
	*stage
	dropped []weak.Pointer[object] // which nothing holds
}

func newHolder(s *stage) *holder {
	h := &holder{stage: s}
	s.define("make", func(n int32) weft.Extern { return weft.Extern{Value: &object{n}} })
	s.define("drop", func(x weft.Extern) { h.dropped = append(h.dropped, weak.Make(x.Value.(*object))) })
	s.define("churn", func(in *weft.Instance) error {
		scratch, err := in.ExportedTable("scratch")
		for i := 0; i < churned && err == nil; i++ {
			err = scratch.Set(0, weft.Extern{Value: i})
		}
		runtime.GC()
		return err
	})
	s.define("check", func(x weft.Extern, n int32) int32 {
		if o, ok := x.Value.(*object); ok && o.number == n {
			return 1
		}
		return 0
	})
	return h
}

const holderImports = `
	(import "env" "make" (func $make (param i32) (result externref)))
	(import "env" "drop" (func $drop (param externref)))
	(import "env" "churn" (func $churn))
	(import "env" "check" (func $check (param externref i32) (result i32)))`

const scratch = `(table $scratch (export "scratch") 1 externref)`

// TestReferencesInRegisters has code hold references across calls of the host, in the registers that such a call preserves and in frames, while the
// store looks for those that nobody holds.
func TestReferencesInRegisters(t *testing.T) {
	eachTier(t, func(s *stage) {
		h := newHolder(s)
		for _, n := range []int{1, 3, 4, 30} {
			in := s.instantiate("(module" + holderImports + scratch + `
				(func (export "hold") (param $rounds i32) (result i32) (local $kept i32)` + repeat(n, "(local $# externref) ") + `
					(call $drop (call $make (i32.const -1)))
					` + repeat(n, "(local.set $# (call $make (i32.const #)))\n") + `
					(loop $l
						(call $churn) (call $churn)
						` + repeat(n, "(local.set $kept (i32.add (local.get $kept) (call $check (local.get $#) (i32.const #))))\n") + `
						(br_if $l (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
					(local.get $kept))
				(func (export "pass") (param` + strings.Repeat(" externref", n) + `) (result i32)
					(call $churn)
					` + repeat(n, "(call $check (local.get #) (i32.const #)) ") + strings.Repeat("i32.add ", n-1) + `)
				(func $levels (export "levels") (param i32) (result i32) (local externref)
					(local.set 1 (call $make (local.get 0)))
					(if (result i32) (local.get 0)
						(then (call $levels (i32.sub (local.get 0) (i32.const 1))))
						(else (call $churn) (i32.const 0)))
					(i32.add (call $check (local.get 1) (local.get 0)))))`)
			s.want(in, int32(2*n), "hold", 2)
			s.want(in, int32(n+1), "levels", n)
			args := make([]any, n)
			for i := range args {
				args[i] = weft.Extern{Value: &object{int32(i)}}
			}
			s.want(in, int32(n), "pass", args...)
		}
		h.expectDropped()
	})
}

// expectDropped checks that the store has looked at all, by what is gone. Some may stay, because a word somewhere looks like a reference to it.
func (h *holder) expectDropped() {
	h.Helper()
	for _, p := range h.dropped {
		if p.Value() == nil {
			return
		}
	}
	h.Errorf("all %d objects are there that nothing has held", len(h.dropped))
}

// TestReferencesOfCallers has a guest hold references while it is in a call of the host, which calls the guest again, on another stack.
func TestReferencesOfCallers(t *testing.T) {
	eachTier(t, func(s *stage) {
		h := newHolder(s)
		s.define("again", func(ctx context.Context, in *weft.Instance, n int32) (int32, error) {
			results, err := s.try(ctx, in, "nest", n)
			if err != nil {
				return 0, err
			}
			return results[0].(int32), nil
		})
		in := s.instantiate("(module" + holderImports + `
			(import "env" "again" (func $again (param i32) (result i32)))` + scratch + `
			(func (export "nest") (param i32) (result i32) (local externref externref)
				(local.set 1 (call $make (local.get 0)))
				(local.set 2 (call $make (i32.const 77)))
				(call $drop (call $make (i32.const -1)))
				(if (result i32) (local.get 0)
					(then (call $again (i32.sub (local.get 0) (i32.const 1))))
					(else (call $churn) (call $churn) (i32.const 0)))
				(i32.add (call $check (local.get 1) (local.get 0)))
				(i32.add (call $check (local.get 2) (i32.const 77)))))`)
		s.want(in, int32(2*13), "nest", 12)
		h.expectDropped()
	})
}

// TestReferencesInExceptions has exceptions alone hold a reference, at the moment when one is caught and a reference to it is made.
func TestReferencesInExceptions(t *testing.T) {
	eachTier(t, func(s *stage) {
		newHolder(s)
		in := s.instantiate("(module" + holderImports + scratch + `
			(tag $t (param externref))
			(func $throw (param externref) (throw $t (local.get 0)))
			(func $caught (param externref) (result externref)
				(block $h (result externref exnref)
					(try_table (catch_ref $t $h) (call $throw (local.get 0)))
					(unreachable))
				(drop))
			(func (export "rounds") (param $n i32) (result i32) (local $x externref)
				(local.set $x (call $make (i32.const 5)))
				(loop $l
					(local.set $x (call $caught (local.get $x)))
					(br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
				(call $check (local.get $x) (i32.const 5))))`)
		s.want(in, int32(1), "rounds", 40_000)
	})
}
