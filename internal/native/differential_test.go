package native_test

import (
	"bytes"
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

var (
	seedFlag = flag.Uint64("seed", 0, "first seed of the differential test")
	timeFlag = flag.Duration("differential", 4*time.Second, "how long the differential test runs")
)

var interpreter = tier{
	executor: func(m *rt.Module) (rt.Executor, error) { return interp.New(m), nil },
	bindHost: func(*rt.Func) {},
}

func compiled(t testing.TB, c native.Config) tier {
	t.Helper()
	e, err := native.NewEngine(c)
	if err != nil {
		t.Skip(err)
	}
	return tier{
		executor: func(m *rt.Module) (rt.Executor, error) { return e.Compile(context.Background(), m, nil) },
		bindHost: e.BindHost,
		costs:    c.Fuel,
	}
}

// TestDifferential runs random modules compiled and interpreted, and compares results, traps with their backtraces, exceptions, memories,
// tables and globals after every call. To look for more: go test ./internal/native -run Differential -differential 10m -seed 1000000
func TestDifferential(t *testing.T) {
	tiers := []tier{compiled(t, native.Config{}), compiled(t, native.Config{ExplicitChecks: true})}
	start, seed := time.Now(), *seedFlag
	for more := true; more; more = time.Since(start) < *timeFlag {
		if !differential(t, seed, tiers[seed%4/3]) {
			t.Fatalf("seed %d differs: go test ./internal/native -run Differential -seed %[1]d -differential 1ns", seed)
		}
		seed++
	}
	t.Logf("%d seeds", seed-*seedFlag)
}

// TestScenes does the same with the modules of testdata, each of which shows what once went wrong.
func TestScenes(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.wat")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	for _, config := range []native.Config{{}, {ExplicitChecks: true}} {
		other := compiled(t, config)
		for _, path := range paths {
			m := parse(t, path)
			for seed := range uint64(8) {
				if !scenes(t, []*wasm.Module{m}, seed, other) {
					t.Fatalf("%s differs", path)
				}
			}
		}
	}
}

func parse(t *testing.T, path string) *wasm.Module {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wat.Parse(path, text)
	if err == nil {
		m, err = wasm.Decode(wasm.Encode(m), nil)
	}
	if err == nil {
		_, err = validate.Module(m, wasm.AllFeatures)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// FuzzDifferential is the same for the fuzzer.
func FuzzDifferential(f *testing.F) {
	tiers := []tier{compiled(f, native.Config{}), compiled(f, native.Config{ExplicitChecks: true})}
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if !differential(t, seed, tiers[seed%4/3]) {
			t.Fatalf("seed %d differs", seed)
		}
	})
}

// differential runs the modules of a seed in a tier and in the interpreter, and reports whether all was the same.
func differential(t *testing.T, seed uint64, other tier) bool {
	return scenes(t, modulesOf(t, seed), seed, other)
}

// scenes calls all functions of modules three times, with arguments that the seed determines.
func scenes(t *testing.T, modules []*wasm.Module, seed uint64, other tier) bool {
	reference := interpreter
	reference.costs = other.costs
	have, want := newWorld(t, other, modules), newWorld(t, reference, modules)
	defer have.close()
	defer want.close()
	for round := range uint64(3) {
		for i, in := range have.instances {
			for j := range in.Module.Funcs {
				same, again := compare(t, have, want, i, j, seed<<8+round)
				if !same || !again {
					return same
				}
			}
		}
	}
	return true
}

// compare calls function j of instance i in both worlds. again is false if they have to be given up.
func compare(t *testing.T, have, want *world, i, j int, seed uint64) (same, again bool) {
	ends := [2]string{}
	for k, w := range []*world{have, want} {
		in := w.instances[i]
		w.refuel()
		ends[k], _ = w.call(t.Context(), defined(in)[j], rand.New(rand.NewPCG(seed, uint64(i)<<8+uint64(j))))
	}
	if exhausted(ends[0]) || exhausted(ends[1]) {
		return true, false
	}
	if ends[0] != ends[1] {
		t.Errorf("%d.f%d: have %s\nwant %s", i, j, ends[0], ends[1])
		return false, false
	}
	if h, w := have.state(), want.state(); h != w {
		t.Errorf("after %d.f%d: have\n%s\nwant\n%s", i, j, h, w)
		return false, false
	}
	for k, in := range have.instances {
		for n, mem := range in.Mems {
			if !bytes.Equal(mem.Bytes(), want.instances[k].Mems[n].Bytes()) {
				t.Errorf("after %d.f%d: memory %d.%d differs", i, j, k, n)
				return false, false
			}
		}
	}
	return true, true
}
