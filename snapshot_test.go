package weft_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/weft-wasm/weft"
)

// counterText has something of all that a snapshot freezes. Its state is a number that "next" increments: in a global, in memory, grown by then,
// and by which function a table leads to.
const counterText = `(module
	(import "host" "zero" (func $zero (result i32)))
	(memory (export "memory") 1 4)
	(global $n (mut i32) (i32.const 0))
	(global $f (mut funcref) (ref.null func))
	(table $t (export "table") 3 5 funcref)
	(elem (table $t) (i32.const 1) func $zero $one)
	(elem $passive func $one $two)
	(data $text "passive")
	(data (i32.const 100) "active")
	(start $start)
	(func $start (global.set $n (i32.add (global.get $n) (i32.const 100))))
	(func $one (result i32) (i32.add (global.get $n) (i32.const 1)))
	(func $two (result i32) (i32.add (global.get $n) (i32.const 2)))
	(func (export "initialise")
		(global.set $n (i32.const 1000))
		(global.set $f (ref.func $two))
		(drop (memory.grow (i32.const 1)))
		(memory.init $text (i32.const 0x10000) (i32.const 0) (i32.const 7))
		(data.drop $text)
		(drop (table.grow $t (ref.func $two) (i32.const 1)))
		(table.init $t $passive (i32.const 0) (i32.const 1) (i32.const 1))
		(elem.drop $passive))
	(func (export "next") (result i32)
		(i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
		(global.set $n (i32.add (global.get $n) (i32.load (i32.const 8))))
		(global.get $n))
	(func (export "call") (param i32) (result i32) (call_indirect $t (result i32) (local.get 0)))
	(func (export "global") (result i32)
		(table.set $t (i32.const 0) (global.get $f))
		(call_indirect $t (result i32) (i32.const 0)))
	(func (export "init") (memory.init $text (i32.const 0) (i32.const 0) (i32.const 1)))
	(func (export "elem") (table.init $t $passive (i32.const 0) (i32.const 0) (i32.const 1)))
	(func (export "pages") (result i32) (memory.size)))`

func counter(t *testing.T, e *weft.Engine) *weft.Prepared {
	t.Helper()
	linker := weft.NewLinker(e)
	if err := linker.Define("host", "zero", func() int32 { return 0 }); err != nil {
		t.Fatal(err)
	}
	p, err := linker.Prepare(compile(t, e, counterText))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// does calls an export and compares the result, or the trap.
func does(t *testing.T, in *weft.Instance, export string, want any, args ...any) {
	t.Helper()
	f, err := in.Func(export)
	if err != nil {
		t.Fatal(err)
	}
	have, err := f.Call(t.Context(), args...)
	code, trap := want.(weft.TrapCode)
	var e *weft.Trap
	switch {
	case trap && (!errors.As(err, &e) || e.Code != code):
		t.Errorf("%s: have %v, %v, want %v", export, have, err, code)
	case !trap && err != nil:
		t.Errorf("%s: %v", export, err)
	case !trap && want != nil && have[0] != want:
		t.Errorf("%s: have %v, want %v", export, have[0], want)
	}
}

// begins sees that an instance is as the module has it.
func begins(t *testing.T, in *weft.Instance) {
	t.Helper()
	does(t, in, "pages", int32(1))
	does(t, in, "next", int32(101))
	does(t, in, "next", int32(103))
	does(t, in, "call", weft.TrapUninitializedElement, 0)
	does(t, in, "call", int32(0), 1)
	does(t, in, "call", int32(104), 2)
	does(t, in, "call", weft.TrapUndefinedElement, 3)
	does(t, in, "elem", nil)
	does(t, in, "call", int32(104), 0)
	does(t, in, "global", weft.TrapUninitializedElement)
	does(t, in, "init", nil)
	if b := in.Memory().Bytes(); b[0] != 'p' || string(b[100:106]) != "active" || len(b) != 1<<16 {
		t.Error("the memory is not what it should be")
	}
}

// initialised sees that an instance is as it was after the initialiser.
func initialised(t *testing.T, in *weft.Instance) {
	t.Helper()
	does(t, in, "pages", int32(2))
	does(t, in, "next", int32(1001))
	does(t, in, "next", int32(1003))
	does(t, in, "call", int32(1005), 0)
	does(t, in, "call", int32(0), 1)
	does(t, in, "call", int32(1004), 2)
	does(t, in, "call", int32(1005), 3)
	does(t, in, "global", int32(1005))
	does(t, in, "init", weft.TrapMemoryOutOfBounds)
	does(t, in, "elem", weft.TrapTableOutOfBounds)
	if b := in.Memory().Bytes(); string(b[0x10000:0x10007]) != "passive" || string(b[100:106]) != "active" {
		t.Error("the memory is not what it should be")
	}
}

// TestSnapshot freezes an instance after its initialiser, makes others of that, and resets all of them.
func TestSnapshot(t *testing.T) {
	eachTier(t, func(t *testing.T, e *weft.Engine) {
		ctx := t.Context()
		p := counter(t, e)
		first := make1(t, p)
		does(t, first, "initialise", nil)
		ready, err := first.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		initialised(t, first)
		for range 3 {
			a, b := make1(t, ready), make1(t, ready)
			initialised(t, a)
			initialised(t, b)
			if err := a.Reset(ctx); err != nil {
				t.Fatal(err)
			}
			initialised(t, a)
			a.Close()
			b.Close()
		}
		for range 2 {
			if err := first.Reset(ctx); err != nil {
				t.Fatal(err)
			}
			begins(t, first)
		}
		again, err := first.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		first.Close()
		runtime.GC()
		does(t, make1(t, again), "next", int32(106))
		initialised(t, make1(t, ready))
		begins(t, make1(t, p))
	})
}

func make1(t *testing.T, p *weft.Prepared) *weft.Instance {
	t.Helper()
	in, err := p.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	return in
}

// TestSnapshotRefused asks for snapshots and resets of what has none.
func TestSnapshotRefused(t *testing.T) {
	e := weft.NewEngine(weft.Config{})
	ctx := t.Context()
	linker := weft.NewLinker(e)
	base := compile(t, e, `(module (memory (export "memory") 1) (table (export "table") 1 externref) (global (export "global") (mut i32) (i32.const 0)))`)
	in, err := linker.Instantiate(ctx, base)
	if err == nil {
		err = linker.DefineInstance("base", in)
	}
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`(module (import "base" "memory" (memory 1)))`:         "weft: snapshot: the instance imports a memory",
		`(module (import "base" "table" (table 1 externref)))`: "weft: snapshot: the instance imports a table",
		`(module (import "base" "global" (global (mut i32))))`: "weft: snapshot: the instance imports a mutable global",
	} {
		other, err := linker.Instantiate(ctx, compile(t, e, text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = other.Snapshot()
		expectError(t, err, want)
		if text == `(module (import "base" "memory" (memory 1)))` {
			expectError(t, in.Reset(ctx), "weft: reset: another instance uses the memory")
		}
		other.Close()
	}
	table, err := in.ExportedTable("table")
	if err == nil {
		err = table.Set(0, weft.Extern{Value: "value"})
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = in.Snapshot()
	expectError(t, err, "weft: snapshot: the instance has a reference in a table that is to no function of it")
	in.Close()
	if _, err := in.Snapshot(); !errors.Is(err, weft.ErrClosed) {
		t.Errorf("a snapshot of a closed instance: have %v, want ErrClosed", err)
	}
	if err := in.Reset(ctx); !errors.Is(err, weft.ErrClosed) {
		t.Errorf("a reset of a closed instance: have %v, want ErrClosed", err)
	}
}

// TestResetWhileCalling resets an instance in a call of the host, where it cannot be.
func TestResetWhileCalling(t *testing.T) {
	eachTier(t, func(t *testing.T, e *weft.Engine) {
		linker := weft.NewLinker(e)
		err := linker.Define("host", "reset", func(ctx context.Context, in *weft.Instance) error {
			_, err := in.Snapshot()
			return errors.Join(err, in.Reset(ctx))
		})
		if err != nil {
			t.Fatal(err)
		}
		in, err := linker.Instantiate(t.Context(), compile(t, e, `(module (import "host" "reset" (func $reset)) (func (export "run") (call $reset)))`))
		if err != nil {
			t.Fatal(err)
		}
		run, err := in.Func("run")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := run.Call(t.Context()); !errors.Is(err, weft.ErrConcurrent) {
			t.Errorf("have %v, want ErrConcurrent", err)
		}
	})
}
