package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// TestMain lets the test's program be its own child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.ContainsFunc(commands, func(c subcommand) bool { return c.name == os.Args[1] }) {
		main()
		return
	}
	os.Exit(m.Run())
}

// assemble writes a module of the text format into a folder.
func assemble(t *testing.T, dir, name, text string) {
	t.Helper()
	m, err := wat.Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, name+".wasm", string(wasm.Encode(m)))
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

// echo prints its first argument.
const echo = `(module
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $length i32)
    (drop (call $args (i32.const 16) (i32.const 1024)))
    (loop $more
      (local.set $length (i32.add (local.get $length) (i32.const 1)))
      (br_if $more (i32.load8_u (i32.add (i32.load (i32.const 20)) (local.get $length)))))
    (i32.store (i32.const 0) (i32.load (i32.const 20)))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`

// spin counts down from its operand.
const spin = `(func $spin (param i32) (loop $again (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))`

// marked counts 40 times as far outside of the marks as between them.
const marked = `(module
  (import "bench" "start" (func $begin)) (import "bench" "end" (func $end)) (memory (export "memory") 1) ` + spin + `
  (func (export "_start") (call $spin (i32.const 40000000)) (call $begin) (call $spin (i32.const 1000000)) (call $end)))`

// exits gives up with code 7.
const exits = `(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.const 7))))`

// runs is a report for some programs on the engines that are there.
func runs(t *testing.T, dir string, reps int, timeout time.Duration) (*execReport, []string) {
	t.Helper()
	names := []string{"weft", "wazero"}
	if _, err := engine.Open("wasmtime"); err == nil {
		names = append(names, "wasmtime")
	}
	if _, err := exec.LookPath("node"); err == nil {
		names = append(names, engine.Node)
	}
	programs, err := findCommands([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	results, err := runAll(t.Context(), programs, names, reps, timeout)
	if err != nil {
		t.Fatal(err)
	}
	return newExecReport(results, names), names
}

func TestExec(t *testing.T) {
	dir := t.TempDir()
	assemble(t, dir, "echo", echo)
	write(t, dir, "echo.args", "good morning\nunused\n")
	write(t, dir, "echo.stdout.expected", "good morning")
	write(t, dir, "echo.native", "#!/bin/sh\nprintf '%s' \"$1\"\n")
	r, names := runs(t, dir, 2, time.Minute)
	if len(r.results) != len(names)+1 {
		t.Errorf("have %d results, want those of %v and of the native program", len(r.results), names)
	}
	for _, x := range r.results {
		if x.Error != "" || x.Execute <= 0 || x.engine != engine.Native && (x.Compile <= 0 || x.Instantiate <= 0) {
			t.Errorf("%s: have %+v, want all times and no error", x.engine, x.Measurement)
		}
	}
	if !slices.Contains(names, baseline) {
		return
	}
	for _, want := range []string{"exec-geomean", "compile-geomean", "instantiate-geomean", "exec-worst", "exec/echo"} {
		if !slices.ContainsFunc(r.rows(), func(row Row) bool {
			return row.Name == want && row.Engine == "weft" && row.Unit == "x-wasmtime" && row.Value > 0
		}) {
			t.Errorf("no row %s of weft in %v", want, r.rows())
		}
	}
}

func TestExecFailures(t *testing.T) {
	dir := t.TempDir()
	assemble(t, dir, "exits", exits)
	assemble(t, dir, "prints", echo)
	write(t, dir, "prints.args", "good evening")
	write(t, dir, "prints.stdout.expected", "good morning")
	assemble(t, dir, "spins", `(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))`)
	r, names := runs(t, dir, 1, 2*time.Second)
	wants := map[string]string{
		"exits": "exit code 7", "spins": "stopped after 2s",
		"prints": `standard output, line 1: have "good evening", want "good morning"`,
	}
	for _, x := range r.results {
		if want := wants[x.program]; !strings.HasPrefix(x.Error, want) {
			t.Errorf("%s, %s: have %q, want %q", x.program, x.engine, x.Error, want)
		}
	}
	if failed, total := r.failures("weft"); failed != 3 || total != 3 {
		t.Errorf("have %d of %d failures, want 3 of 3", failed, total)
	}
	if notes := r.notes(); len(notes) < 3*len(names) {
		t.Errorf("have %q, want a note for each failure", notes)
	}
}

// TestExecMarks sees that what lies outside of the marks does not count: _start takes 40 times as long.
func TestExecMarks(t *testing.T) {
	dir := t.TempDir()
	assemble(t, dir, "marked", marked)
	assemble(t, dir, "whole", strings.NewReplacer("(call $begin)", "", "(call $end)", "").Replace(marked))
	r, _ := runs(t, dir, 3, time.Minute)
	whole := map[string]float64{}
	for _, x := range slices.Backward(r.results) {
		if x.program == "whole" {
			whole[x.engine] = x.Execute
		} else if x.Error != "" || x.Execute <= 0 || x.Execute > whole[x.engine]/4 {
			t.Errorf("%s: have %v s between the marks, %v s in all, %s", x.engine, x.Execute, whole[x.engine], x.Error)
		}
	}
}

// TestExecNativeMarks sees that the regions that a natively compiled program reports are summed.
func TestExecNativeMarks(t *testing.T) {
	dir := t.TempDir()
	assemble(t, dir, "echo", echo)
	write(t, dir, "echo.args", "x")
	write(t, dir, "echo.native", "#!/bin/sh\necho '{\"execute\": 40}' >&3\necho '{\"execute\": 2}' >&3\n")
	r, _ := runs(t, dir, 1, time.Minute)
	native := r.results[len(r.results)-1]
	if native.engine != engine.Native || native.Error != "" || native.Execute != 42 {
		t.Errorf("have %+v, want the 42 s that were reported", native)
	}
}

func TestExecPage(t *testing.T) {
	results := []execResult{
		{"zip", "wasmtime", engine.Measurement{Compile: 1, Instantiate: 1, Execute: 2}},
		{"zip", "weft", engine.Measurement{Compile: 1, Instantiate: 1, Execute: 1}},
		{"lua", "wasmtime", engine.Measurement{Compile: 1, Instantiate: 1, Execute: 1}},
		{"lua", "weft", engine.Measurement{Error: "<broken>"}},
	}
	file := filepath.Join(t.TempDir(), "page.html")
	r := newExecReport(results, []string{"weft", "wasmtime"})
	if err := r.writeHTML(file); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<svg", "0.500", "weft cannot run lua: &lt;broken&gt;", "1 of 2"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page has no %q", want)
		}
	}
	var rows []Row
	if data, err := json.Marshal(r.rows()); err != nil || json.Unmarshal(data, &rows) != nil {
		t.Error("the rows are not JSON", err)
	}
}
