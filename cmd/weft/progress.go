package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// bar shows on a terminal how far compiling is, if that takes longer than people like to wait without a sign:
//
//	compiling [==========>                   ]  36%  1024 of 2840 functions
//
// It stands in one line, which finish clears.
type bar struct {
	w     io.Writer // nil if nothing is to be shown
	now   func() time.Time
	start time.Time

	mu    sync.Mutex
	most  int       // of the numbers of functions done
	drawn time.Time // when it was drawn last, zero before that
}

const (
	barDelay = 500 * time.Millisecond // before it is shown
	barPause = 100 * time.Millisecond // between two drawings
	barCells = 30
)

// newBar returns a bar on a terminal. If w is none, nothing will be shown.
func newBar(w io.Writer) *bar {
	b := &bar{now: time.Now, start: time.Now()}
	if isTerminal(w) && os.Getenv("TERM") != "dumb" {
		b.w = w
	}
	return b
}

// progress takes notice that so many functions are compiled. It is safe for concurrent use; numbers may come out of order.
func (b *bar) progress(done, total int) {
	if b.w == nil || total <= 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.most = max(b.most, done)
	now := b.now()
	if now.Sub(b.start) < barDelay || now.Sub(b.drawn) < barPause {
		return
	}
	b.drawn = now
	full := min(barCells*b.most/total, barCells-1)
	cells := strings.Repeat("=", full) + ">" + strings.Repeat(" ", barCells-1-full)
	fmt.Fprintf(b.w, "\rcompiling [%s] %3d%%  %d of %d functions\x1b[K", cells, 100*b.most/total, b.most, total)
}

// finish clears the line if there is something in it.
func (b *bar) finish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.drawn.IsZero() {
		fmt.Fprint(b.w, "\r\x1b[K")
		b.drawn = time.Time{}
	}
}
