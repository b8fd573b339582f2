package ssa_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssagen"
	"github.com/weft-wasm/weft/internal/wasm"
)

var modules = flag.String("modules", "../realworld/testdata/*/*.wasm", "the modules, a comma between patterns, that TestReal measures passes on")

// census counts what is in functions, each value 10 times for each loop around it.
type census struct {
	values, loads, stores, checks, calls, branches, args float64
}

func (c *census) count(f *ssa.Func) {
	for _, b := range f.Order() {
		weight := math.Pow10(min(f.LoopDepth(b), 6))
		for v := f.First(b); v != 0; v = f.Next(v) {
			o := f.Op(v)
			switch {
			case o.IsConst() || o == ssa.OpProj || o == ssa.OpCopy || o.Has(ssa.FlagRemat):
				continue
			case o == ssa.OpTrapif:
				c.checks += weight
			case o.IsCall():
				c.calls += weight
			case o.IsTerm():
				c.branches += weight
			case o.Has(ssa.FlagRead):
				c.loads += weight
			case o.Has(ssa.FlagWrite):
				c.stores += weight
			}
			c.values += weight
		}
		for i := range f.NumSuccs(b) {
			c.args += weight / float64(f.NumSuccs(b)) * float64(len(f.EdgeArgs(f.Succ(b, i))))
		}
	}
}

// row shows counts in millions.
func (c *census) row() string {
	var w strings.Builder
	for _, x := range []float64{c.values, c.loads, c.stores, c.checks, c.calls, c.branches, c.args} {
		fmt.Fprintf(&w, " %11.4f", x/1e6)
	}
	return w.String()
}

// TestReal runs the passes over real modules, with the checker behind each, and measures what they change and what they take.
func TestReal(t *testing.T) {
	var paths []string
	for pattern := range strings.SplitSeq(*modules, ",") {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) == 0 {
		t.Fatalf("no modules match %q", *modules)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { measurePasses(t, path) })
	}
}

// checkedBytes is how large a module may be for the checker to run behind each pass.
const checkedBytes = 1 << 18

func measurePasses(t *testing.T, path string) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(bytes, nil)
	if err != nil {
		t.Fatal(err)
	}
	layout := abi.NewInstanceLayout(abi.InstanceCounts{
		Mems: m.ImportedMems + len(m.Mems), Tables: m.ImportedTables + len(m.Tables), Tags: m.ImportedTags + len(m.Tags), Types: len(m.Types),
		ImportedFuncs: m.ImportedFuncs, ImportedGlobals: m.ImportedGlobals, Globals: len(m.Globals),
	})
	g := ssagen.NewGenerator(ssagen.NewModule(m, layout, ssagen.Options{GuardBytes: 2 << 30}))
	passes := ssa.Passes()
	took := make([]time.Duration, len(passes))
	var before, after census
	var build time.Duration
	var f ssa.Func
	values := 0
	for i := range m.Code {
		start := time.Now()
		if err := g.Func(&f, uint32(m.ImportedFuncs+i)); err != nil {
			t.Fatal(err)
		}
		build += time.Since(start)
		values += f.NumValues()
		before.count(&f)
		f.Changed()
		for j := range passes {
			p := ssa.Pipeline{Passes: passes[j : j+1], Check: len(bytes) <= checkedBytes}
			start := time.Now()
			p.Run(&f)
			took[j] += time.Since(start)
		}
		after.count(&f)
	}
	var w strings.Builder
	fmt.Fprintf(&w, "%d functions, %d values\n          %s\nbefore    %s\nafter     %s\n", len(m.Code), values,
		"     values       loads      stores      checks       calls    branches        args", before.row(), after.row())
	total := time.Duration(0)
	perValue := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(values) }
	for j, p := range passes {
		fmt.Fprintf(&w, "%7.1f ns/value %s\n", perValue(took[j]), p.Name)
		total += took[j]
	}
	fmt.Fprintf(&w, "%7.1f ns/value all passes, %.1f to build\n", perValue(total), perValue(build))
	t.Log(w.String())
}
