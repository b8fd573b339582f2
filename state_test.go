package weft_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/weft-wasm/weft"
)

// closer is host state that notes when it is closed.
type closer struct {
	name string
	log  *[]string
	err  error
}

func (c *closer) Close() error {
	*c.log = append(*c.log, c.name)
	return c.err
}

// TestState makes state when it is first asked for, once for each instance, and closes it with the instance, the latest first.
func TestState(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	var log []string
	made := 0
	broken := errors.New("flush failed")
	a := weft.NewState(func(*weft.Instance) (*closer, error) { made++; return &closer{"a", &log, broken}, nil })
	b := weft.NewState(func(in *weft.Instance) (*closer, error) {
		if _, err := a.Of(in); err != nil { // state may build on other state
			return nil, err
		}
		return &closer{"b", &log, nil}, nil
	})
	bad := weft.NewState(func(*weft.Instance) (int, error) { return 0, errors.New("no such device") })
	in := w.instantiate(`(module)`)
	for range 3 {
		if s, err := b.Of(in); err != nil || s.name != "b" {
			t.Fatal(s, err)
		}
		if s, err := a.Of(in); err != nil || s.name != "a" {
			t.Fatal(s, err)
		}
	}
	_, err := bad.Of(in)
	expectError(t, err, "weft: host state: no such device")
	_, err = a.Of(nil)
	expectError(t, err, "weft: host state needs a calling instance, and there is none")
	w.expect(made, 1)
	if err := in.Close(); !errors.Is(err, broken) {
		t.Errorf("have %v, want %v", err, broken)
	}
	w.expect(fmt.Sprint(log), "[b a]")
	if err := in.Close(); err != nil {
		t.Errorf("the second Close returns %v", err)
	}
	_, err = a.Of(in)
	expectError(t, err, "weft: the instance is closed")
}

// TestUnknownImportsAsTraps links a module whose imports nobody knows.
func TestUnknownImportsAsTraps(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "known", func() int32 { return 1 })
	m := w.compile(`(module
		(import "env" "known" (func $known (result i32)))
		(import "gpu" "draw" (func $draw (param v128 externref) (result f64)))
		(func (export "known") (result i32) (call $known))
		(func (export "draw") (drop (call $draw (v128.const i64x2 0 0) (ref.null extern)))))`)
	if err := w.linker.DefineUnknownImportsAsTraps(m); err != nil {
		t.Fatal(err)
	}
	in, err := w.linker.Instantiate(bg, m)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	w.expect(w.call(in, "known"), int32(1))
	_, err = w.try(bg, in, "draw")
	expectError(t, err, `weft: host function gpu.draw failed: the import "gpu.draw" was called, but is not defined`)
}

// TestInstantiateInHost makes instances from within a function of the host, linked to the instance that calls it.
func TestInstantiateInHost(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	plugin := w.compile(`(module (import "main" "counter" (global $n (mut i32)))
		(import "main" "add" (func $add (param i32)))
		(func (export "run") (call $add (i32.const 5)) (global.set $n (i32.mul (global.get $n) (i32.const 2)))))`)
	w.define("env", "plugin", func(ctx context.Context, in *weft.Instance) error {
		l := weft.NewLinker(w.engine)
		if err := l.DefineInstance("main", in); err != nil {
			return err
		}
		p, err := l.Instantiate(ctx, plugin)
		if err != nil {
			return err
		}
		defer p.Close()
		_, err = w.try(ctx, p, "run")
		return err
	})
	in := w.instantiate(`(module (import "env" "plugin" (func $plugin))
		(global $n (export "counter") (mut i32) (i32.const 1))
		(func (export "add") (param i32) (global.set $n (i32.add (global.get $n) (local.get 0))))
		(func (export "main") (result i32) (call $plugin) (call $plugin) (global.get $n)))`)
	w.expect(w.call(in, "main"), int32(34))
}
