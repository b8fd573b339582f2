package weft_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/coredump"
	"github.com/weft-wasm/weft/internal/wasm"
)

const coreModule = `(module $demo
	(import "env" "host" (func $host))
	(memory (export "memory") 2) (memory 1)
	(data (i32.const 70000) "hello")
	(global $count (mut i32) (i32.const 41)) (global f64 (f64.const 1.5)) (global funcref (ref.func $host)) (global v128 (v128.const i64x2 1 2))
	(func $divide (param i32 i32) (result i32) (local f32 i64 v128 f64)
		(local.set 2 (f32.const 2.5)) (local.set 3 (i64.const -7)) (local.set 5 (f64.const -0.5))
		(i32.div_s (local.get 0) (local.get 1)))
	(func $run (export "run") (global.set $count (i32.const 42)) (drop (call $divide (i32.const -1) (i32.const 0))))
	(func (export "ask") (call $host)))`

// dump takes a core dump and reads it.
func (w *world) dump(in *weft.Instance, cause error) *coredump.Dump {
	w.Helper()
	var b bytes.Buffer
	if err := in.CoreDump(&b, "test", cause); err != nil {
		w.Fatal(err)
	}
	d, err := coredump.Read(b.Bytes())
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// calls are the functions of a dump's frames, and their offsets.
func calls(d *coredump.Dump) string {
	var b strings.Builder
	for _, f := range d.Threads[0].Frames {
		fmt.Fprintf(&b, "%d:%d+%d ", f.Instance, f.Func, f.Offset)
	}
	return b.String()
}

func coreWorld(t *testing.T, c weft.Config) *world {
	e := weft.NewEngine(c)
	return &world{t, e, weft.NewLinker(e)}
}

func TestCoreDump(t *testing.T) {
	c := testConfig()
	c.TraceLocals = true
	w := coreWorld(t, c)
	var open *coredump.Dump
	w.define("env", "host", func(ctx context.Context, in *weft.Instance) { open = w.dump(in, nil) })
	in := w.instantiate(coreModule)
	_, err := w.try(bg, in, "run")
	d := w.dump(in, err)
	if d.Program != "test" || !slices.Equal(d.Modules, []string{"demo"}) || len(d.Instances) != 1 || len(d.Threads) != 1 || d.Threads[0].Name != "main" {
		t.Errorf("have %+v", d)
	}
	if have, want := calls(d), "0:1+35 0:2+9 "; have != want {
		t.Errorf("have calls %s, want %s", have, want)
	}
	expectLocals(t, d.Threads[0].Frames[0].Locals)
	expectState(t, d)
	if _, err := w.try(bg, in, "ask"); err != nil {
		t.Fatal(err)
	}
	if have, want := calls(open), "0:3+1 "; have != want {
		t.Errorf("have open calls %s, want %s", have, want)
	}
}

// expectLocals knows the values only if the function was interpreted, as functions are that are called for the first time.
func expectLocals(t *testing.T, have []coredump.Value) {
	t.Helper()
	want := make([]coredump.Value, 6)
	if !isCompiled() || testConfig().Tier == weft.TierAuto {
		want = []coredump.Value{
			{Type: wasm.I32, Bits: 0xffffffff}, {Type: wasm.I32}, {Type: wasm.F32, Bits: 0x40200000}, {Type: wasm.I64, Bits: ^uint64(6)},
			{}, // v128 is not in the format
			{Type: wasm.F64, Bits: 0xbfe0000000000000},
		}
	}
	if !slices.Equal(have, want) {
		t.Errorf("have locals %v, want %v", have, want)
	}
}

func expectState(t *testing.T, d *coredump.Dump) {
	t.Helper()
	globals := []coredump.Global{{Type: wasm.I32, Lo: 42}, {Type: wasm.F64, Lo: 0x3ff8000000000000}, {Type: wasm.FuncRef}, {Type: wasm.V128, Lo: 1, Hi: 2}}
	if !slices.Equal(d.Globals, globals) || !slices.Equal(d.Instances[0].Globals, []uint32{0, 1, 2, 3}) {
		t.Errorf("have globals %v of %v, want %v", d.Globals, d.Instances, globals)
	}
	if len(d.Memories) != 2 || d.Memories[0].Type.Min != 2 || len(d.Memories[1].Segments) != 0 {
		t.Fatalf("have memories %v", d.Memories)
	}
	s := d.Memories[0].Segments
	if len(s) != 1 || s[0].Offset != 69632 || !bytes.HasPrefix(s[0].Bytes[70000-69632:], []byte("hello")) {
		t.Errorf("have segments %v", s)
	}
}

// TestCoreDumpLinked has two instances that share a memory and a global, and a call from one to the other; a third one has no part in it.
func TestCoreDumpLinked(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	library := w.instantiate(`(module $library (memory (export "memory") 1) (global (export "g") (mut i32) (i32.const 7))
		(func (export "fail") unreachable))`)
	if err := w.linker.DefineInstance("library", library); err != nil {
		t.Fatal(err)
	}
	user := w.instantiate(`(module $user (import "library" "fail" (func $fail)) (import "library" "memory" (memory 1)) (import "library" "g" (global (mut i32)))
		(func (export "run") (call $fail)))`)
	w.instantiate(`(module $other (import "library" "memory" (memory 1)))`)
	_, err := w.try(bg, user, "run")
	d := w.dump(user, err)
	if have, want := fmt.Sprint(d.Modules, d.Instances, len(d.Memories), len(d.Globals)), "[user library] [{0 [0] [0]} {1 [0] [0]}] 1 1"; have != want {
		t.Errorf("have %s, want %s", have, want)
	}
	if have, want := calls(d), "1:0+1 0:1+1 "; have != want {
		t.Errorf("have calls %s, want %s", have, want)
	}
}

func TestCoreDumpOfException(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(`(module (tag $oops) (func $f (throw $oops)) (func (export "run") (call $f)))`)
	_, err := w.try(bg, in, "run")
	if have, want := calls(w.dump(in, err)), "0:0+1 0:1+1 "; have != want {
		t.Errorf("have calls %s, want %s", have, want)
	}
}

// TestCoreDumpOfPrecompiled needs the starts of functions of a module whose bodies are not decoded.
func TestCoreDumpOfPrecompiled(t *testing.T) {
	if !isCompiled() {
		t.Skip("nothing is compiled here")
	}
	w := newWorld(t, weft.Limits{})
	w.define("env", "host", func() {})
	var file bytes.Buffer
	if err := w.compile(coreModule).Serialize(&file); err != nil {
		t.Fatal(err)
	}
	m, err := w.engine.Deserialize(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.linker.Instantiate(bg, m)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.try(bg, in, "run")
	if have, want := calls(w.dump(in, err)), "0:1+35 0:2+9 "; have != want {
		t.Errorf("have calls %s, want %s", have, want)
	}
}

// TestCoreDumpErrors takes dumps that cannot be.
func TestCoreDumpErrors(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(`(module (memory 1))`)
	broken := errors.New("no space left on device")
	if err := in.CoreDump(writerFunc(func([]byte) (int, error) { return 0, broken }), "", nil); !errors.Is(err, broken) {
		t.Errorf("have %v, want %v", err, broken)
	}
	busy := w.instantiate(`(module (memory (export "memory") 1) (func (export "f")))`)
	err := busy.CoreDump(writerFunc(func(b []byte) (int, error) {
		_, err := w.try(bg, busy, "f")
		return len(b), err
	}), "", nil)
	if !errors.Is(err, weft.ErrConcurrent) {
		t.Errorf("a call while a dump is written: have %v, want %v", err, weft.ErrConcurrent)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := in.CoreDump(io.Discard, "", nil); !errors.Is(err, weft.ErrClosed) {
		t.Errorf("have %v, want %v", err, weft.ErrClosed)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// TestCoreDumpObjdump has a tool of others read the sections of a dump.
func TestCoreDumpObjdump(t *testing.T) {
	tool, err := exec.LookPath("llvm-readobj")
	if err != nil {
		t.Skip("llvm-readobj is not installed")
	}
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(countModule) // llvm knows no references to functions in globals
	_, err = w.try(bg, in, "run", 3)
	var b bytes.Buffer
	if err := in.CoreDump(&b, "test", err); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "core.wasm")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "--sections", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"core", "coremodules", "coreinstances", "corestack"} {
		if !strings.Contains(string(out), "Name: "+name+"\n") {
			t.Errorf("no section %s in\n%s", name, out)
		}
	}
}
