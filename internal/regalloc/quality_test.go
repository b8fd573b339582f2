package regalloc_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa/amd64"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

var modules = flag.String("modules", "../realworld/testdata/*/*.wasm", "patterns of the modules to measure, separated by commas")

// tally counts what an allocation costs, preserved registers included: for all operations alike, weighted by 10 for each loop around them, and weighted by how often they are
// estimated to run.
type tally struct {
	ops, loads, stores, copies, swaps, remats, folded [3]float64
	bytes                                             int
}

// maxWeightedDepth bounds the weight, so that one deep loop is not all that counts.
const maxWeightedDepth = 4

func (y *tally) add(f *ssa.Func, o *regalloc.Allocation) {
	for _, b := range f.Order() {
		weight, freq := 1.0, float64(f.Freq(b))
		if !f.Cold(b) {
			weight = math.Pow(10, float64(min(f.LoopDepth(b), maxWeightedDepth)))
		}
		count := func(n *[3]float64) { n[0]++; n[1] += weight; n[2] += freq }
		if b == ssa.Entry {
			for range o.Saved.Len() {
				count(&y.stores)
			}
		}
		for v := f.First(b); v != 0; v = f.Next(v) {
			for _, m := range o.Moves(v) {
				count(y.of(m))
			}
			for _, l := range o.Uses(v) {
				if k := l.Kind(); k == regalloc.KindSlot || k == regalloc.KindWide || k == regalloc.KindIn || k == regalloc.KindConst {
					count(&y.folded)
				}
			}
			if emits(f, v) {
				count(&y.ops)
			}
			if f.Op(v) == ssa.OpReturn || f.Op(v).IsCall() && f.Op(v).IsTerm() {
				for range o.Saved.Len() {
					count(&y.loads)
				}
			}
		}
	}
}

// emits reports whether v is an instruction where it stands.
func emits(f *ssa.Func, v ssa.Value) bool {
	switch o := f.Op(v); o {
	case ssa.OpParam, ssa.OpCopy, ssa.OpProj, ssa.OpContext, ssa.OpMembase, ssa.OpJump:
		return false
	default:
		return !o.Has(ssa.FlagRemat) || f.NumArgs(v) > 0
	}
}

func (y *tally) of(m regalloc.Move) *[3]float64 {
	switch {
	case m.Op == regalloc.MoveSwap:
		return &y.swaps
	case m.Op == regalloc.MoveRemat:
		return &y.remats
	case !m.To.IsReg():
		return &y.stores
	case !m.From.IsReg():
		return &y.loads
	}
	return &y.copies
}

// report writes the shares, per thousand operations.
func (y *tally) report(b *testing.B) {
	for _, x := range []struct {
		name string
		n    [3]float64
	}{{"loads", y.loads}, {"stores", y.stores}, {"copies", y.copies}, {"swaps", y.swaps}, {"remats", y.remats}, {"folded", y.folded}} {
		b.ReportMetric(1000*x.n[0]/y.ops[0], x.name+"/kop")
		b.ReportMetric(1000*x.n[1]/y.ops[1], "loop-"+x.name+"/kop")
		b.ReportMetric(1000*x.n[2]/y.ops[2], "freq-"+x.name+"/kop")
	}
	b.ReportMetric(y.ops[0], "ops")
	b.ReportMetric(float64(y.bytes), "code-bytes")
}

// BenchmarkQuality measures how good the allocations of real modules are, and how fast they are made:
//
//	go test ./internal/regalloc -run - -bench Quality -benchtime 1x -modules '/path/of/sqlite.wasm,...'
func BenchmarkQuality(b *testing.B) {
	for _, pattern := range strings.Split(*modules, ",") {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			b.Fatalf("no modules %s: %v", pattern, err)
		}
		for _, path := range paths {
			b.Run(strings.TrimSuffix(filepath.Base(path), ".wasm"), func(b *testing.B) { measure(b, path) })
		}
	}
}

func measure(b *testing.B, path string) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	m := decode(b, bytes)
	var y tally
	var emitter amd64.Emitter
	var object code.Object
	c := newCompiler()
	for b.Loop() {
		y = tally{}
		c.module(b, m, func(f *ssa.Func, o *regalloc.Allocation) {
			y.add(f, o)
			emitter.Asm.Reset()
			emitter.Emit(f, o, &object)
			y.bytes += len(object.Text)
		})
	}
	y.report(b)
	b.ReportMetric(float64(c.took.Nanoseconds())/float64(c.values), "ns/value")
	b.ReportMetric(float64(c.took)/float64(b.Elapsed()), "share-of-time")
}
