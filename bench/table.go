package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"text/tabwriter"
)

// Row is one measured value as --json writes it.
type Row struct {
	Name   string  `json:"name"`
	Engine string  `json:"engine"`
	Value  float64 `json:"value"`
	// Unit is "s", "MB", or "x-wazero" for Weft's time divided by wazero's.
	Unit string `json:"unit"`
}

// writeJSON writes rows to a file as one JSON array; no name means no file.
func writeJSON(name string, rows []Row) error {
	if name == "" {
		return nil
	}
	data, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o644)
}

// table is a text table whose columns are aligned when it is flushed.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, header ...string) table {
	t := table{tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)}
	t.row(header...)
	return t
}

func (t table) row(cells ...string) {
	for _, cell := range cells {
		fmt.Fprint(t.w, cell, "\t")
	}
	fmt.Fprintln(t.w)
}

func (t table) flush() error { return t.w.Flush() }

// geometricMean returns NaN for no values.
func geometricMean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(values)))
}
