package wat

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// archive is a text file with parts: each has a line "-- name --" in front.
type archive struct {
	path  string
	parts []part
}

type part struct{ name, text string }

func readArchive(t *testing.T, path string) *archive {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a := &archive{path: path}
	for line := range strings.Lines(string(b)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(name, " --") {
			a.parts = append(a.parts, part{name: strings.TrimSuffix(name, " --")})
		} else if n := len(a.parts); n > 0 {
			a.parts[n-1].text += line
		} else {
			t.Fatalf("%s: text in front of the first part", path)
		}
	}
	return a
}

// check compares a part with what it should be, or writes it with -update.
func (a *archive) check(t *testing.T, name, got string) {
	t.Helper()
	for i, p := range a.parts {
		if p.name != name {
			continue
		}
		if a.parts[i].text = got; got != p.text && !*update {
			t.Errorf("%s: %s: have\n%s\nwant\n%s", a.path, name, got, p.text)
		}
		return
	}
	a.parts = append(a.parts, part{name, got})
	if !*update {
		t.Errorf("%s: no part %s: run with -update", a.path, name)
	}
}

// write writes the file, with -update.
func (a *archive) write(t *testing.T) {
	t.Helper()
	if !*update {
		return
	}
	var b bytes.Buffer
	for _, p := range a.parts {
		fmt.Fprintf(&b, "-- %s --\n%s", p.name, p.text)
	}
	if err := os.WriteFile(a.path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestPrint compares prints of modules with golden files. The part "in" is the text of a module, the others are how it is printed.
func TestPrint(t *testing.T) {
	files, err := filepath.Glob("testdata/print/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, path := range files {
		a := readArchive(t, path)
		m, err := Parse("in", []byte(a.parts[0].text))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		checkRoundTrip(t, path, m)
		m, err = wasm.Decode(wasm.Encode(m), nil) // for the offsets
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		a.check(t, "flat", printed(t, m, PrintOptions{}))
		a.check(t, "folded", printed(t, m, PrintOptions{Folded: true}))
		if strings.Contains(path, "offsets") {
			a.check(t, "flat with offsets", printed(t, m, PrintOptions{Offsets: true}))
			a.check(t, "folded with offsets", printed(t, m, PrintOptions{Folded: true, Offsets: true}))
		}
		a.write(t)
	}
}

func printed(t *testing.T, m *wasm.Module, o PrintOptions) string {
	t.Helper()
	var b strings.Builder
	if err := Print(&b, m, o); err != nil {
		t.Error(err)
	}
	return b.String()
}

// TestErrors compares error messages with a golden file: part N is a text, part "N error" what Parse says of it.
func TestErrors(t *testing.T) {
	a := readArchive(t, "testdata/errors.txtar")
	for _, p := range a.parts {
		if strings.HasSuffix(p.name, " error") {
			continue
		}
		_, err := Parse(p.name, []byte(p.text))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: have error %v, want an *Error", p.name, err)
			continue
		}
		a.check(t, p.name+" error", e.Error()+"\n"+e.Snippet()+"\n")
	}
	a.write(t)
}
