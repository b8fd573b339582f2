package native_test

import (
	"flag"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/rt"
)

var tieredFlag = flag.Duration("tiered", 4*time.Second, "how long the differential test of the automatic tier runs")

// tiered is a tier whose functions are compiled while they run, after so many calls and turns of loops.
func tiered(t testing.TB, c native.Config) tier {
	t.Helper()
	e, err := native.NewEngine(c)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(e.StopTiering)
	return tier{
		executor: func(m *rt.Module) (rt.Executor, error) { return e.Tiered(m) },
		bindHost: e.BindHost,
		costs:    c.Fuel,
	}
}

// manual is tiered, with functions compiled at random moments on the goroutine of the test. It counts those that were compiled.
func manual(t testing.TB, c native.Config, funcs, loops *int) tier {
	t.Helper()
	e, err := native.NewEngine(c)
	if err != nil {
		t.Skip(err)
	}
	e.Manual()
	return tier{
		executor: func(m *rt.Module) (rt.Executor, error) { return e.Tiered(m) },
		bindHost: e.BindHost,
		costs:    c.Fuel,
		settle: func(x rt.Executor) {
			m := x.(*native.Module)
			f, l := m.Moved()
			m.Settle()
			f2, l2 := m.Moved()
			*funcs, *loops = *funcs+f2-f, *loops+l2-l
		},
	}
}

// TestTieredDifferential does what TestDifferential does with functions that move from the interpreter to compiled code meanwhile, at random moments: between
// calls, in calls of the host, and while they run. To look for more: go test ./internal/native -run TieredDifferential -tiered 10m -seed 1000000
func TestTieredDifferential(t *testing.T) {
	var tiers []tier
	var funcs, loops int
	for _, heat := range []int{1, 4, 20} {
		tiers = append(tiers, manual(t, native.Config{Heat: heat}, &funcs, &loops), manual(t, native.Config{Heat: heat, ExplicitChecks: true}, &funcs, &loops))
		tiers = append(tiers, tiered(t, native.Config{Heat: heat}))
	}
	start, seed := time.Now(), *seedFlag
	for more := true; more; more = time.Since(start) < *tieredFlag {
		if !differential(t, seed, tiers[seed%uint64(len(tiers))]) {
			t.Fatalf("seed %d differs: go test ./internal/native -run TieredDifferential -seed %[1]d -tiered 1ns", seed)
		}
		seed++
	}
	t.Logf("%d seeds: %d functions and %d loops have moved", seed-*seedFlag, funcs, loops)
	if seed > 100 && (funcs == 0 || loops == 0) {
		t.Error("nothing has moved")
	}
}
