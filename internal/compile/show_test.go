package compile

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/ssa"
)

// doubling returns a function of a module that can be compiled.
func doubling(t *testing.T) *ssa.Func {
	t.Helper()
	f, err := ssa.Parse("func double(i32) -> i32 {\nb1(v1 i32):\n  v2 = i32.add v1 v1 @2\n  return v2 @4\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	f.Index = 7
	return f
}

func TestShow(t *testing.T) {
	c := New()
	var phases []string
	texts := map[string]string{}
	c.Show = func(phase, text string) {
		phases = append(phases, phase)
		texts[phase] = text
	}
	if err := c.Func(doubling(t), new(code.Object)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(phases, Phases()) {
		t.Errorf("have %q, want %q", phases, Phases())
	}
	for phase, want := range map[string]string{
		"build":    "v2 = i32.add v1 v1 @2",
		"lower":    "amd64.",
		"allocate": "func double: 0 slots",
		"emit":     "ret",
	} {
		if !strings.Contains(texts[phase], want) {
			t.Errorf("%s: no %s in\n%s", phase, want, texts[phase])
		}
	}
}

// TestDumps compiles with dump in WEFTDEBUG, which prints one function and not the other.
func TestDumps(t *testing.T) {
	restore, err := dbg.Set("dump=7,phase=build+late-gvn+emit")
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	var out bytes.Buffer
	defer dbg.SetOutput(dbg.SetOutput(&out))
	c := New()
	for _, index := range []uint32{7, 8} {
		f := doubling(t)
		f.Index = index
		if err := c.Func(f, new(code.Object)); err != nil {
			t.Fatal(err)
		}
	}
	var phases []string
	for line := range strings.Lines(out.String()) {
		if phase, ok := strings.CutPrefix(line, "; after "); ok {
			phases = append(phases, strings.TrimSpace(phase))
		}
	}
	if want := []string{"build", "late gvn", "emit"}; !slices.Equal(phases, want) {
		t.Errorf("have %q, want %q in\n%s", phases, want, out.String())
	}
	if !strings.Contains(out.String(), "\tret") {
		t.Errorf("no listing in\n%s", out.String())
	}
}

func TestOptional(t *testing.T) {
	names := Optional()
	if !slices.Contains(names, "ssa/late-gvn") {
		t.Fatalf("have %q", names)
	}
	for _, name := range names {
		restore, err := dbg.Set(name + "=off,func=double")
		if err != nil {
			t.Fatal(err)
		}
		if err := New().Func(doubling(t), new(code.Object)); err != nil {
			t.Errorf("without %s: %v", name, err)
		}
		restore()
	}
}

func TestTimes(t *testing.T) {
	restore, err := dbg.Set("time,verify")
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	var out bytes.Buffer
	defer dbg.SetOutput(dbg.SetOutput(&out))
	if err := New().Func(doubling(t), new(code.Object)); err != nil {
		t.Fatal(err)
	}
	dbg.PrintTimes()
	for _, phase := range []string{"ssa/gvn ", "lower ", "allocate ", "emit "} {
		if !strings.Contains(out.String(), "\n"+phase) {
			t.Errorf("no %sin\n%s", phase, out.String())
		}
	}
}
