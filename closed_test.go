package weft_test

import (
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestTableOutlivesInstance calls what a closed instance has left in a table of the host. By then its memory belongs to another.
func TestTableOutlivesInstance(t *testing.T) {
	eachTier(t, func(t *testing.T, e *weft.Engine) {
		ctx := t.Context()
		table, err := weft.NewTable(e, weft.TableType{Element: weft.FuncRef, Min: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		linker := weft.NewLinker(e)
		if err := linker.Define("host", "table", table); err != nil {
			t.Fatal(err)
		}
		writer := compile(t, e, `(module (import "host" "table" (table 1 funcref)) (memory 1)
			(func $write (i32.store (i32.const 8) (i32.const 0xdb)))
			(elem (i32.const 0) $write))`)
		caller := compile(t, e, `(module (import "host" "table" (table 1 funcref)) (memory (export "memory") 1)
			(func (export "call") (call_indirect (i32.const 0))))`)
		first, err := linker.Instantiate(ctx, writer)
		if err != nil {
			t.Fatal(err)
		}
		f, err := table.Get(0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.(*weft.Func).Call(ctx); err != nil {
			t.Fatal(err)
		}
		first.Close()
		if _, err := f.(*weft.Func).Call(ctx); !errors.Is(err, weft.ErrClosed) {
			t.Errorf("called by the host: have %v, want ErrClosed", err)
		}
		for range 3 {
			runtime.GC() // must not take the record that the table refers to
		}
		second, err := linker.Instantiate(ctx, caller)
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		call, err := second.Func("call")
		if err != nil {
			t.Fatal(err)
		}
		var trap *weft.Trap
		if _, err = call.Call(ctx); !errors.As(err, &trap) || trap.Code != weft.TrapInstanceClosed {
			t.Errorf("called by a guest: have %v, want %v", err, weft.TrapInstanceClosed)
		}
		if b := second.Memory().Bytes()[8]; b != 0 {
			t.Errorf("the memory of the second instance: have 0x%x", b)
		}
	})
}

// TestCloseWhileCalling closes instances while other goroutines call them: a call comes to its end or does not begin.
func TestCloseWhileCalling(t *testing.T) {
	eachTier(t, func(t *testing.T, e *weft.Engine) {
		ctx := t.Context()
		module := compile(t, e, `(module (memory (export "memory") 1)
			(func (export "add") (param i32) (result i32)
				(i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (local.get 0)))
				(i32.load (i32.const 64))))`)
		prepared, err := weft.NewLinker(e).Prepare(module)
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			in, err := prepared.Instantiate(ctx)
			if err != nil {
				t.Fatal(err)
			}
			add, err := weft.Lookup1[int32, int32](in, "add")
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				for want := int32(1); ; want++ {
					have, err := add(ctx, 1)
					if errors.Is(err, weft.ErrClosed) {
						return
					}
					if err != nil || have != want {
						t.Errorf("have %d, %v, want %d", have, err, want)
						return
					}
				}
			})
			wg.Go(func() { in.Close() })
			other, err := prepared.Instantiate(ctx)
			if err != nil {
				t.Fatal(err)
			}
			wg.Wait()
			other.Close()
		}
	})
}

// eachTier runs a test on an engine of every tier that works here.
func eachTier(t *testing.T, test func(t *testing.T, e *weft.Engine)) {
	for _, tier := range []weft.Tier{weft.TierInterpreter, weft.TierCompiled} {
		e := weft.NewEngine(weft.Config{Tier: tier})
		if e.Info().Tier == tier {
			t.Run(tier.String(), func(t *testing.T) { test(t, e) })
		}
	}
}

func compile(t *testing.T, e *weft.Engine, text string) *weft.Module {
	t.Helper()
	m, err := e.Compile(t.Context(), binary(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestGlobalOutlivesInstance uses a global of a closed instance, after which its module has had another instance.
func TestGlobalOutlivesInstance(t *testing.T) {
	eachTier(t, func(t *testing.T, e *weft.Engine) {
		module := compile(t, e, `(module (memory 1) (global (export "secret") (mut i32) (i32.const 1)))`)
		linker := weft.NewLinker(e)
		secret := func() (*weft.Instance, *weft.Global) {
			in, err := linker.Instantiate(t.Context(), module)
			if err != nil {
				t.Fatal(err)
			}
			g, err := in.ExportedGlobal("secret")
			if err != nil {
				t.Fatal(err)
			}
			return in, g
		}
		first, old := secret()
		if err := old.Set(int32(2)); err != nil {
			t.Fatal(err)
		}
		first.Close()
		second, young := secret()
		defer second.Close()
		if v := young.Get(); v != int32(1) {
			t.Errorf("the global of an instance begins as %v, want 1", v)
		}
		if err := young.Set(int32(3)); err != nil {
			t.Fatal(err)
		}
		if v := old.Get(); v != int32(2) {
			t.Errorf("the global of a closed instance is %v, want 2 as it was", v)
		}
	})
}

// TestGlobalsOfClosedInstances has instances that nobody has looked into: what they leave in their globals, others do not begin with.
func TestGlobalsOfClosedInstances(t *testing.T) {
	eachTier(t, func(t *testing.T, e *weft.Engine) {
		module := compile(t, e, `(module (memory 1) (global $g (mut v128) (v128.const i64x2 1 2))
			(func (export "swap") (param i64) (result i64)
				(i64x2.extract_lane 1 (global.get $g))
				(global.set $g (i64x2.splat (local.get 0)))))`)
		linker := weft.NewLinker(e)
		for i := range 5 {
			in, err := linker.Instantiate(t.Context(), module)
			if err != nil {
				t.Fatal(err)
			}
			f, err := in.Func("swap")
			if err != nil {
				t.Fatal(err)
			}
			if v, err := f.Call(t.Context(), int64(100+i)); err != nil || v[0] != int64(2) {
				t.Errorf("have %v, %v, want 2", v, err)
			}
			in.Close()
		}
	})
}
