package weft_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

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

// TestCompileReaderErrors compares the errors of modules in which something is wrong, or several things are, with those of Compile.
func TestCompileReaderErrors(t *testing.T) {
	e := weft.NewEngine(testConfig())
	for _, text := range []string{
		`(module (func $f) (func $g drop) (func $h (i32.const 1)))`,
		`(module (func $f) (func $g (i32.trunc_f64_s)) (memory 1) (data (i64.const 0) "x"))`,
		`(module (func) (global i32 (i64.const 1)))`,
		`(module (type (struct)) (func $f) (func $gc (drop (struct.new 0))) (func $h))`,
		`(module (type (struct)) (func $f) (func $gc (drop (struct.new 0))) (func $h drop))`,
		`(module (func $f) (func $atomic (atomic.fence)))`,
		`(module (memory 1) (data (i64.const 0) "x"))`,
	} {
		b := binary(t, text)
		_, want := e.Compile(bg, b)
		_, have := e.CompileReader(bg, iotest.OneByteReader(bytes.NewReader(b)))
		if want == nil || have == nil || have.Error() != want.Error() {
			t.Errorf("%s\nhave %v\nwant %v", text, have, want)
		}
	}
	b := binary(t, `(module (func $f drop) (func $g) (data "behind"))`)
	for n := range b {
		_, want := e.Compile(bg, b[:n])
		_, have := e.CompileReader(bg, bytes.NewReader(b[:n]))
		if (want == nil) != (have == nil) || want != nil && have.Error() != want.Error() {
			t.Errorf("%d bytes:\nhave %v\nwant %v", n, have, want)
		}
	}
}

// manyFuncs is a module with so many functions that call the next, of which the last one returns 42.
func manyFuncs(t testing.TB, n int) []byte {
	var text strings.Builder
	text.WriteString(`(module $many (func (export "first") (result i32) (call 1))`)
	for i := range n - 2 {
		fmt.Fprintf(&text, "(func (result i32) (local i64) (local.set 0 (i64.const %d)) (call %d))", i, i+2)
	}
	text.WriteString(`(func $last (result i32) (i32.const 42)) (memory 1) (data (i32.const 0) "behind the code"))`)
	return binary(t, text.String())
}

// TestCompileReaderOverlaps holds back the rest of a module until functions in front of it are compiled.
func TestCompileReaderOverlaps(t *testing.T) {
	if !isCompiled() {
		return // nothing is compiled
	}
	c := testConfig()
	c.Tier = weft.TierCompiled
	b := manyFuncs(t, 1000)
	compiled := make(chan struct{}, len(b))
	ctx := weft.WithProgress(bg, func(done, total int) {
		if total != 1000 {
			t.Errorf("%d functions in all", total)
		}
		compiled <- struct{}{}
	})
	rest := &waiting{r: bytes.NewReader(b[len(b)/2:]), wait: func() error {
		for range 200 {
			select {
			case <-compiled:
			case <-time.After(10 * time.Second):
				return errors.New("nothing is compiled while the module arrives")
			}
		}
		return nil
	}}
	e := weft.NewEngine(c)
	m, err := e.CompileReader(ctx, io.MultiReader(bytes.NewReader(b[:len(b)/2]), rest))
	if err != nil {
		t.Fatal(err)
	}
	var whole, arrived bytes.Buffer
	if compiled, err := e.Compile(bg, b); err != nil || compiled.Serialize(&whole) != nil || m.Serialize(&arrived) != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(whole.Bytes(), arrived.Bytes()) {
		t.Error("it becomes other code than at once")
	}
	in, err := weft.NewLinker(e).Instantiate(bg, m)
	if err != nil {
		t.Fatal(err)
	}
	first, err := weft.Lookup0[int32](in, "first")
	if err != nil {
		t.Fatal(err)
	}
	if have, err := first(bg); err != nil || have != 42 || in.Memory().Bytes()[0] != 'b' || m.Name() != "many" {
		t.Errorf("have %d, %v, in module %s", have, err, m.Name())
	}
}

// waiting is a reader that waits before it is first read.
type waiting struct {
	r    io.Reader
	wait func() error
}

func (w *waiting) Read(b []byte) (int, error) {
	if w.wait != nil {
		err := w.wait()
		if w.wait = nil; err != nil {
			return 0, err
		}
	}
	return w.r.Read(b)
}

// TestCompileReaderEnds ends a module's arrival in the middle of its functions: nothing goes on behind.
func TestCompileReaderEnds(t *testing.T) {
	b := manyFuncs(t, 200)
	e := weft.NewEngine(testConfig())
	ctx, cancel := context.WithCancelCause(bg)
	enough, broken := errors.New("enough"), errors.New("connection reset")
	before := runtime.NumGoroutine()
	for _, test := range []struct {
		wait func() error
		want error
	}{
		{func() error { return broken }, broken},
		{func() error { cancel(enough); return nil }, enough},
	} {
		rest := &waiting{bytes.NewReader(b[len(b)/2:]), test.wait}
		if _, err := e.CompileReader(ctx, io.MultiReader(bytes.NewReader(b[:len(b)/2]), rest)); !errors.Is(err, test.want) {
			t.Errorf("have %v, want %v", err, test.want)
		}
	}
	now := runtime.NumGoroutine()
	for range 100 { // they may have done all but end
		if now = runtime.NumGoroutine(); now <= before {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if now > before {
		t.Errorf("%d goroutines, before %d", now, before)
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
