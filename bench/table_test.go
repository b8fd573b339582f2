package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestGeometricMean(t *testing.T) {
	if got := geometricMean([]float64{0.5, 2, 8}); math.Abs(got-2) > 1e-12 {
		t.Errorf("of 1/2, 2 and 8: have %v, want 2", got)
	}
	if got := geometricMean(nil); !math.IsNaN(got) {
		t.Errorf("of nothing: have %v, want NaN", got)
	}
}

func TestTableAlignsColumns(t *testing.T) {
	var b strings.Builder
	table := newTable(&b, "program", "run")
	table.row("gofmt", "1.186 s")
	if err := table.flush(); err != nil {
		t.Fatal(err)
	}
	if want := "  program      run\n    gofmt  1.186 s\n"; b.String() != want {
		t.Errorf("have %q, want %q", b.String(), want)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	rows := []Row{{"gofmt/run", "weft", 1.25, "s"}, {"geomean/run", "weft", 0.5, "x-wazero"}}
	file := filepath.Join(t.TempDir(), "rows.json")
	if err := writeJSON(file, rows); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var back []Row
	if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back, rows) {
		t.Errorf("have %v, %v, want %v", back, err, rows)
	}
	if !strings.Contains(string(data), `"unit": "x-wazero"`) {
		t.Errorf("the fields have other names: %s", data)
	}
}

func TestSecondsInTables(t *testing.T) {
	for value, want := range map[float64]string{12e-9: "12.00 ns", 3.5e-6: "3.50 µs", 0.25: "250.00 ms", 61: "61.00 s"} {
		if have := (Row{Value: value, Unit: "s"}).cell(); have != want {
			t.Errorf("%g s is shown as %s, want %s", value, have, want)
		}
	}
}
