package ssagen

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/smith"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// guarded is how code is compiled where memories have a guard, checked how it is where they have none.
var (
	guarded = Options{GuardBytes: 2 << 30}
	checked = Options{Explicit: abi.Explicit{Faults: true, Preempt: true}}
)

// layoutOf lays out the contexts of a module's instances.
func layoutOf(m *wasm.Module) *abi.InstanceLayout {
	return abi.NewInstanceLayout(abi.InstanceCounts{
		Mems: m.ImportedMems + len(m.Mems), Tables: m.ImportedTables + len(m.Tables), Tags: m.ImportedTags + len(m.Tags), Types: len(m.Types),
		ImportedFuncs: m.ImportedFuncs, ImportedGlobals: m.ImportedGlobals, Globals: len(m.Globals),
	})
}

// builder builds functions in memory that it keeps, as a worker of the compiler does.
type builder struct {
	g Generator
	f ssa.Func
}

// module builds all functions of a valid module and hands each to visit.
func (b *builder) module(t testing.TB, m *wasm.Module, o Options, visit func(f *ssa.Func)) {
	t.Helper()
	b.g.Reset(NewModule(m, layoutOf(m), o))
	for i := range m.Code {
		if err := b.g.Func(&b.f, uint32(m.ImportedFuncs+i)); err != nil {
			t.Fatal(err)
		}
		visit(&b.f)
	}
}

// check builds all functions of a valid module and checks them.
func (b *builder) check(t testing.TB, m *wasm.Module) (funcs int) {
	t.Helper()
	for _, o := range []Options{guarded, checked} {
		b.module(t, m, o, func(f *ssa.Func) {
			funcs++
			if err := ssa.Check(f); err != nil {
				t.Errorf("%v\n%s", err, f)
			}
		})
	}
	return funcs
}

// compilable reports whether a module is valid and without the instructions that no tier executes.
func compilable(m *wasm.Module) bool {
	info, err := validate.Module(m, wasm.AllFeatures)
	return err == nil && info.Unsupported() == nil
}

func TestRealModules(t *testing.T) {
	paths, err := filepath.Glob("../realworld/testdata/*/*.wasm")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no committed modules: %v", err)
	}
	var b builder
	for _, path := range paths {
		bytes, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := wasm.Decode(bytes, nil)
		if err != nil || !compilable(m) {
			t.Fatalf("%s: %v", path, err)
		}
		t.Logf("%s: %d functions", filepath.Base(path), b.check(t, m))
	}
}

// suiteRoot is where the core test suite is; the test is skipped on machines without it.
func suiteRoot(t testing.TB) string {
	dir := os.Getenv("WEFT_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	root := filepath.Join(dir, "spec", "core")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no test suite: set WEFT_SHARED to run this (%v)", err)
	}
	return root
}

// eachScript visits the scripts of the core test suite.
func eachScript(t testing.TB, visit func(name string, s *wat.Script)) {
	root := suiteRoot(t)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wast" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s, err := wat.ParseScript(path, text)
		if err == nil {
			visit(strings.TrimPrefix(path, root+"/"), s)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSuiteModules(t *testing.T) {
	var b builder
	modules, funcs := 0, 0
	eachScript(t, func(_ string, s *wat.Script) {
		for _, c := range s.Commands {
			if u, ok := c.(*wat.AssertUnlinkable); ok {
				c = u.Module
			}
			x, ok := c.(*wat.Module)
			if !ok || x.Form == wat.FormInstance {
				continue
			}
			if m, err := x.Load(); err == nil && compilable(m) {
				modules++
				funcs += b.check(t, m)
			}
		}
	})
	t.Logf("%d functions of %d modules", funcs, modules)
	if modules < 2000 {
		t.Errorf("have %d modules, want at least 2000", modules)
	}
}

// randomModule is the random module of a seed; what it is made of varies with the seed.
func randomModule(t testing.TB, seed uint64) *wasm.Module {
	o := smith.All()
	o.SIMD, o.Refs, o.Throws, o.Tail, o.Many = seed%5 < 2, seed%3 < 2, seed%7 < 4, seed%2 < 1, seed%11 < 5
	o.Steps = 10 + int(seed*7%120)
	m, err := wasm.Decode(wasm.Encode(smith.Module(rand.New(rand.NewPCG(seed, 1)), o)), nil)
	if err != nil || !compilable(m) {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return m
}

func TestRandomModules(t *testing.T) {
	var b builder
	funcs := 0
	for seed := range uint64(300) {
		funcs += b.check(t, randomModule(t, seed))
	}
	t.Logf("%d functions", funcs)
}
