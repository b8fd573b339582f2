package main

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// clockedBar returns a bar that writes to a string, on a clock that stands still.
func clockedBar() (b *bar, out *strings.Builder, clock *time.Time) {
	out = new(strings.Builder)
	clock = new(time.Time)
	*clock = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	return &bar{w: out, now: func() time.Time { return *clock }, start: *clock}, out, clock
}

func TestBar(t *testing.T) {
	b, out, clock := clockedBar()
	step := func(after time.Duration, done int, want string) {
		t.Helper()
		*clock = clock.Add(after)
		out.Reset()
		b.progress(done, 200)
		if out.String() != want {
			t.Errorf("%d of 200: have %q, want %q", done, out.String(), want)
		}
	}
	step(0, 1, "")
	step(barDelay-1, 50, "")
	step(1, 100, "\rcompiling [===============>              ]  50%  100 of 200 functions\x1b[K")
	step(barPause-1, 120, "")
	step(1, 110, "\rcompiling [==================>           ]  60%  120 of 200 functions\x1b[K")
	step(barPause, 200, "\rcompiling [=============================>] 100%  200 of 200 functions\x1b[K")
	out.Reset()
	b.finish()
	b.finish()
	if out.String() != "\r\x1b[K" {
		t.Errorf("finish wrote %q", out.String())
	}
}

// TestBarQuick compiles in no time: there is nothing to see, and nothing to clear.
func TestBarQuick(t *testing.T) {
	b, out, _ := clockedBar()
	b.progress(200, 200)
	b.finish()
	if out.Len() > 0 {
		t.Errorf("have %q", out.String())
	}
}

// TestBarConcurrent is for the race detector.
func TestBarConcurrent(t *testing.T) {
	b, out, clock := clockedBar()
	*clock = clock.Add(time.Hour)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for n := range 100 {
				b.progress(4*n+i, 400)
			}
		})
	}
	wg.Wait()
	if strings.Count(out.String(), "\r") != 1 {
		t.Errorf("have %q, want one drawing at one moment", out.String())
	}
}

// TestBarElsewhere writes to what is no terminal.
func TestBarElsewhere(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	b := newBar(file)
	b.start = b.start.Add(-time.Hour)
	b.progress(1, 2)
	b.finish()
	if info, err := file.Stat(); err != nil || info.Size() > 0 {
		t.Errorf("wrote %d bytes to a file (%v)", info.Size(), err)
	}
}
