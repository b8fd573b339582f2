package compile

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/ssa"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden compiles each NAME.ssa of the archives and holds the lowered function and the assembly to NAME.amd64, which follows.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(string(text), "-- ")
		out := parts[0]
		for _, part := range parts[1:] {
			header, body, _ := strings.Cut(part, "\n")
			if name, ok := strings.CutSuffix(header, ".ssa --"); ok {
				out += "-- " + part + "-- " + name + ".amd64 --\n" + machineCode(t, body)
			}
		}
		if *update {
			if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if out != string(text) {
			t.Errorf("%s: have\n%s\nwant\n%s", path, out, text)
		}
	}
}

// machineCode is the lowered function and its listing.
func machineCode(t *testing.T, text string) string {
	t.Helper()
	f, err := ssa.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	lowered := ""
	c := New()
	c.Check, c.Listing = true, true
	c.After = func(phase string, f *ssa.Func) {
		if phase == "lower" {
			lowered = f.String()
		}
	}
	if err := c.Func(f, new(code.Object)); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(lowered + "\n" + c.LastListing()) {
		lines = append(lines, strings.TrimRight(line, " \t\n"))
	}
	return strings.Join(lines, "\n") + "\n"
}
