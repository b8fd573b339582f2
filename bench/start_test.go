package main

import (
	"errors"
	"testing"
)

// TestStartNotes takes the best time of each engine, and no time of one that failed only.
func TestStartNotes(t *testing.T) {
	s := &startBench{best: map[Row]float64{}, failed: map[Row]error{}}
	s.note("cold-a", "x", 2, nil)
	s.note("cold-a", "y", 0, errors.New("crashed"))
	s.note("cold-a", "x", 1, nil)
	s.note("cold-a", "x", 3, nil)
	s.note("cold-b", "x", 5, errors.New("slow"))
	s.note("cold-b", "x", 4, nil)
	rows := s.rows()
	want := []Row{{"cold-a", "x", 1, "s"}, {"cold-b", "x", 4, "s"}}
	if len(rows) != len(want) || rows[0] != want[0] || rows[1] != want[1] {
		t.Errorf("rows %+v, want %+v", rows, want)
	}
	if len(s.keys) != 3 {
		t.Errorf("%d keys, want 3", len(s.keys))
	}
}
