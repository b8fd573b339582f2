package regalloc_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/isa/amd64"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/smith"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssagen"
	"github.com/weft-wasm/weft/internal/wasm"
)

func TestAMD64(t *testing.T) {
	regalloc.Golden(t, "testdata/amd64/*.txtar", amd64.Target, ssa.OpAMD64)
}

// compiler takes functions as far as register allocation.
type compiler struct {
	gen      ssagen.Generator
	f        ssa.Func
	pipeline ssa.Pipeline
	lowerer  amd64.Lowerer
	alloc    *regalloc.Allocator

	funcs, values int
	took          time.Duration
}

func newCompiler() *compiler {
	return &compiler{pipeline: ssa.Pipeline{Passes: ssa.Passes()}, alloc: regalloc.New(amd64.Target, ssa.OpAMD64)}
}

// module hands the allocation of each function of a module to visit. Functions that amd64 cannot lower are left out.
func (c *compiler) module(t testing.TB, m *wasm.Module, visit func(f *ssa.Func, o *regalloc.Allocation)) {
	t.Helper()
	layout := abi.NewInstanceLayout(abi.InstanceCounts{
		Mems: m.ImportedMems + len(m.Mems), Tables: m.ImportedTables + len(m.Tables), Tags: m.ImportedTags + len(m.Tags), Types: len(m.Types),
		ImportedFuncs: m.ImportedFuncs, ImportedGlobals: m.ImportedGlobals, Globals: len(m.Globals),
	})
	c.gen.Reset(ssagen.NewModule(m, layout, ssagen.Options{GuardBytes: 2 << 30}))
	for i := range m.Code {
		if err := c.gen.Func(&c.f, uint32(m.ImportedFuncs+i)); err != nil {
			t.Fatal(err)
		}
		c.pipeline.Run(&c.f)
		var unsupported *amd64.UnsupportedError
		if err := c.lowerer.Lower(&c.f); errors.As(err, &unsupported) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		c.funcs++
		c.values += c.f.NumValues()
		start := time.Now()
		o := c.alloc.Allocate(&c.f)
		c.took += time.Since(start)
		visit(&c.f, o)
	}
}

// check allocates registers for all functions of a module and checks that.
func (c *compiler) check(t testing.TB, m *wasm.Module) {
	t.Helper()
	c.module(t, m, func(f *ssa.Func, o *regalloc.Allocation) {
		if err := regalloc.Check(f, amd64.Target, ssa.OpAMD64, o); err != nil {
			t.Fatalf("%v\n%s", err, o.Text(f, amd64.Target))
		}
	})
}

func decode(t testing.TB, bytes []byte) *wasm.Module {
	t.Helper()
	m, err := wasm.Decode(bytes, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRealModules(t *testing.T) {
	paths, err := filepath.Glob("../realworld/testdata/*/*.wasm")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no committed modules: %v", err)
	}
	c := newCompiler()
	for _, path := range paths {
		bytes, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c.check(t, decode(t, bytes))
	}
	if c.funcs == 0 {
		t.Error("no functions")
	}
	t.Logf("%d functions", c.funcs)
}

func TestRandomModules(t *testing.T) {
	c := newCompiler()
	for seed := range uint64(100) {
		o := smith.All()
		o.SIMD, o.Refs, o.Throws, o.Tail, o.Many = seed%5 < 2, seed%3 < 2, seed%7 < 4, seed%2 < 1, seed%11 < 5
		o.Steps = 10 + int(seed*7%120)
		c.check(t, decode(t, wasm.Encode(smith.Module(rand.New(rand.NewPCG(seed, 1)), o))))
	}
	if c.funcs == 0 {
		t.Error("no functions")
	}
	t.Logf("%d functions", c.funcs)
}
