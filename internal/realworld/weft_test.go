package realworld

import (
	"errors"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

// TestPrograms runs the whole catalogue on each tier, each program twice: the second time in slots that were used. A program that this machine cannot provide is skipped.
func TestPrograms(t *testing.T) {
	for _, tier := range []weft.Tier{weft.TierInterpreter, weft.TierCompiled, weft.TierAuto} {
		engine := weft.NewEngine(weft.Config{Tier: tier})
		defer engine.Close()
		if info := engine.Info(); info.Tier != tier && !(info.Gradual && tier == weft.TierAuto) {
			t.Logf("not on the tier %s: %s", tier, engine.Info().Reason)
			continue
		}
		for _, program := range Programs() {
			t.Run(tier.String()+"/"+program.Name, func(t *testing.T) { testProgram(t, engine, program) })
		}
	}
}

// longRun is what runs once only.
const longRun = 20 * time.Second

func testProgram(t *testing.T, engine *weft.Engine, program Program) {
	kept := Keep(Weft(engine))
	defer kept.Close(t.Context())
	report, err := program.Run(t.Context(), kept)
	if unavailable := new(UnavailableError); errors.As(err, &unavailable) {
		t.Skip(unavailable)
	}
	if err != nil {
		t.Fatal(err)
	}
	if report.Execute < longRun {
		if _, err := program.Run(t.Context(), kept); err != nil {
			t.Fatalf("run again: %v", err)
		}
	}
	t.Logf("%.1f MB, compile %v, run %v", float64(report.WasmBytes)/1e6, report.Compile, report.Execute)
}
