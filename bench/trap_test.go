package main

import (
	"testing"

	"github.com/weft-wasm/weft/bench/engine"
)

// TestTraps has every engine in this program name all calls that a trap ends.
func TestTraps(t *testing.T) {
	for _, name := range []string{"weft", "weft-interpreter", "wasmtime", "wazero"} {
		if _, err := engine.Open(name); err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		trap, err := engine.Traps(name)
		if err != nil {
			t.Fatal(name, err)
		}
		if n, err := trap(); err != nil || n != engine.TrapFrames {
			t.Errorf("%s: %d frames, %v", name, n, err)
		}
	}
}
