package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/compile"
)

// TestKeep reports a bug of the compiler.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	const ir = "func fib() -> {\nb1:\n  return\n}"
	bug := &compile.Error{Phase: "lower", Func: "fib", Cause: "no rule\nfor this", Stack: []byte("goroutine 1:\n"), IR: ir}
	var out strings.Builder
	if status := report(&out, inFile("a.wasm", bug)); status != statusFailure {
		t.Errorf("have status %d", status)
	}
	files, err := filepath.Glob(filepath.Join(dir, "weft-bug-*.ssa"))
	if err != nil || len(files) != 1 {
		t.Fatalf("have files %q (%v), want one", files, err)
	}
	want := "weft: a.wasm: compile: function fib: phase lower failed, which is a bug in the compiler: no rule\n" +
		"What shows the bug is in " + files[0] + "; please report it with that file. The interpreter runs the module: weft run --tier=interpreter.\n"
	if out.String() != want {
		t.Errorf("have\n%s\nwant\n%s", out.String(), want)
	}
	text, err := os.ReadFile(files[0])
	if err != nil || !strings.Contains(string(text), ir) || !strings.Contains(string(text), "; for this\n") {
		t.Errorf("the file has\n%s\n(%v)", text, err)
	}
}

// TestKeepNowhere has no directory for the file.
func TestKeepNowhere(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	t.Setenv("TMPDIR", missing)
	t.Setenv("TMP", missing)
	if have := keep(&compile.Error{}); !strings.HasPrefix(have, "What shows the bug cannot be kept: ") {
		t.Errorf("have %s", have)
	}
}
