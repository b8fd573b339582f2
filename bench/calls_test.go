package main

import (
	"strings"
	"testing"

	"github.com/weft-wasm/weft/bench/engine"
)

// TestCrossings makes every kind of call on every engine in this program, and sees that it adds.
func TestCrossings(t *testing.T) {
	kinds := map[string][]string{
		"weft":   {engine.ExportTyped, engine.ExportStop, engine.ExportUntyped, engine.ExportRaw, engine.HostTyped, engine.HostUntyped, engine.HostAny},
		"wazero": {engine.ExportUntyped, engine.ExportRaw, engine.HostTyped, engine.HostUntyped},
	}
	if _, err := engine.Open("wasmtime"); err == nil {
		kinds["wasmtime"] = []string{engine.ExportUntyped, engine.HostTyped, engine.HostUntyped}
	}
	for name, want := range kinds {
		crossings, err := engine.Crossings(name)
		if err != nil {
			t.Fatal(name, err)
		}
		if len(crossings) != len(want) {
			t.Errorf("%s: have %d ways, want %v", name, len(crossings), want)
		}
		for i, c := range crossings {
			if c.Kind != want[i] {
				t.Errorf("%s: have %s, want %s", name, c.Kind, want[i])
			}
			if err := c.Loop(100); err != nil {
				t.Errorf("%s: %s: %v", name, c.Kind, err)
			}
			if host := strings.HasPrefix(c.Kind, "host-"); host != (c.Empty != nil) {
				t.Errorf("%s: %s: a loop without calls goes with calls of the host", name, c.Kind)
			} else if host && c.Empty(100) != nil {
				t.Errorf("%s: %s: %v", name, c.Kind, c.Empty(100))
			}
		}
	}
}

func TestLowestCost(t *testing.T) {
	m := lowest([]engine.Cost{{Seconds: 9, Allocations: 2}, {Seconds: 1, Allocations: 3}, {Seconds: 4, Allocations: 1}})
	if m.Seconds != 1 || m.Allocations != 1 {
		t.Errorf("have %+v, want the least time and the fewest allocations", m)
	}
}
