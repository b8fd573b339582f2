package main

import (
	"errors"
	"testing"
)

// TestResults takes the best time of each engine, and no time of one that failed only.
func TestResults(t *testing.T) {
	s := newResults()
	s.note(Row{"cold-a", "x", 2, "s"}, nil)
	s.note(Row{"cold-a", "y", 0, "s"}, errors.New("crashed"))
	s.note(Row{"cold-a", "x", 1, "s"}, nil)
	s.note(Row{"cold-a", "x", 3, "s"}, nil)
	s.note(Row{"cold-b", "x", 5, "s"}, errors.New("slow"))
	s.note(Row{"cold-b", "x", 4, "s"}, nil)
	rows := s.rows()
	want := []Row{{"cold-a", "x", 1, "s"}, {"cold-b", "x", 4, "s"}}
	if len(rows) != len(want) || rows[0] != want[0] || rows[1] != want[1] {
		t.Errorf("rows %+v, want %+v", rows, want)
	}
	if len(s.keys) != 3 {
		t.Errorf("%d keys, want 3", len(s.keys))
	}
}
