package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// TestAgainst measures a program of no length, one that fails, and nothing at all.
func TestAgainst(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"short": `(module (memory (export "memory") 1) (func (export "_start")))`,
		"traps": `(module (memory (export "memory") 1) (func (export "_start") unreachable))`,
	} {
		m, err := wat.Parse(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".wasm"), wasm.Encode(m), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := newTestBench(t, dir)
	if err := against("weft-profile", "weft")(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, row := range b.rows() {
		values[row.Name] = row.Value
	}
	if len(values) != 2 || values["x/short"] <= 0 || math.Abs(values["x"]/values["x/short"]-1) > 1e-9 {
		t.Errorf("have %v, want the mean of one program", values)
	}
	for key, err := range b.failed {
		if key.Name != "x/traps" || !strings.Contains(err.Error(), "unreachable") {
			t.Errorf("%s: %v", key.Name, err)
		}
	}
	b = newTestBench(t)
	if err := against("weft-profile", "weft")(t.Context(), b); err != nil || len(b.rows()) != 0 || len(b.failed) != 1 {
		t.Errorf("without programs: %v, %v, %v", err, b.rows(), b.failed)
	}
}

func newTestBench(t *testing.T, args ...string) *controlBench {
	t.Helper()
	flags := newRivalFlags("control", "weft", "", time.Minute)
	if err := flags.parse(args); err != nil {
		t.Fatal(err)
	}
	flags.reps = 1
	return &controlBench{flags, newResults(), "x"}
}
