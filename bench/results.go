package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
)

// results collects what repetitions measure: of each row the least value, because whatever else the machine does only adds to it, and
// why there is none. Rows without values are the keys.
type results struct {
	keys   []Row
	least  map[Row]float64
	failed map[Row]error
}

func newResults() *results { return &results{least: map[Row]float64{}, failed: map[Row]error{}} }

// note takes in the row of one repetition, or why it has none.
func (r *results) note(row Row, err error) {
	key := row
	key.Value = 0
	old, known := r.least[key]
	if !known && r.failed[key] == nil {
		r.keys = append(r.keys, key)
	}
	switch {
	case err != nil:
		r.failed[key] = err
	case !known || row.Value < old:
		r.least[key] = row.Value
	}
}

// rows returns what there are values of, in the order in which they were first noted.
func (r *results) rows() []Row {
	var rows []Row
	for _, key := range r.keys {
		if v, ok := r.least[key]; ok {
			key.Value = v
			rows = append(rows, key)
		}
	}
	return rows
}

// print writes the table.
func (r *results) print() error {
	t := newTable(os.Stdout, "what", "engine", "value")
	for _, key := range r.keys {
		cell := fmt.Sprint(r.failed[key])
		if v, ok := r.least[key]; ok {
			key.Value = v
			cell = key.cell()
		}
		t.row(key.Name, key.Engine, cell)
	}
	return t.flush()
}

// scales are the units that seconds are shown in.
var scales = map[float64]string{1e9: "ns", 1e6: "µs", 1e3: "ms", 1: "s"}

// cell renders the value with its unit.
func (r Row) cell() string {
	if r.Unit != "s" {
		return fmt.Sprintf("%.4g %s", r.Value, r.Unit)
	}
	for _, per := range slices.Backward(slices.Sorted(maps.Keys(scales))) {
		if per == 1 || r.Value*per < 1000 {
			return fmt.Sprintf("%.2f %s", r.Value*per, scales[per])
		}
	}
	return ""
}
