package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// wrongPass makes or of xor, and of a rotation one of another type, which the checker of the IR would find.
const wrongPass = `
func wrong(f *Func) {
	for v := range f.values {
		switch f.values[v].op {
		case OpI32Xor:
			f.values[v].op = OpI32Or
		case OpI32Rotl:
			f.values[v].op = OpI64Rotl
		}
	}
}
`

// buildWrong builds weft with a pass that spoils functions, and returns its path. The sources stay as they are: the one with the list of
// passes is replaced by a copy for this build.
func buildWrong(t *testing.T) string {
	t.Helper()
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no Go toolchain on this machine")
	}
	source, err := filepath.Abs("../../internal/ssa/pass.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	const last = `{Name: "dce",`
	spoilt := strings.Replace(string(text), last, `{Name: "all wrong", Run: wrong}, `+last, 1) + wrongPass
	if !strings.Contains(spoilt, "Run: wrong}") {
		t.Fatalf("no pass dce in %s, in front of which to put another", source)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {source: write("pass.go", spoilt)}})
	if err != nil {
		t.Fatal(err)
	}
	weft := filepath.Join(dir, "weft.exe")
	build := exec.Command(goTool, "build", "-overlay", write("overlay.json", string(overlay)), "-o", weft, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return weft
}

// bisected has one function with an xor, of numbers with a bit in common.
const bisected = `(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (func $add (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func $mul (param i32 i32) (result i32) (i32.mul (local.get 0) (local.get 1)))
  (func $mix (param i32 i32) (result i32) (i32.XOR (local.get 0) (i32.shl (local.get 1) (i32.const 1))))
  (func $sub (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))
  (func $run (export "run") (param $n i32) (result i32)
    (call $mix (call $add (local.get $n) (i32.const 3)) (call $mul (local.get $n) (call $sub (local.get $n) (i32.const 1)))))
  (func (export "_start") (call $exit (call $run (i32.const 5))))
  (memory (export "memory") 1))
`

// TestBisect looks for the function that a wrong pass spoils, through results and through the exit status.
func TestBisect(t *testing.T) {
	if err := canCompile(); err != nil {
		t.Skip(err)
	}
	weft := buildWrong(t)
	dir := t.TempDir()
	for name, instr := range map[string]string{"bad.wat": "xor", "good.wat": "and", "ill.wat": "rotl"} {
		text := strings.ReplaceAll(bisected, "XOR", instr)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--invoke", "run", "bad.wat", "5"}, "run --tier=compiled --invoke=run -- bad.wat 5"},
		{[]string{"bad.wat", "an argument"}, "run --tier=compiled -- bad.wat 'an argument'"},
	} {
		cmd := exec.Command(weft, append([]string{"bisect"}, c.args...)...)
		cmd.Dir = dir
		want := `function 3 (mix)
pass ssa/all-wrong

To see it go wrong:
  WEFTDEBUG=interpret=..2+4.. weft ` + c.want + `
To see it go right:
  WEFTDEBUG=interpret=..2+4..,ssa/all-wrong=off,func=3 weft ` + c.want + `
To see the code:
  weft dump --func=3 --phase=all bad.wat
`
		if have, err := cmd.Output(); err != nil || string(have) != want {
			t.Errorf("%q: have %v\n%s\nwant\n%s", c.args, err, have, want)
		}
	}
	for file, want := range map[string]string{
		"good.wat": "weft: good.wat: the program behaves in the same way compiled and interpreted\n",
		"ill.wat":  "the compiler's own checks (WEFTDEBUG=verify): weft: ill.wat: compile: function mix: phase ssa/all-wrong failed",
	} {
		cmd := exec.Command(weft, "bisect", "--invoke=run", file, "5")
		cmd.Dir = dir
		if out, _ := cmd.CombinedOutput(); !strings.Contains(string(out), want) {
			t.Errorf("%s: have\n%s\nwant %s", file, out, want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{"a.wasm": "a.wasm", "--dir=/a::b": "--dir=/a::b", "two words": "'two words'", "it's": `'it'\''s'`, "": "''"} {
		if have := quoted(word); have != want {
			t.Errorf("%q: have %s, want %s", word, have, want)
		}
	}
}

func TestDifference(t *testing.T) {
	for _, c := range []struct {
		have, want behaviour
		text       string
	}{
		{behaviour{"", "", 3}, behaviour{"", "", 0}, "it wrote 0 bytes and exited with 3 instead of 0"},
		{behaviour{"a", "b\nc", 134}, behaviour{"a", "", 0}, "it wrote 1 byte and exited with 134 (b) instead of 0"},
		{behaviour{status: -1}, behaviour{"", "", 0}, "it took too long"},
		{behaviour{"a\nb\n", "", 0}, behaviour{"a\nc\n", "", 0}, `line 2 of standard output is "b\n", not "c\n"`},
		{behaviour{"a\nb\n", "", 0}, behaviour{"a\n", "", 0}, `line 2 of standard output is "b\n", not ""`},
		{behaviour{"a", "", 0}, behaviour{"a\n", "", 0}, `line 1 of standard output is "a", not "a\n"`},
		{behaviour{"", "x", 0}, behaviour{"", "y", 0}, `line 1 of standard error is "x", not "y"`},
	} {
		if text := c.want.difference(&c.have); text != c.text {
			t.Errorf("have %s, want %s", text, c.text)
		}
	}
}

// TestBacktrace shows what of a trap's message is compared.
func TestBacktrace(t *testing.T) {
	text := "weft: a.wasm: unreachable in function 0 (f) at 0x2e\n  0: function 0 (f) at 0x2e\n 12: function 3 at 0x36\nnext\n"
	if have, want := backtraceLine.ReplaceAllString(text, ""), "weft: a.wasm: unreachable in function 0 (f) at 0x2e\nnext\n"; have != want {
		t.Errorf("have %q, want %q", have, want)
	}
}
