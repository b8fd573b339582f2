package weft_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestUncaughtException lets exceptions of guests and of the host come out of calls.
func TestUncaughtException(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	tag := weft.NewTag(w.engine, weft.TagType{Params: []weft.ValueType{weft.I32, weft.Vec128, weft.ExternRef}})
	w.define("env", "tag", tag)
	in := w.instantiate(`(module $thrower
		(import "env" "tag" (tag $t (param i32 v128 externref)))
		(export "tag" (tag $t))
		(func $inner (param externref) (throw $t (i32.const 7) (v128.const i64x2 1 2) (local.get 0)))
		(func $outer (export "throw") (param externref) (call $inner (local.get 0))))`)
	_, err := w.try(bg, in, "throw", weft.Extern{Value: "x"})
	var x *weft.Exception
	if !errors.As(err, &x) {
		t.Fatalf("have %v, want an exception", err)
	}
	expectError(t, err, "weft: uncaught exception in function 0 (inner) at 0x54")
	if have, want := x.Backtrace(), "  0: function 0 (inner) at 0x54\n  1: function 1 (outer) at 0x5b\n"; have != want {
		t.Errorf("have backtrace\n%swant\n%s", have, want)
	}
	if !x.Tag.Equal(tag) || fmt.Sprint(x.Values) != "[7 {1 2} {x}]" {
		t.Errorf("have values %v", x.Values)
	}
	exported, err := in.ExportedTag("tag")
	if err != nil || !exported.Equal(tag) || exported.Type().String() != "[i32 v128 externref]" {
		t.Errorf("have tag %v, %v", exported, err)
	}
	w.call(w.instantiate(`(module (func (export "fine")))`), "fine")
}

// TestExceptionsAcrossHosts throws through several instances with functions of the host between them.
func TestExceptionsAcrossHosts(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	tag := weft.NewTag(w.engine, weft.TagType{Params: []weft.ValueType{weft.I64}})
	other := weft.NewTag(w.engine, weft.TagType{Params: []weft.ValueType{weft.I64}})
	w.define("env", "tag", tag)
	w.define("env", "other", other)
	var ins []*weft.Instance
	passed := 0
	w.define("env", "next", func(ctx context.Context, in *weft.Instance, n int32) error {
		switch {
		case n == 100:
			return fmt.Errorf("wrapped: %w", &weft.Exception{Tag: tag, Values: []any{int64(n)}})
		case n == 101:
			return &weft.Exception{Tag: other, Values: []any{int64(n)}}
		case n == 102:
			return &weft.Exception{Tag: tag, Values: []any{"text"}}
		case n == 103:
			return &weft.Exception{Tag: tag}
		case n == 104:
			return &weft.Exception{}
		case n == 105:
			return &weft.Trap{Code: weft.TrapUnreachable}
		}
		_, err := w.try(ctx, ins[n], "run", n-1)
		if x := new(weft.Exception); errors.As(err, &x) {
			passed++
		}
		return err
	})
	for range 4 {
		ins = append(ins, w.instantiate(`(module
			(import "env" "tag" (tag $t (param i64)))
			(import "env" "other" (tag $o (param i64)))
			(import "env" "next" (func $next (param i32)))
			(func (export "run") (param i32)
				(drop (block $h (result i64)
					(try_table (catch $o $h)
						(if (i32.lt_s (local.get 0) (i32.const 0)) (then (throw $t (i64.const 55))))
						(call $next (local.get 0)))
					(i64.const 0))))
			(func (export "catch") (param i32) (result i64) (local i64 i64)
				(local.set 1 (i64.const 1000))
				(block $h (result i64)
					(try_table (catch $t $h) (local.set 2 (i64.const 1)) (call $next (local.get 0)))
					(i64.const -1))
				(i64.add (local.get 1)) (i64.add (local.get 2)))
			(func (export "tail") (param i32) (result i64)
				(block $h (result i64)
					(try_table (catch $t $h) (call $tailed (local.get 0)))
					(i64.const -1)))
			(func $tailed (param i32)
				(try_table (catch_all 0) (return_call $next (local.get 0)))
				(unreachable)))`))
	}
	w.expect(w.call(ins[0], "catch", 3), int64(1056))
	w.expect(passed, 4)
	w.expect(w.call(ins[0], "catch", 100), int64(1101))
	w.expect(w.call(ins[0], "tail", 100), int64(100))
	for n, want := range map[int]string{
		102: "weft: host function env.next failed: value 1 of an exception: type mismatch: have string, want int64 or uint64 (i64)",
		103: "weft: host function env.next failed: exception: type mismatch: have no values, want 1 for [i64]",
		104: "weft: host function env.next failed: exception without a tag",
		105: "weft: unreachable in host function env.next",
	} {
		_, err := w.try(bg, ins[0], "catch", n)
		expectError(t, err, want)
	}
	_, err := w.try(bg, ins[0], "catch", 101)
	if x := new(weft.Exception); !errors.As(err, &x) || !x.Tag.Equal(other) || x.Values[0] != int64(101) {
		t.Errorf("have %v, want the exception of the other tag", err)
	}
}
