package main

import (
	"errors"
	"testing"

	"github.com/weft-wasm/weft/internal/realworld"
)

// TestCatalogueOnWazero proves the catalogue itself on an engine that is not Weft: every program links, runs and prints what
// the catalogue expects.
func TestCatalogueOnWazero(t *testing.T) {
	for _, program := range realworld.Programs() {
		t.Run(program.Name, func(t *testing.T) {
			report, err := program.Run(t.Context(), newWazeroInterpreter())
			if unavailable := new(realworld.UnavailableError); errors.As(err, &unavailable) {
				t.Skip(unavailable)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("compile %v, run %v", report.Compile, report.Execute)
		})
	}
}
