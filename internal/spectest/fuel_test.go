package spectest

import (
	"testing"

	"github.com/weft-wasm/weft"
)

// TestFuel runs the whole suite with guests that are metered: it must end as it does without, and every command must take as much fuel on all tiers.
func TestFuel(t *testing.T) {
	root := suiteRoot(t)
	if weft.NewEngine(weft.Config{}).Info().Tier != weft.TierCompiled {
		t.Skip("no machine code runs here")
	}
	fuel := &weft.Fuel{Initial: 1 << 40}
	want := runSuite(t, root, Options{Tier: weft.TierInterpreter, Fuel: fuel})
	for _, o := range []Options{{Tier: weft.TierCompiled, Fuel: fuel}, {Tier: weft.TierCompiled, Explicit: true, Fuel: fuel}} {
		commands, units := 0, int64(0)
		for i, have := range runSuite(t, root, o) {
			compareFuel(t, relative(t, root, have.File), have, want[i])
			for _, f := range have.Failures {
				if !f.Unsupported {
					t.Error(f)
				}
			}
			commands += len(have.Fuel)
			for _, n := range have.Fuel {
				units += n
			}
		}
		if commands < 60_000 || units < 1_000_000 {
			t.Errorf("have %d commands that took %d units, want at least 60,000 and 1,000,000", commands, units)
		}
	}
}

// compareFuel compares what the commands of a script took, save those that exhaust the stack: how much there is of it differs.
func compareFuel(t *testing.T, file string, have, want *Result) {
	for i, n := range have.Fuel {
		if w := want.Fuel[i]; n != w && !have.exhausting[i] {
			t.Errorf("%s:%d: have %d units of fuel, want %d", file, have.Lines[i], n, w)
		}
	}
}
