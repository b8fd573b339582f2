package main

import (
	"testing"

	"github.com/weft-wasm/weft/bench/engine"
)

// TestCycles makes instances on every engine in this program, calls what is measured and closes them.
func TestCycles(t *testing.T) {
	guest, err := engine.SmallGuest()
	if err == nil {
		guest, err = engine.WithCycleExports(guest)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"weft", "wasmtime", "wazero"} {
		if _, err := engine.Open(name); err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		c, err := engine.Cycles(name, guest)
		if err != nil {
			t.Fatal(name, err)
		}
		for range 3 {
			for _, export := range []string{engine.NopExport, engine.WriteExport} {
				in, err := c.Make(export)
				if err != nil {
					t.Fatal(name, export, err)
				}
				in.Close()
			}
		}
		if bytes, err := engine.MeasureLive(c, 20); err != nil || bytes > 1<<30 {
			t.Errorf("%s: 20 instances take %d bytes, %v", name, bytes, err)
		}
	}
}
