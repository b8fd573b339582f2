package realworld

import (
	"errors"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestPrograms runs the whole catalogue on Weft. A program that this machine cannot provide is skipped.
func TestPrograms(t *testing.T) {
	engine := weft.NewEngine(weft.Config{Tier: weft.TierInterpreter})
	defer engine.Close()
	for _, program := range Programs() {
		t.Run(program.Name, func(t *testing.T) {
			report, err := program.Run(t.Context(), Weft(engine))
			if unavailable := new(UnavailableError); errors.As(err, &unavailable) {
				t.Skip(unavailable)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%.1f MB, compile %v, run %v", float64(report.WasmBytes)/1e6, report.Compile, report.Execute)
		})
	}
}
