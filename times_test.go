package weft_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/dbg"
)

// TestTimes has WEFTDEBUG=time measure all that happens between bytes and a module.
func TestTimes(t *testing.T) {
	restore, err := dbg.Set("time")
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	var out bytes.Buffer
	defer dbg.SetOutput(dbg.SetOutput(&out))
	config := testConfig()
	if isCompiled() {
		config.Tier = weft.TierCompiled // so that functions are compiled at once
	}
	e := weft.NewEngine(config)
	b := binary(t, typedModule)
	if _, err := e.CompileReader(bg, bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	phases := []string{"decode ", "validate "}
	if e.Info().Tier == weft.TierCompiled {
		phases = append(phases, "build ", "allocate ", "link ", "map ")
	}
	dbg.PrintTimes()
	for _, phase := range phases {
		if !strings.Contains(out.String(), "\n"+phase) {
			t.Errorf("no %sin\n%s", phase, out.String())
		}
	}
}
