package main

import (
	"context"
	"testing"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
)

// TestSpinners stops guests that spin, on every engine in this program that has such.
func TestSpinners(t *testing.T) {
	for _, name := range []string{"weft", "weft-interpreter", "wasmtime", "wazero"} {
		if _, err := engine.Open(name); err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		s, err := engine.Spins(name)
		if err != nil {
			t.Fatal(name, err)
		}
		spin, err := s.Make()
		if err != nil {
			t.Fatal(name, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := spin(ctx); err != nil || ctx.Err() == nil {
			t.Errorf("%s: it spun with %v, and its context ended with %v", name, err, ctx.Err())
		}
	}
}

// TestMeasurements finds measurements by their names alone.
func TestMeasurements(t *testing.T) {
	for _, name := range measurementNames() {
		if m, err := findMeasurement(name); err != nil || m.name != name || m.run == nil {
			t.Errorf("%s: have %v, %v", name, m, err)
		}
	}
	if _, err := findMeasurement("nothing"); err == nil {
		t.Error("a measurement that is not there is found")
	}
}
