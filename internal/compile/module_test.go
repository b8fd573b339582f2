package compile

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/smith"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssagen"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

var (
	guarded = ssagen.Options{GuardBytes: 2 << 30}
	checked = ssagen.Options{Explicit: abi.Explicit{Faults: true, Preempt: true}}
)

func built(m *wasm.Module, o ssagen.Options) *ssagen.Module {
	return ssagen.NewModule(m, abi.NewInstanceLayout(abi.InstanceCounts{
		Mems: m.ImportedMems + len(m.Mems), Tables: m.ImportedTables + len(m.Tables), Tags: m.ImportedTags + len(m.Tags), Types: len(m.Types),
		ImportedFuncs: m.ImportedFuncs, ImportedGlobals: m.ImportedGlobals, Globals: len(m.Globals),
	}), o)
}

func randomModule(t testing.TB, seed uint64) *wasm.Module {
	o := smith.All()
	o.SIMD, o.Refs, o.Throws, o.Tail, o.Many = seed%5 < 2, seed%3 < 2, seed%7 < 4, seed%2 < 1, seed%11 < 5
	o.Steps = 10 + int(seed*7%120)
	m, err := wasm.Decode(wasm.Encode(smith.Module(rand.New(rand.NewPCG(seed, 1)), o)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// compileAll compiles the functions of a module with the checks of all phases on, and returns how many there were.
func compileAll(t *testing.T, m *wasm.Module, o ssagen.Options) (n int) {
	t.Helper()
	var g ssagen.Generator
	g.Reset(built(m, o))
	c := New()
	c.Check, c.Explicit = true, o.Explicit
	var f ssa.Func
	for i := range m.Code {
		if err := g.Func(&f, uint32(m.ImportedFuncs+i)); err != nil {
			t.Fatal(err)
		}
		if err := c.Func(&f, new(code.Object)); err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestRandomModules(t *testing.T) {
	n := 0
	for seed := range uint64(60) {
		m := randomModule(t, seed)
		n += compileAll(t, m, guarded) + compileAll(t, m, checked)
	}
	t.Logf("%d functions", n)
}

func TestRealModules(t *testing.T) {
	paths, err := filepath.Glob("../realworld/testdata/*/*.wasm")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no committed modules: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := wasm.Decode(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := validate.Module(m, wasm.AllFeatures); err != nil || info.Unsupported() != nil {
			t.Fatalf("%s: %v", path, err)
		}
		t.Logf("%s: %d functions", path, compileAll(t, m, guarded))
	}
}

// TestParallel shows that what comes out does not depend on who compiles what, and not on what was compiled before.
func TestParallel(t *testing.T) {
	for seed := range uint64(12) {
		m := randomModule(t, seed)
		for _, o := range []ssagen.Options{guarded, checked} {
			want := parallel(t, m, o, 1)
			for _, workers := range []int{1, 2, 7} {
				have := parallel(t, m, o, workers)
				for i := range want {
					if !reflect.DeepEqual(have[i], want[i]) {
						t.Errorf("seed %d: function %d differs with %d workers", seed, i, workers)
					}
				}
			}
		}
	}
}

// parallel compiles a module with several workers, which have a compiler for each.
func parallel(t *testing.T, m *wasm.Module, o ssagen.Options, workers int) []code.Object {
	shared := built(m, o)
	generators := sync.Pool{New: func() any { return ssagen.NewGenerator(shared) }}
	objects, err := Parallel(len(m.Code), workers, o.Explicit, func(i int, f *ssa.Func) error {
		g := generators.Get().(*ssagen.Generator)
		defer generators.Put(g)
		return g.Func(f, uint32(m.ImportedFuncs+i))
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range objects {
		objects[i] = tidy(&objects[i])
	}
	return objects
}

// tidy is an object without what does not count: whether tables are empty or nil.
func tidy(o *code.Object) code.Object {
	return code.Object{
		Text: slices.Clone(o.Text), CodeBytes: o.CodeBytes, FrameBytes: o.FrameBytes, Frames: append([]code.FrameSite{}, o.Frames...),
		Relocs: append([]code.Reloc{}, o.Relocs...), Traps: append([]code.TrapSite{}, o.Traps...),
		Positions: append([]code.Position{}, o.Positions...), Landings: append([]code.Landing{}, o.Landings...),
	}
}

func TestParallelError(t *testing.T) {
	bad := errors.New("bad")
	worse := errors.New("worse")
	objects, err := Parallel(100, 4, abi.Explicit{}, func(i int, f *ssa.Func) error {
		f.Reset("f", ssa.Sig{})
		var b ssa.Builder
		b.Reset(f)
		b.Return()
		b.Finish()
		switch {
		case i == 40:
			return bad
		case i > 40:
			return worse
		}
		return nil
	})
	if err != bad || objects != nil {
		t.Errorf("have %v and %d objects, want %v and none", err, len(objects), bad)
	}
}

// TestPanic shows what becomes of a bug: an error with the phase and the function, and a compiler that goes on.
func TestPanic(t *testing.T) {
	c := New()
	c.After = func(phase string, _ *ssa.Func) {
		if phase == "lower" {
			panic("a bug")
		}
	}
	f := ssa.NewFunc("innocent", ssa.Sig{})
	var b ssa.Builder
	b.Reset(f)
	b.Return()
	b.Finish()
	err := c.Func(f, new(code.Object))
	var bug *Error
	if !errors.As(err, &bug) || bug.Phase != "lower" || bug.Func != "innocent" || bug.Cause != "a bug" {
		t.Errorf("have %v", err)
	}
	c.After = nil
	f.Reset("next", ssa.Sig{})
	b.Reset(f)
	b.Return()
	b.Finish()
	if err := c.Func(f, new(code.Object)); err != nil {
		t.Error(err)
	}
}

// TestReproducer shows that a bug comes with what shows it again.
func TestReproducer(t *testing.T) {
	c := New()
	c.After = func(phase string, _ *ssa.Func) {
		if phase == "gvn" {
			panic("lost")
		}
	}
	err := c.Build(2, new(ssa.Func), new(code.Object), func(i int, f *ssa.Func) error {
		f.Reset(fmt.Sprintf("guilty%d", i), ssa.Sig{Params: []ssa.Type{ssa.TypeI32}})
		var b ssa.Builder
		b.Reset(f)
		b.Emit(ssa.OpI32Clz, f.Params(ssa.Entry)[0])
		b.Return()
		b.Finish()
		return nil
	})
	var bug *Error
	if !errors.As(err, &bug) || bug.Func != "guilty2" || bug.Phase != "ssa/gvn" {
		t.Fatalf("have %v, want a bug in a pass", err)
	}
	text := bug.Reproducer()
	if !strings.Contains(text, "\n  v2 = i32.clz v1\n") || !strings.Contains(text, "; \t") {
		t.Errorf("the reproducer is\n%s", text)
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "func ") {
			break
		}
		if !strings.HasPrefix(line, ";") {
			t.Errorf("%q stands in front of the function and is no comment", line)
		}
	}
}

// TestFrontEndBug has the front end fail, as any phase.
func TestFrontEndBug(t *testing.T) {
	_, err := Parallel(3, 1, abi.Explicit{}, func(i int, f *ssa.Func) error { panic("lost") })
	var bug *Error
	if !errors.As(err, &bug) || bug.Phase != "build" || bug.Cause != "lost" {
		t.Errorf("have %v", err)
	}
}
