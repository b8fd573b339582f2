package weft_test

import (
	"errors"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestIndirectCalls makes indirect calls in instances that follow each other, with tables that nothing but calls looks into: each call is of a
// function of the instance at hand, again and again, and functions that fail do so as always.
func TestIndirectCalls(t *testing.T) {
	eachTier(t, func(t *testing.T, e *weft.Engine) {
		ctx := t.Context()
		linker := weft.NewLinker(e)
		if err := linker.Define("host", "double", func(x int32) int32 { return 2 * x }); err != nil {
			t.Fatal(err)
		}
		prepared, err := linker.Prepare(compile(t, e, `(module
			(import "host" "double" (func $double (param i32) (result i32)))
			(type $unary (func (param i32) (result i32)))
			(type $other (func))
			(memory 1)
			(global $sum (mut i32) (i32.const 0))
			(table (export "table") 20 funcref)
			(table $second 3 funcref)
			(elem (i32.const 2) $add $sub $fail $double $down $add)
			(elem (table $second) (i32.const 0) func $sub)
			(func $add (param i32) (result i32) (global.set $sum (i32.add (global.get $sum) (local.get 0))) (global.get $sum))
			(func $sub (param i32) (result i32) (global.set $sum (i32.sub (global.get $sum) (local.get 0))) (global.get $sum))
			(func $fail (param i32) (result i32) unreachable)
			(func $down (param i32) (result i32)
				(if (result i32) (local.get 0)
					(then (i32.add (i32.const 1) (call_indirect (type $unary) (i32.sub (local.get 0) (i32.const 1)) (i32.const 6))))
					(else (i32.const 0))))
			(func (export "call") (param $f i32) (param $x i32) (result i32)
				(call_indirect (type $unary) (local.get $x) (local.get $f)))
			(func (export "tail") (param $f i32) (param $x i32) (result i32)
				(return_call_indirect (type $unary) (local.get $x) (local.get $f)))
			(func (export "second") (param $f i32) (param $x i32) (result i32)
				(call_indirect $second (type $unary) (local.get $x) (local.get $f)))
			(func (export "wrong") (param $f i32) (param i32) (result i32) (call_indirect (type $other) (local.get $f)) (i32.const 0)))`))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			in, err := prepared.Instantiate(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			other, err := prepared.Instantiate(ctx)
			if err != nil {
				t.Fatal(err)
			}
			indirectCalls(t, in)
			indirectCalls(t, other)
			other.Close()
		}
	})
}

func indirectCalls(t *testing.T, in *weft.Instance) {
	for _, c := range []struct {
		export string
		f, x   int32
		want   int32
		trap   weft.TrapCode
	}{
		{export: "call", f: 2, x: 5, want: 5},
		{export: "call", f: 2, x: 6, want: 11},
		{export: "call", f: 7, x: 1, want: 12},
		{export: "tail", f: 3, x: 2, want: 10},
		{export: "second", f: 0, x: 1, want: 9},
		{export: "call", f: 5, x: 21, want: 42},
		{export: "tail", f: 5, x: 1, want: 2},
		{export: "call", f: 6, x: 50, want: 50},
		{export: "call", f: 6, x: 1_000_000, trap: weft.TrapStackExhausted},
		{export: "call", f: 4, trap: weft.TrapUnreachable},
		{export: "tail", f: 4, trap: weft.TrapUnreachable},
		{export: "call", f: 0, trap: weft.TrapUninitializedElement},
		{export: "second", f: 2, trap: weft.TrapUninitializedElement},
		{export: "call", f: 20, trap: weft.TrapUndefinedElement},
		{export: "wrong", f: 3, trap: weft.TrapIndirectCallTypeMismatch},
	} {
		f, err := weft.Lookup2[int32, int32, int32](in, c.export)
		if err != nil {
			t.Fatal(err)
		}
		have, err := f(t.Context(), c.f, c.x)
		var trap *weft.Trap
		switch errors.As(err, &trap); {
		case c.trap == 0 && (err != nil || have != c.want):
			t.Errorf("%s %d %d: have %d, %v, want %d", c.export, c.f, c.x, have, err, c.want)
		case c.trap != 0 && (trap == nil || trap.Code != c.trap):
			t.Errorf("%s %d %d: have %v, want %v", c.export, c.f, c.x, err, c.trap)
		}
	}
}

// TestTableInTheHandsOfTheHost looks into a table that only calls looked into so far, and puts something else there.
func TestTableInTheHandsOfTheHost(t *testing.T) {
	eachTier(t, func(t *testing.T, e *weft.Engine) {
		ctx := t.Context()
		module := compile(t, e, `(module (memory 1)
			(global $n (mut i32) (i32.const 0))
			(table (export "table") 4 funcref)
			(elem (i32.const 1) $inc $inc $get)
			(func $inc (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))
			(func $get (export "get") (result i32) (global.get $n))
			(func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))`)
		for range 2 {
			in, err := weft.NewLinker(e).Instantiate(ctx, module)
			if err != nil {
				t.Fatal(err)
			}
			call, err := weft.Lookup1[int32, int32](in, "call")
			if err != nil {
				t.Fatal(err)
			}
			if n, err := call(ctx, 1); n != 1 || err != nil {
				t.Fatalf("have %d, %v, want 1", n, err)
			}
			table, err := in.ExportedTable("table")
			if err != nil {
				t.Fatal(err)
			}
			get, err := in.Func("get")
			if err != nil {
				t.Fatal(err)
			}
			var funcs [4]*weft.Func
			for i := range uint64(4) {
				v, err := table.Get(i)
				if err != nil {
					t.Fatal(err)
				}
				funcs[i], _ = v.(*weft.Func)
			}
			if funcs[0] != nil || !funcs[1].Equal(funcs[2]) || !funcs[3].Equal(get) {
				t.Error("the elements are not the functions of the instance")
			}
			if v, err := funcs[2].Call(ctx); err != nil || v[0] != int32(2) {
				t.Errorf("have %v, %v, want 2", v, err)
			}
			if err := table.Set(1, get); err != nil {
				t.Error(err)
			}
			if n, err := call(ctx, 1); n != 2 || err != nil {
				t.Errorf("have %d, %v, want 2", n, err)
			}
			in.Close()
			if table.Size() != 0 {
				t.Error("a table of a closed instance has elements")
			}
		}
	})
}
