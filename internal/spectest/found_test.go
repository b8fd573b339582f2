package spectest

import (
	"path/filepath"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestFound runs, on every tier, the scripts for what differential tests have found.
func TestFound(t *testing.T) {
	tiers := map[string]Options{"interpreter": {Tier: weft.TierInterpreter, RoundTrip: true}}
	if weft.NewEngine(weft.Config{}).Info().Tier == weft.TierCompiled {
		tiers["compiled"] = Options{Tier: weft.TierCompiled}
		tiers["automatic"] = Options{Tier: weft.TierAuto}
		tiers["explicit"] = Options{Tier: weft.TierCompiled, Explicit: true}
	}
	for name, o := range tiers {
		t.Run(name, func(t *testing.T) {
			for _, r := range runSuite(t, filepath.Join("testdata", "found"), o) {
				for _, f := range r.Failures {
					t.Error(f)
				}
				if r.Passed == 0 {
					t.Errorf("%s asserts nothing", r.File)
				}
			}
		})
	}
}
