package fuzz

import (
	"bytes"
	"fmt"
)

// verdict is what comes of comparing two outcomes.
type verdict struct {
	// difference says how the second outcome differs from the first; "" if it does not.
	difference string
	// refused is what an executor said that did not accept a module, and exhausted that a call went too deep for one, after which states
	// need not be the same.
	refused   string
	exhausted bool
}

// coarse has what wasmtime calls the specification's traps where it tells fewer apart.
var coarse = map[string]string{
	"undefined element":       "out of bounds table access",
	"null function reference": "null reference",
}

func coarsely(end string) string {
	if c := coarse[end]; c != "" {
		return c
	}
	return end
}

// compare compares what two executors, by name, did with a trial.
func compare(t *Trial, names [2]string, a, b Outcome) verdict {
	spell := func(end string) string { return end }
	if names[0] == "wasmtime" || names[1] == "wasmtime" {
		spell = coarsely
	}
	differ := func(what, have, want string) verdict {
		return verdict{difference: fmt.Sprintf("%s: %s has %q, %s has %q", what, names[1], have, names[0], want)}
	}
	switch {
	case a.Crash != "" || b.Crash != "":
		return differ("crash", b.Crash, a.Crash)
	case a.Refused != "" && b.Refused != "", (a.Refused != "") != (b.Refused != "") && (names[0] == "wasmtime" && a.Refused != "" || names[1] == "wasmtime" && b.Refused != ""):
		return verdict{refused: a.Refused + b.Refused}
	case a.Refused != b.Refused:
		return differ("compilation", b.Refused, a.Refused)
	case spell(a.Instantiation) != spell(b.Instantiation):
		return differ("instantiation", b.Instantiation, a.Instantiation)
	}
	for i := range min(len(a.Ends), len(b.Ends)) {
		if a.Ends[i] == endExhausted || b.Ends[i] == endExhausted {
			return verdict{exhausted: true}
		}
		if spell(a.Ends[i]) != spell(b.Ends[i]) {
			what := fmt.Sprintf("probe %d", i)
			if i == t.Probes {
				what = "dump"
			}
			return differ(what, b.Ends[i], a.Ends[i])
		}
	}
	for i := range min(len(a.Fuel), len(b.Fuel)) {
		if a.Fuel[i] != b.Fuel[i] {
			return differ(fmt.Sprintf("fuel left after probe %d", i), fmt.Sprint(b.Fuel[i]), fmt.Sprint(a.Fuel[i]))
		}
	}
	if at := firstDifferent(a.Log, b.Log); at >= 0 {
		at -= at % slotBytes
		what := fmt.Sprintf("slot %d", at/slotBytes)
		if at/slotBytes < len(t.slots) {
			what = t.slots[at/slotBytes]
		}
		return differ(what, fmt.Sprintf("%x", slotAt(b.Log, at)), fmt.Sprintf("%x", slotAt(a.Log, at)))
	}
	for i := range min(len(a.Memories), len(b.Memories)) {
		if a.Memories[i] != b.Memories[i] {
			return differ(fmt.Sprintf("memory %d, size and sum", i), fmt.Sprint(b.Memories[i]), fmt.Sprint(a.Memories[i]))
		}
	}
	if len(a.Ends) != len(b.Ends) || len(a.Memories) != len(b.Memories) {
		return differ("outcome", fmt.Sprint(len(b.Ends), len(b.Memories)), fmt.Sprint(len(a.Ends), len(a.Memories)))
	}
	return verdict{}
}

// firstDifferent returns where two slices differ first, below zero if they do not.
func firstDifferent(a, b []byte) int {
	if bytes.Equal(a, b) {
		return -1
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

func slotAt(log []byte, at int) []byte {
	return log[min(at, len(log)):min(at+slotBytes, len(log))]
}
