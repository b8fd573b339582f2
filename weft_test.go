package weft_test

import (
	"context"
	"testing"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

var bg = context.Background()

// binary is the binary form of a module in the text format.
func binary(t testing.TB, text string) []byte {
	t.Helper()
	m, err := wat.Parse("test.wat", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return wasm.Encode(m)
}

// world is an engine and a linker for the modules of one test.
type world struct {
	testing.TB
	engine *weft.Engine
	linker *weft.Linker
}

func newWorld(t testing.TB, limits weft.Limits) *world {
	e := weft.NewEngine(weft.Config{Limits: limits})
	return &world{t, e, weft.NewLinker(e)}
}

func (w *world) compile(text string) *weft.Module {
	w.Helper()
	m, err := w.engine.Compile(bg, binary(w, text))
	if err != nil {
		w.Fatal(err)
	}
	return m
}

func (w *world) define(module, name string, v any) {
	w.Helper()
	if err := w.linker.Define(module, name, v); err != nil {
		w.Fatal(err)
	}
}

// instantiate makes an instance that is closed when the test ends.
func (w *world) instantiate(text string) *weft.Instance {
	w.Helper()
	in, err := w.linker.Instantiate(bg, w.compile(text))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = in.Close() })
	return in
}

// call calls an exported function, which must return one value or none.
func (w *world) call(in *weft.Instance, name string, args ...any) any {
	w.Helper()
	results, err := w.try(bg, in, name, args...)
	if err != nil {
		w.Fatalf("%s%v: %v", name, args, err)
	}
	if len(results) == 0 {
		return nil
	}
	return results[0]
}

func (w *world) try(ctx context.Context, in *weft.Instance, name string, args ...any) ([]any, error) {
	w.Helper()
	f, err := in.Func(name)
	if err != nil {
		w.Fatal(err)
	}
	return f.Call(ctx, args...)
}

// expect fails the test unless v is want.
func (w *world) expect(v, want any) {
	w.Helper()
	if v != want {
		w.Errorf("have %v (%T), want %v (%T)", v, v, want, want)
	}
}

// expectError fails the test unless err has exactly this text.
func expectError(t testing.TB, err error, want string) {
	t.Helper()
	if err == nil {
		t.Errorf("have no error, want %s", want)
	} else if err.Error() != want {
		t.Errorf("have %s\nwant %s", err, want)
	}
}
