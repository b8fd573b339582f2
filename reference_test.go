package weft_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestExternRoundTrip passes values of the host through every place that holds references.
func TestExternRoundTrip(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "swap", func(a, b weft.Extern) (weft.Extern, weft.Extern) { return b, a })
	in := w.instantiate(`(module
		(import "env" "swap" (func $swap (param externref externref) (result externref externref)))
		(table $t (export "tab") 1 externref) (global $g (export "glob") (mut externref) (ref.null extern))
		(func (export "table") (param externref) (result externref)
			(table.set (i32.const 0) (local.get 0)) (table.get (i32.const 0)))
		(func (export "global") (param externref) (result externref) (global.set $g (local.get 0)) (global.get $g))
		(func (export "host") (param externref externref) (result externref externref) (call $swap (local.get 0) (local.get 1)))
		(func (export "null") (param externref) (result i32) (ref.is_null (local.get 0)))
		(export "direct" (func $swap)))`)
	type thing struct{ n int }
	x, y := &thing{1}, &thing{2}
	for _, name := range []string{"table", "global"} {
		w.expect(w.call(in, name, weft.Extern{Value: x}), weft.Extern{Value: x})
		w.expect(w.call(in, name, nil), weft.Extern{})
	}
	for _, name := range []string{"host", "direct"} {
		results, err := w.try(bg, in, name, weft.Extern{Value: x}, weft.Extern{Value: y})
		if err != nil {
			t.Fatal(err)
		}
		w.expect(results[0], weft.Extern{Value: y})
		w.expect(results[1], weft.Extern{Value: x})
		typed, err := weft.Lookup2[weft.Extern, weft.Extern, weft.Tuple2[weft.Extern, weft.Extern]](in, name)
		if err != nil {
			t.Fatal(err)
		}
		both, err := typed(bg, weft.Extern{Value: 1}, weft.Extern{Value: "two"})
		if err != nil {
			t.Fatal(err)
		}
		w.expect(both, weft.Tuple2[weft.Extern, weft.Extern]{A: weft.Extern{Value: "two"}, B: weft.Extern{Value: 1}})
	}
	w.expect(w.call(in, "null", nil), int32(1))
	w.expect(w.call(in, "null", weft.Extern{}), int32(1))
	w.expect(w.call(in, "null", weft.Extern{Value: 0}), int32(0))
	tab, err := in.ExportedTable("tab")
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.Set(0, weft.Extern{Value: "set"}); err != nil {
		t.Fatal(err)
	}
	v, err := tab.Get(0)
	if err != nil {
		t.Fatal(err)
	}
	w.expect(v, weft.Extern{Value: "set"})
	g, err := in.ExportedGlobal("glob")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Set(weft.Extern{Value: "glob"}); err != nil {
		t.Fatal(err)
	}
	w.expect(g.Get(), weft.Extern{Value: "glob"})
}

// TestFuncReferences passes functions of guests and of the host around, between instances as well.
func TestFuncReferences(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	double, err := weft.NewFunc(w.engine, func(n int32) int32 { return 2 * n })
	if err != nil {
		t.Fatal(err)
	}
	w.define("env", "pick", func() *weft.Func { return double })
	w.define("env", "apply", func(ctx context.Context, f *weft.Func, n int32) (int32, error) {
		results, err := f.Call(ctx, n)
		if err != nil {
			return 0, err
		}
		return results[0].(int32), nil
	})
	in := w.instantiate(`(module
		(type $t (func (param i32) (result i32)))
		(import "env" "pick" (func $pick (result funcref)))
		(import "env" "apply" (func $apply (param funcref i32) (result i32)))
		(memory 1) (data (i32.const 0) "\2a")
		(table $t (export "table") 2 funcref)
		(func $peek (export "peek") (type $t) (i32.load8_u (local.get 0)))
		(func (export "via") (param funcref i32) (result i32)
			(table.set (i32.const 1) (local.get 0))
			(call_indirect (type $t) (local.get 1) (i32.const 1)))
		(func (export "picked") (param i32) (result i32)
			(table.set (i32.const 0) (call $pick))
			(call_indirect (type $t) (local.get 0) (i32.const 0)))
		(func (export "self") (result funcref) (ref.func $peek))
		(func (export "applied") (param i32) (result i32) (call $apply (ref.func $peek) (local.get 0))))`)
	w.expect(w.call(in, "via", double, 21), int32(42))
	w.expect(w.call(in, "picked", 4), int32(8))
	w.expect(w.call(in, "applied", 0), int32(42))
	peek := w.call(in, "self").(*weft.Func)
	if f, _ := in.Func("peek"); !f.Equal(peek) {
		t.Error("the reference is another function than the export")
	}
	// A function of one instance in the table of another runs in its own memory.
	other := w.instantiate(`(module (type $t (func (param i32) (result i32))) (memory 0) (table (export "table") 1 funcref)
		(func (export "run") (param i32) (result i32) (call_indirect (type $t) (local.get 0) (i32.const 0))))`)
	tab, err := other.ExportedTable("table")
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.Set(0, peek); err != nil {
		t.Fatal(err)
	}
	w.expect(w.call(other, "run", 0), int32(42))
	if _, err := w.try(bg, other, "run", 70_000); err == nil {
		t.Error("no trap behind the end of the memory")
	}
	// The functions live on with nothing else to hold them.
	peek, in, double = nil, nil, nil
	for range 3 {
		runtime.GC()
	}
	w.expect(w.call(other, "run", 0), int32(42))
}

// TestExternsAreSwept makes millions of references in every way. What is not referred to any more goes.
func TestExternsAreSwept(t *testing.T) {
	before := heapInUse()
	w := newWorld(t, weft.Limits{})
	w.define("env", "make", func(n int32) weft.Extern { return weft.Extern{Value: make([]byte, 1000)} })
	w.define("env", "check", func(x weft.Extern) int32 {
		if x.Value == "kept" {
			return 1
		}
		return 0
	})
	in := w.instantiate(`(module
		(import "env" "make" (func $make (param i32) (result externref)))
		(import "env" "check" (func $check (param externref) (result i32)))
		(tag $t (param externref))
		(tag $u (param exnref))
		(table $tab (export "table") 10 externref)
		(global $glob (mut externref) (ref.null extern))
		(global $exn (mut exnref) (ref.null exn))
		(func (export "results") (param $n i32) (loop $l
			(drop (call $make (local.get $n)))
			(br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
		(func (export "argument") (param externref))
		(func $throw (throw $t (call $make (i32.const 0))))
		(func (export "exceptions") (param $n i32) (loop $l
			(block $h (result externref exnref)
				(try_table (catch_ref $t $h) (call $throw))
				(unreachable))
			(drop) (drop)
			(br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
		(func (export "keep") (param externref)
			(table.set (i32.const 3) (local.get 0))
			(global.set $glob (local.get 0))
			;; an exception in an exception in a global
			(block $h (result exnref) (try_table (catch_all_ref $h) (throw $t (local.get 0))) (unreachable))
			(global.set $exn)
			(block $h (result exnref) (try_table (catch_all_ref $h) (throw $u (global.get $exn))) (unreachable))
			(global.set $exn))
		(func (export "kept") (param externref) (result i32) (local externref)
			(block $h (result exnref) (try_table (catch $u $h) (throw_ref (global.get $exn))) (unreachable))
			(local.set 1 (call $open))
			(i32.add (i32.add (call $check (table.get (i32.const 3))) (call $check (global.get $glob)))
				(i32.add (call $check (local.get 0)) (call $check (local.get 1)))))
		(func $open (param exnref) (result externref)
			(block $h (result externref) (try_table (catch $t $h) (throw_ref (local.get 0))) (unreachable))))`)
	w.call(in, "keep", weft.Extern{Value: "kept"})
	n := 200_000
	if testing.Short() {
		n /= 4
	}
	for _, name := range []string{"results", "exceptions"} {
		w.call(in, name, n)
	}
	argument, err := in.Func("argument")
	if err != nil {
		t.Fatal(err)
	}
	tab, err := in.ExportedTable("table")
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := argument.Call(bg, weft.Extern{Value: make([]byte, 1000)}); err != nil {
			t.Fatal(err)
		}
		if err := tab.Set(0, weft.Extern{Value: i}); err != nil {
			t.Fatal(err)
		}
	}
	// Each kind alone would be 200 MB. The bound is that of the sweeps, some thousand objects.
	if after := heapInUse(); after > before+50<<20 {
		t.Errorf("%d MB in use, %d MB before", after>>20, before>>20)
	}
	w.expect(w.call(in, "kept", weft.Extern{Value: "kept"}), int32(4))
	runtime.KeepAlive(in)
}

// heapInUse is how many bytes of the heap are in use.
func heapInUse() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
