package weft_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/weft-wasm/weft"
)

const addModule = `(module $calc
	(memory (export "memory") 1 2)
	(table (export "table") 2 4 funcref)
	(global (export "counter") (mut i32) (i32.const 7))
	(global (export "version") i64 (i64.const 3))
	(func $add (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
	(func (export "scale") (param f64 v128 externref) (result f64) (local.get 0))
	(func $div (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))`

// TestImportMessages are the mistakes in linking.
func TestImportMessages(t *testing.T) {
	for _, c := range []struct{ name, module, want string }{
		{"missing", `(module (import "env" "abort" (func (param i32))))`,
			`weft: unknown import "env.abort" (func [i32] -> [])`},
		{"misspelt", `(module (import "env" "prnt" (func (param i32 i32))))`,
			`weft: unknown import "env.prnt" (func [i32 i32] -> []) (did you mean "env.print"?)`},
		{"wrong module", `(module (import "enw" "print" (func (param i32 i32))))`,
			`weft: unknown import "enw.print" (func [i32 i32] -> []) (did you mean "env.print"?)`},
		{"wrong signature", `(module (import "env" "print" (func (param i64) (result i32))))`,
			`weft: incompatible import type for "env.print": have func [i32 i32] -> [], want func [i64] -> [i32]`},
		{"wrong kind", `(module (import "env" "print" (memory 1)))`,
			`weft: incompatible import type for "env.print": have func [i32 i32] -> [], want memory 1`},
		{"small memory", `(module (import "env" "memory" (memory 2)))`,
			`weft: incompatible import type for "env.memory": have memory 1 2, want memory 2`},
		{"memory without maximum", `(module (import "env" "memory" (memory 1 1)))`,
			`weft: incompatible import type for "env.memory": have memory 1 2, want memory 1 1`},
		{"immutable global", `(module (import "env" "version" (global (mut i64))))`,
			`weft: incompatible import type for "env.version": have global i64, want global (mut i64)`},
		{"wrong table", `(module (import "env" "table" (table 2 externref)))`,
			`weft: incompatible import type for "env.table": have table 2 4 funcref, want table 2 externref`},
		{"wrong tag", `(module (import "env" "oops" (tag (param i64))))`,
			`weft: incompatible import type for "env.oops": have tag [i32], want tag [i64]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, weft.Limits{})
			w.define("env", "print", func(ptr, n int32) {})
			if err := w.linker.DefineInstance("env", w.instantiate(addModule)); err != nil {
				t.Fatal(err)
			}
			w.define("env", "oops", weft.NewTag(w.engine, weft.TagType{Params: []weft.ValueType{weft.I32}}))
			_, err := w.linker.Instantiate(bg, w.compile(c.module))
			expectError(t, err, c.want)
			if le := new(weft.LinkError); !errors.As(err, &le) {
				t.Errorf("have %T, want *weft.LinkError", err)
			}
		})
	}
}

// TestCallMessages are the mistakes in calling.
func TestCallMessages(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(addModule)
	for _, c := range []struct {
		name string
		args []any
		want string
	}{
		{"add", []any{1}, "weft: call of add: type mismatch: have 1 argument, want 2 for [i32 i32] -> [i32]"},
		{"add", nil, "weft: call of add: type mismatch: have no arguments, want 2 for [i32 i32] -> [i32]"},
		{"add", []any{1, 2.5}, "weft: argument 2 of add: type mismatch: have float64 (f64), want int32 or uint32 (i32)"},
		{"add", []any{int64(1), 2}, "weft: argument 1 of add: type mismatch: have int64 (i64), want int32 or uint32 (i32)"},
		{"add", []any{"1", 2}, "weft: argument 1 of add: type mismatch: have string, want int32 or uint32 (i32)"},
		{"add", []any{nil, 2}, "weft: argument 1 of add: type mismatch: have nil, want int32 or uint32 (i32)"},
		{"scale", []any{1.0, 2, nil}, "weft: argument 2 of scale: type mismatch: have int, want weft.V128 (v128)"},
		{"scale", []any{float32(1), weft.V128{}, nil}, "weft: argument 1 of scale: type mismatch: have float32 (f32), want float64 (f64)"},
		{"scale", []any{1.0, weft.V128{}, 3}, "weft: argument 3 of scale: type mismatch: have int, want weft.Extern (externref)"},
		{"divide", []any{1, 0}, "weft: integer divide by zero in function 2 (div) at 0x8d"},
	} {
		_, err := w.try(bg, in, c.name, c.args...)
		expectError(t, err, c.want)
	}
	if large := math.MaxInt; large > math.MaxInt32 {
		_, err := w.try(bg, in, "add", large, 2)
		expectError(t, err, "weft: argument 1 of add: type mismatch: have int 9223372036854775807, want int32 or uint32 (i32)")
	}
	f, _ := in.Func("add")
	expectError(t, f.CallRaw(bg, make([]uint64, 1)), "weft: call of add: type mismatch: have 1 slot, want 2 for [i32 i32] -> [i32]")
}

// TestExportMessages are the mistakes in looking up exports.
func TestExportMessages(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(addModule)
	_, err := in.Func("ad")
	expectError(t, err, `weft: no export "ad" (did you mean "add"?)`)
	_, err = in.Func("subtract")
	expectError(t, err, `weft: no export "subtract"`)
	_, err = in.Func("memory")
	expectError(t, err, `weft: export "memory": have a memory, want a func`)
	_, err = in.ExportedMemory("add")
	expectError(t, err, `weft: export "add": have a func, want a memory`)
	_, err = in.ExportedGlobal("countr")
	expectError(t, err, `weft: no export "countr" (did you mean "counter"?)`)
	_, err = weft.Lookup2[int32, int64, int32](in, "add")
	expectError(t, err, "weft: function add: type mismatch: have [i32 i32] -> [i32], want [i32 i64] -> [i32]")
	_, err = weft.Lookup1[int32, weft.None](in, "add")
	expectError(t, err, "weft: function add: type mismatch: have [i32 i32] -> [i32], want [i32] -> []")
	_, err = weft.Lookup0[string](in, "add")
	expectError(t, err, "weft: result type: type mismatch: have string, want int32, uint32, int64, uint64, float32, float64, weft.V128, *weft.Func or weft.Extern, weft.None, weft.Tuple2 or weft.Tuple3")
}

// TestClosedMessages are the uses of what is closed.
func TestClosedMessages(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	m := w.compile(addModule)
	in, err := w.linker.Instantiate(bg, m)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := in.Func("add")
	add, err := weft.Lookup2[int32, int32, int32](in, "add")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	const want = "weft: the instance is closed"
	_, err = f.Call(bg, 1, 2)
	expectError(t, err, want)
	_, err = add(bg, 1, 2)
	expectError(t, err, want)
	_, err = in.Func("add")
	expectError(t, err, want)
	expectError(t, w.linker.DefineInstance("calc", in), want)
	if in.Memory() != nil {
		t.Error("a closed instance has a memory")
	}
	if err := w.engine.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = w.engine.Compile(bg, binary(t, addModule))
	expectError(t, err, "weft: the engine is closed")
	_, err = w.linker.Instantiate(bg, m)
	expectError(t, err, "weft: the engine is closed")
	if !errors.Is(err, weft.ErrClosed) {
		t.Error("not ErrClosed")
	}
}

// TestCompileMessages are modules that do not compile.
func TestCompileMessages(t *testing.T) {
	for _, c := range []struct{ name, module, want string }{
		{"GC", `(module (type $p (struct (field i32))) (func $make (result (ref $p)) (struct.new $p (i32.const 1))))`,
			"weft: function 0 (make) at 0x1f: struct.new: unsupported instruction: GC instructions are not supported yet"},
		{"GC in a global", `(module (type $a (array i8)) (global (ref $a) (array.new_default $a (i32.const 1))))`,
			"weft: module at 0x16: array.new_default: unsupported instruction: GC instructions are not supported yet"},
		{"atomics", `(module (memory 1 1 shared) (func $inc (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))))`,
			"weft: function 0 (inc) at 0x21: i32.atomic.rmw.add: unsupported instruction: atomic instructions are not supported yet"},
		{"types", `(module (func $bad (result i32) (i64.const 1)))`,
			"weft: function 0 (bad) at 0x1a: end: type mismatch: have i64, want i32"},
	} {
		e := weft.NewEngine(testConfig())
		_, err := e.Compile(bg, binary(t, c.module))
		if expectError(t, err, c.want); err == nil {
			continue
		}
		me := new(weft.ModuleError)
		if !errors.As(err, &me) || me.Offset <= 0 {
			t.Errorf("%s: have %#v, want a *weft.ModuleError with an offset", c.name, err)
		}
	}
	e := weft.NewEngine(testConfig())
	_, err := e.Compile(bg, []byte("(module)"))
	expectError(t, err, `weft: module at 0x0: magic header not detected: have "(mod", want "\x00asm" (this looks like the text format)`)
	_, err = e.Compile(bg, nil)
	expectError(t, err, `weft: module at 0x0: unexpected end: have 0 bytes, want the 4 of "\x00asm"`)
	e = weft.NewEngine(weft.Config{Tier: weft.TierCompiled})
	if _, err = e.Compile(bg, binary(t, addModule)); e.Info().Tier == weft.TierCompiled {
		if err != nil {
			t.Error(err)
		}
	} else {
		expectError(t, err, "weft: the compiled tier is not available: weft: "+e.Info().Reason)
	}
}

// TestRangeMessages are accesses out of bounds by the host.
func TestRangeMessages(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(addModule)
	mem := in.Memory()
	_, err := mem.Slice(65530, 10)
	expectError(t, err, "weft: memory access out of bounds: offset 65530, length 10, size 65536")
	_, err = mem.ReadUint32(1 << 63)
	expectError(t, err, "weft: memory access out of bounds: offset 9223372036854775808, length 4, size 65536")
	expectError(t, mem.WriteString(65535, "ab"), "weft: memory access out of bounds: offset 65535, length 2, size 65536")
	_, err = mem.Grow(2)
	expectError(t, err, "weft: memory of 3 pages exceeds the limit of 2")
	_, err = mem.Grow(1<<64 - 1)
	expectError(t, err, "weft: memory of 18446744073709551615 pages exceeds the limit of 2")
	tab, err := in.ExportedTable("table")
	if err != nil {
		t.Fatal(err)
	}
	_, err = tab.Get(2)
	expectError(t, err, "weft: table access out of bounds: offset 2, length 1, size 2")
	expectError(t, tab.Set(0, 1), "weft: value: type mismatch: have int, want *weft.Func (funcref)")
	_, err = tab.Grow(3, nil)
	expectError(t, err, "weft: table of 5 elements exceeds the limit of 4")
	g, err := in.ExportedGlobal("version")
	if err != nil {
		t.Fatal(err)
	}
	expectError(t, g.Set(1), "weft: the global is not mutable")
	g, _ = in.ExportedGlobal("counter")
	expectError(t, g.Set(1.5), "weft: value: type mismatch: have float64 (f64), want int32 or uint32 (i32)")
}

// TestLimitMessages are modules and objects that are too large.
func TestLimitMessages(t *testing.T) {
	w := newWorld(t, weft.Limits{MemoryBytes: 1 << 20, TableElements: 100})
	for _, c := range []struct{ module, want string }{
		{`(module (memory 17))`, "weft: memory of 17 pages exceeds the limit of 16"},
		{`(module (memory i64 0x1000000000000))`, "weft: memory of 281474976710656 pages exceeds the limit of 16"},
		{`(module (table 101 funcref))`, "weft: table of 101 elements exceeds the limit of 100"},
	} {
		_, err := w.linker.Instantiate(bg, w.compile(c.module))
		expectError(t, err, c.want)
		if le := new(weft.LimitError); !errors.As(err, &le) {
			t.Errorf("have %T, want *weft.LimitError", err)
		}
	}
	_, err := weft.NewMemory(w.engine, weft.MemoryType{Min: 2, Max: 1, HasMax: true})
	expectError(t, err, "weft: memory type 2 1: minimum is greater than maximum")
	_, err = weft.NewMemory(w.engine, weft.MemoryType{Min: 1, Shared: true})
	expectError(t, err, "weft: memory type 1 shared: a shared memory must have a maximum")
	_, err = weft.NewMemory(w.engine, weft.MemoryType{Min: 65537})
	expectError(t, err, "weft: memory type 65537: size must be at most 65536")
	_, err = weft.NewTable(w.engine, weft.TableType{Element: weft.I32}, nil)
	expectError(t, err, "weft: element type of a table: type mismatch: have i32, want a reference type")
	_, err = weft.NewGlobal(w.engine, weft.GlobalType{Value: weft.I64}, 1.5)
	expectError(t, err, "weft: value: type mismatch: have float64 (f64), want int64 or uint64 (i64)")
}

// TestHostFuncMessages are Go functions that cannot be host functions, and errors that come out of those that can.
func TestHostFuncMessages(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	const values = "int32, uint32, int64, uint64, float32, float64, weft.V128, *weft.Func or weft.Extern"
	for _, c := range []struct {
		f    any
		want string
	}{
		{func(string) {}, `weft: define "env.f": parameter 1 of host function func(string): type mismatch: have string, want ` + values},
		{func(int32) (int32, []byte) { return 0, nil }, `weft: define "env.f": result 2 of host function func(int32) (int32, []uint8): type mismatch: have []uint8, want ` + values},
		{func(...int32) {}, `weft: define "env.f": host function: type mismatch: have func(...int32), want a function that is not variadic`},
		{42, `weft: define "env.f": host function: type mismatch: have int, want a Go function`},
		{nil, `weft: define "env.f": host function: type mismatch: have nil, want a Go function`},
		{(func())(nil), `weft: define "env.f": host function: type mismatch: have a nil func(), want a Go function`},
	} {
		expectError(t, w.linker.Define("env", "f", c.f), c.want)
	}
	w.define("env", "fail", func(ctx context.Context) error { return errors.New("disk full") })
	w.define("env", "exit", func() error { return fmt.Errorf("leaving: %w", &weft.ExitError{Code: 3}) })
	in := w.instantiate(`(module
		(import "env" "fail" (func $fail)) (import "env" "exit" (func $exit))
		(func $save (export "save") (call $fail))
		(func (export "quit") (call $exit)))`)
	_, err := w.try(bg, in, "save")
	expectError(t, err, "weft: host function env.fail failed: disk full")
	var trap *weft.Trap
	if !errors.As(err, &trap) {
		t.Fatalf("have %T, want *weft.Trap", err)
	}
	if have, want := trap.Backtrace(), "  0: host function env.fail\n  1: function 2 (save) at 0x42\n"; have != want {
		t.Errorf("have backtrace\n%swant\n%s", have, want)
	}
	_, err = w.try(bg, in, "quit")
	expectError(t, err, "weft: the guest exited with code 3")
}

// TestEngineMessages are objects of one engine used with another.
func TestEngineMessages(t *testing.T) {
	w, other := newWorld(t, weft.Limits{}), newWorld(t, weft.Limits{})
	in := other.instantiate(addModule)
	f, _ := in.Func("add")
	expectError(t, w.linker.Define("env", "add", f), `weft: define "env.add": it belongs to another engine`)
	expectError(t, w.linker.DefineInstance("calc", in), `weft: define instance "calc": it belongs to another engine`)
	_, err := w.linker.Instantiate(bg, other.compile(addModule))
	expectError(t, err, "weft: the module belongs to another engine than the linker")
}
