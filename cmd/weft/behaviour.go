package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/weft-wasm/weft/internal/wasm"
)

// behaviour is what is compared.
type behaviour struct {
	stdout, stderr string
	status         int // -1 if it took too long
}

// backtraceLine is a line of a backtrace, with those of its places in the source. Frames of functions that were inlined are not in it.
var backtraceLine = regexp.MustCompile(`(?m)^ *[0-9]+: function [0-9]+.*\n(?: {7}.*\n)*`)

// summary says what the program did, on one line.
func (b *behaviour) summary() string {
	if b.status < 0 {
		return "took too long"
	}
	unit := "bytes"
	if len(b.stdout) == 1 {
		unit = "byte"
	}
	text := fmt.Sprintf("wrote %d %s and exited with %d", len(b.stdout), unit, b.status)
	if line, _, _ := strings.Cut(b.stderr, "\n"); line != "" {
		text += fmt.Sprintf(" (%s)", wasm.PlainName(line))
	}
	return text
}

// difference says in what another behaviour is different, on one line.
func (b *behaviour) difference(have *behaviour) string {
	switch {
	case have.status < 0 || b.status < 0:
		return "it " + have.summary()
	case have.status != b.status:
		return fmt.Sprintf("it %s instead of %d", have.summary(), b.status)
	case have.stdout != b.stdout:
		return firstDifference("standard output", have.stdout, b.stdout)
	}
	return firstDifference("standard error", have.stderr, b.stderr)
}

// firstDifference quotes the start of the first line in which two texts differ.
func firstDifference(name, have, want string) string {
	const most = 60
	a, b := strings.SplitAfter(have, "\n"), strings.SplitAfter(want, "\n")
	n := 0
	for n < min(len(a), len(b))-1 && a[n] == b[n] {
		n++
	}
	return fmt.Sprintf("line %d of %s is %.*q, not %.*q", n+1, name, most, a[n], most, b[n])
}
