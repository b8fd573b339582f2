package weft_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/weft-wasm/weft"
)

// TestCompileReader compiles modules that arrive in pieces, not completely, or not at all.
func TestCompileReader(t *testing.T) {
	b := binary(t, typedModule)
	e := weft.NewEngine(testConfig())
	for _, r := range []io.Reader{bytes.NewReader(b), iotest.OneByteReader(bytes.NewReader(b)), iotest.DataErrReader(bytes.NewReader(b))} {
		m, err := e.CompileReader(bg, r)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(m.Exports()); n != 11 {
			t.Errorf("%d exports", n)
		}
	}
	broken := errors.New("connection reset")
	if _, err := e.CompileReader(bg, io.MultiReader(bytes.NewReader(b[:100]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("have %v, want %v", err, broken)
	}
	for n := range b {
		_, err := e.CompileReader(bg, bytes.NewReader(b[:n]))
		var me *weft.ModuleError
		if err != nil && !errors.As(err, &me) {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if _, compiled := e.Compile(bg, b[:n]); (compiled == nil) != (err == nil) {
			t.Fatalf("%d bytes: Compile says %v, CompileReader %v", n, compiled, err)
		}
	}
	ctx, cancel := context.WithCancel(bg)
	cancel()
	if _, err := e.CompileReader(ctx, bytes.NewReader(b)); !errors.Is(err, context.Canceled) {
		t.Errorf("have %v", err)
	}
}

// TestModuleTypes describes imports and exports of every kind.
func TestModuleTypes(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	m := w.compile(`(module $all
		(import "a" "f" (func (param i32 v128) (result externref)))
		(import "a" "m" (memory i64 1 2))
		(import "a" "t" (table 1 funcref))
		(import "a" "g" (global (mut f32)))
		(import "a" "e" (tag (param i64)))
		(memory $s 1 2 shared) (export "s" (memory $s))
		(export "t" (table 0)) (export "e" (tag 0)) (export "g" (global 0)) (export "f" (func 0))
		(@custom "note" "one") (@custom "note" "two"))`)
	var have []string
	for _, im := range m.Imports() {
		have = append(have, im.Module+"."+im.Name+" "+im.Type.Kind()+" "+im.Type.String())
	}
	for _, ex := range m.Exports() {
		have = append(have, ex.Name+" "+ex.Type.Kind()+" "+ex.Type.String())
	}
	want := []string{
		"a.f func [i32 v128] -> [externref]", "a.m memory i64 1 2", "a.t table 1 funcref", "a.g global (mut f32)", "a.e tag [i64]",
		"s memory 1 2 shared", "t table 1 funcref", "e tag [i64]", "g global (mut f32)", "f func [i32 v128] -> [externref]",
	}
	for i := range want {
		if i >= len(have) || have[i] != want[i] {
			t.Fatalf("have %q\nwant %q", have, want)
		}
	}
	notes := m.CustomSections("note")
	if len(notes) != 2 || string(notes[1]) != "two" {
		t.Errorf("have %q", notes)
	}
	w.expect(m.Name(), "all")
}
