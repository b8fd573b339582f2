package dump

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

const twoFuncs = `(module
  (import "env" "log" (func $log (param i32)))
  (memory 1)
  (func $get (param $at i32) (result i32)
    (i32.load offset=8 (local.get $at)))
  (func (param i32) (loop (call $log (local.get 0)) (br 0))))`

func dumper(t *testing.T, text string, o Options) *Dumper {
	t.Helper()
	m, err := wat.Parse("test.wat", []byte(text))
	if err == nil {
		m, err = wasm.Decode(wasm.Encode(m), nil)
	}
	if err == nil {
		_, err = validate.Module(m, wasm.AllFeatures)
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(m, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func function(t *testing.T, d *Dumper, index uint32) *Func {
	t.Helper()
	f, err := d.Func(index)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *Func) phase(name string) string {
	for _, p := range f.Phases {
		if p.Name == name {
			return p.Text
		}
	}
	return ""
}

func TestFunc(t *testing.T) {
	f := function(t, dumper(t, twoFuncs, Options{}), 1)
	if f.Label() != "func 1 get" {
		t.Errorf("have %q", f.Label())
	}
	var names []string
	for _, p := range f.Phases {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, Phases()) {
		t.Errorf("have phases %q, want %q", names, Phases())
	}
	const source = `    30  local.get $at @1
    32  i32.load offset=8 @3
    35  end @6
`
	if have := f.phase("wasm"); have != source {
		t.Errorf("wasm: have\n%s\nwant\n%s", have, source)
	}
	for name, want := range map[string]string{
		"build":    "i32.load",
		"lower":    "amd64.",
		"allocate": "func get: 0 slots",
		"emit":     "\tret @6\n",
	} {
		if !strings.Contains(f.phase(name), want) {
			t.Errorf("%s: no %q in\n%s", name, want, f.phase(name))
		}
	}
}

// TestAgain shows that a dumper that has done one function does another as a new one would.
func TestAgain(t *testing.T) {
	d := dumper(t, twoFuncs, Options{})
	function(t, d, 1)
	again, fresh := function(t, d, 2), function(t, dumper(t, twoFuncs, Options{}), 2)
	if !slices.Equal(again.Phases, fresh.Phases) {
		t.Errorf("have\n%v\nwant\n%v", again.Phases, fresh.Phases)
	}
	if again.Label() != "func 2" {
		t.Errorf("have %q", again.Label())
	}
}

func TestExplicitChecks(t *testing.T) {
	for explicit, want := range map[bool]bool{false: false, true: true} {
		d := dumper(t, twoFuncs, Options{ExplicitChecks: explicit})
		if have := strings.Contains(function(t, d, 1).phase("build"), "out of bounds memory access"); have != want {
			t.Errorf("explicit checks %v: the address is checked: %v", explicit, have)
		}
		if have := strings.Contains(function(t, d, 2).phase("build"), "poll"); have != want {
			t.Errorf("explicit checks %v: the loop polls: %v", explicit, have)
		}
	}
}

func TestText(t *testing.T) {
	f := &Func{Index: 3, Name: "f", Phases: []Phase{
		{"wasm", "w\n", false}, {"build", "x\n", false}, {"gvn", "x\n", true}, {"dce", "x\n", true}, {"lower", "y\n", false},
	}}
	for phases, want := range map[string]string{
		"wasm":            "-- func 3 f: wasm --\nw\n\n",
		"build gvn lower": "-- func 3 f: build --\nx\n\n-- func 3 f: gvn --\nas behind build\n\n-- func 3 f: lower --\ny\n\n",
		"gvn dce":         "-- func 3 f: gvn --\nx\n\n-- func 3 f: dce --\nas behind gvn\n\n",
		"wasm dce":        "-- func 3 f: wasm --\nw\n\n-- func 3 f: dce --\nx\n\n",
	} {
		var w strings.Builder
		if err := f.Text(&w, strings.Fields(phases)); err != nil {
			t.Fatal(err)
		}
		if w.String() != want {
			t.Errorf("%s: have\n%s\nwant\n%s", phases, w.String(), want)
		}
	}
}

func TestPage(t *testing.T) {
	var w strings.Builder
	if err := function(t, dumper(t, twoFuncs, Options{}), 1).Page(&w); err != nil {
		t.Fatal(err)
	}
	for _, name := range Phases() {
		if n := strings.Count(w.String(), fmt.Sprintf("<h2>%s</h2>", name)); n != 1 {
			t.Errorf("%d columns for %s", n, name)
		}
	}
	for _, want := range []string{"<title>func 1 get</title>", `i32.load offset=8 <i>@3</i>`, `ret <i>@6</i>`} {
		if !strings.Contains(w.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}

// TestUnsupported shows what there is of a function that cannot be compiled.
func TestUnsupported(t *testing.T) {
	d := dumper(t, `(module (type $s (struct)) (func (result (ref $s)) (struct.new $s)))`, Options{})
	f, err := d.Func(0)
	if err == nil || !strings.Contains(err.Error(), "struct.new") {
		t.Errorf("have %v", err)
	}
	if len(f.Phases) != 1 || !strings.Contains(f.phase("wasm"), "struct.new") {
		t.Errorf("have %v", f.Phases)
	}
}

func TestParsePhases(t *testing.T) {
	all := Phases()
	opt := all[slices.Index(all, "lower")-1]
	for text, want := range map[string][]string{
		"all":           all,
		"wasm":          {"wasm"},
		"amd64,ssa,opt": {"build", opt, "emit"},
		"lower,build":   {"build", "lower"},
		"gvn,gvn":       {"gvn"},
	} {
		if have, err := ParsePhases(text); err != nil || !slices.Equal(have, want) {
			t.Errorf("%s: have %q (%v), want %q", text, have, err, want)
		}
	}
	_, err := ParsePhases("wasm,lowr")
	wrong, ok := errors.AsType[*PhaseError](err)
	if !ok || wrong.Name != "lowr" || wrong.Hint != "lower" {
		t.Fatalf("have %v", err)
	}
	if want := `unknown phase "lowr" (did you mean "lower"?); the phases are wasm, build, `; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("have %v, want %s…", err, want)
	}
}

// TestBug has the compiler fail: its error has the function as the front end built it, and what was made before is there.
func TestBug(t *testing.T) {
	d := dumper(t, twoFuncs, Options{})
	d.compiler.After = func(phase string, _ *ssa.Func) {
		if phase == "lower" {
			panic("a bug")
		}
	}
	f, err := d.Func(1)
	bug, ok := errors.AsType[*compile.Error](err)
	if !ok || bug.Phase != "lower" || bug.IR != f.phase("build") || bug.IR == "" {
		t.Errorf("have %v", err)
	}
	if f.phase("gvn") == "" || f.phase("emit") != "" {
		t.Errorf("have %d phases", len(f.Phases))
	}
}
