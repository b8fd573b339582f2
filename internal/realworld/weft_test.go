package realworld

import (
	"errors"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestPrograms runs the whole catalogue on each tier. A program that this machine cannot provide is skipped.
func TestPrograms(t *testing.T) {
	for _, tier := range []weft.Tier{weft.TierInterpreter, weft.TierCompiled} {
		engine := weft.NewEngine(weft.Config{Tier: tier})
		defer engine.Close()
		if engine.Info().Tier != tier {
			t.Logf("not on the tier %s: %s", tier, engine.Info().Reason)
			continue
		}
		for _, program := range Programs() {
			t.Run(tier.String()+"/"+program.Name, func(t *testing.T) { testProgram(t, engine, program) })
		}
	}
}

func testProgram(t *testing.T, engine *weft.Engine, program Program) {
	report, err := program.Run(t.Context(), Weft(engine))
	if unavailable := new(UnavailableError); errors.As(err, &unavailable) {
		t.Skip(unavailable)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB, compile %v, run %v", float64(report.WasmBytes)/1e6, report.Compile, report.Execute)
}
