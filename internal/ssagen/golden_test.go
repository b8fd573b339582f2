package ssagen

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/wat"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// section is a file of a txtar archive.
type section struct{ name, text string }

func readArchive(t *testing.T, path string) (comment string, files []section) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitAfterSeq(string(text), "\n") {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if name, ok2 := strings.CutSuffix(name, " --"); ok && ok2 {
			files = append(files, section{name: name})
		} else if len(files) == 0 {
			comment += line
		} else {
			files[len(files)-1].text += line
		}
	}
	return comment, files
}

// TestGolden builds the functions of each NAME.wat, and holds their text to NAME.ssa; that of NAME.checked.wat is built with explicit checks, and
// that of NAME.metered.wat is metered.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, path := range paths {
		comment, files := readArchive(t, path)
		out := comment
		for i, file := range files {
			name, ok := strings.CutSuffix(file.name, ".wat")
			if !ok {
				continue
			}
			have := build(t, path+"/"+file.name, file.text)
			out += "-- " + file.name + " --\n" + file.text + "-- " + name + ".ssa --\n" + have
			if *update {
				continue
			}
			if i+1 == len(files) || files[i+1].name != name+".ssa" {
				t.Errorf("%s: %s.ssa does not follow: run with -update", path, name)
			} else if want := files[i+1].text; have != want {
				t.Errorf("%s: %s: have\n%s\nwant\n%s", path, name, have, want)
			}
		}
		if *update {
			if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// build returns the text of the functions of a module. It parses, and is the same again.
func build(t *testing.T, name, text string) string {
	t.Helper()
	m, err := wat.Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !compilable(m) {
		t.Fatalf("%s is not valid", name)
	}
	o := guarded
	if strings.HasSuffix(name, ".checked.wat") {
		o = checked
	}
	if strings.HasSuffix(name, ".metered.wat") {
		o.Fuel = fuel.Default()
	}
	var b builder
	var w strings.Builder
	b.module(t, m, o, func(f *ssa.Func) {
		if err := ssa.Check(f); err != nil {
			t.Error(err)
		}
		parsed, err := ssa.Parse(f.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, f)
		}
		if parsed.String() != f.String() {
			t.Errorf("%s is\n%s\nand again\n%s", name, f, parsed)
		}
		w.WriteString(f.String())
	})
	return w.String()
}
