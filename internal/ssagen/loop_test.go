package ssagen

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/wasm"
)

// loopsIn lists the loops of a body, those in code that cannot be reached too.
func loopsIn(code *wasm.Code) (offsets []int64) {
	read := wasm.NewInstrReader(code.Body, code.Offset)
	var in wasm.Instr
	for read.Next(&in) == nil {
		if in.Op == op.Loop {
			offsets = append(offsets, in.Offset)
		}
	}
	return offsets
}

// checkLoops builds the functions that begin in the loops of a module, at most so many, proves each before and behind every pass, and counts those that can be entered.
func checkLoops(t *testing.T, m *wasm.Module, most int) (loops, entered int) {
	var f ssa.Func
	pipeline := ssa.Pipeline{Passes: ssa.Passes(), Check: true}
	for _, o := range []Options{guarded, checked} {
		g := NewGenerator(NewModule(m, layoutOf(m), o))
		for i := range m.Code {
			for _, at := range loopsIn(&m.Code[i]) {
				if loops++; loops > most {
					return loops, entered
				}
				if g.Loop(&f, uint32(m.ImportedFuncs+i), at) != nil {
					continue
				}
				entered++
				if err := ssa.Check(&f); err != nil {
					t.Fatalf("loop at 0x%x of function %d: %v\n%s", at, m.ImportedFuncs+i, err, &f)
				}
				pipeline.Run(&f)
			}
		}
	}
	return loops, entered
}

func TestLoopsOfRealModules(t *testing.T) {
	paths, err := filepath.Glob("../realworld/testdata/*/*.wasm")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no committed modules: %v", err)
	}
	for _, path := range paths {
		bytes, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := wasm.Decode(bytes, nil)
		if err != nil || !compilable(m) {
			t.Fatalf("%s: %v", path, err)
		}
		loops, entered := checkLoops(t, m, 120)
		t.Logf("%s: %d of %d loops", filepath.Base(path), entered, loops)
		if entered < loops*9/10 {
			t.Errorf("%s: %d of %d loops can be entered, want nearly all", filepath.Base(path), entered, loops)
		}
	}
}

func TestLoopsOfRandomModules(t *testing.T) {
	loops, entered := 0, 0
	for seed := range uint64(150) {
		n, m := checkLoops(t, randomModule(t, seed), 1<<20)
		loops, entered = loops+n, entered+m
	}
	t.Logf("%d of %d loops", entered, loops)
	if entered == 0 {
		t.Error("no loop can be entered")
	}
}
