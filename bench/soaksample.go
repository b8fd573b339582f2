package main

import (
	"fmt"
	"os"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/weft-wasm/weft"
)

// gauge is something of the process that a soak watches.
type gauge struct {
	name, unit string
	read       func() (float64, error)
	// The second half of the run may have so much more than the first, by its factor and in its unit.
	factor, slack float64
	timing        bool // it depends on what else the machine does
}

// gauges are what leaks show in. Slack is for what varies with the guests that happen to be there.
func (s *soak) gauges() []gauge {
	return []gauge{
		{"resident", "MB", residentMB, 1.1, 16, false},
		{"stacks", "", mappings(isStack), 1.1, 1000, false}, // calls by way of the host need one each, and there are many in a guest that overflows that way
		{"other mappings", "", mappings(func(from, to uint64, mode string) bool {
			return !isStack(from, to, mode) && !isStackGuard(from, to, mode)
		}), 1.1, 64, false},
		{"slots", "", mappings(isReservation), 1.1, 32, false},
		{"slots in use", "", s.stat(func(x *weft.Stats) float64 { return float64(x.SlotsInUse) }), 1.1, 32, false},
		{"instances", "", s.stat(func(x *weft.Stats) float64 { return float64(x.InstancesLive) }), 1.1, 32, false},
		{"code", "MB", s.stat(func(x *weft.Stats) float64 { return float64(x.CodeBytes) / 1e6 }), 1.1, 4, false},
		{"descriptors", "", entriesOf("/proc/self/fd"), 1, 8, false},
		{"threads", "", entriesOf("/proc/self/task"), 1, 8, false},
		{"goroutines", "", metric("/sched/goroutines:goroutines", 1), 1.2, 32, false},
		{"live heap", "MB", metric("/gc/heap/live:bytes", 1e-6), 1.1, 8, false},
		{"timers, p50", "ms", s.late.take(func(p50, _ float64) float64 { return p50 }), 1.5, 1, true},
		{"timers, p99", "ms", s.late.last(func(_, p99 float64) float64 { return p99 }), 2, 10, true},
		{"good guests, p50", "ms", s.latency.take(func(p50, _ float64) float64 { return p50 }), 1.5, 1, true},
		{"good guests, p99", "ms", s.latency.last(func(_, p99 float64) float64 { return p99 }), 2, 20, true},
	}
}

// stat reads one of the engine's own counts.
func (s *soak) stat(of func(*weft.Stats) float64) func() (float64, error) {
	return func() (float64, error) {
		if s.guests == nil {
			return 0, nil
		}
		stats := s.guests.engine.Stats()
		return of(&stats), nil
	}
}

func residentMB() (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kib float64
		if _, err := fmt.Sscanf(line, "VmRSS: %g kB", &kib); err == nil {
			return kib / 1024, nil
		}
	}
	return 0, fmt.Errorf("/proc/self/status says nothing of VmRSS")
}

// mappings counts the lines of /proc/self/maps that are wanted.
func mappings(want func(from, to uint64, mode string) bool) func() (float64, error) {
	return func() (n float64, err error) {
		maps, err := os.ReadFile("/proc/self/maps")
		for line := range strings.Lines(string(maps)) {
			var from, to uint64
			var mode string
			if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil {
				return 0, err
			}
			if want(from, to, mode) {
				n++
			}
		}
		return n, err
	}
}

// A guest stack is the end of a slot of address space, and what is in front of it is its guard.
const (
	stackBytes     = 1 << 20
	stackSlotBytes = 16 << 20
)

func isStack(from, to uint64, mode string) bool {
	return mode == "rw-p" && to-from == stackBytes && to%stackSlotBytes == 0
}

func isStackGuard(from, to uint64, mode string) bool {
	return mode == "---p" && from%stackSlotBytes == 0 && (to+stackBytes)%stackSlotBytes == 0
}

// isReservation says whether a mapping is the inaccessible end of what a memory has reserved.
func isReservation(from, to uint64, mode string) bool {
	return mode == "---p" && to-from >= 2<<30 && to-from < 8<<30
}

func entriesOf(dir string) func() (float64, error) {
	return func() (float64, error) {
		entries, err := os.ReadDir(dir)
		return float64(len(entries)), err
	}
}

func metric(name string, scale float64) func() (float64, error) {
	sample := []metrics.Sample{{Name: name}}
	return func() (float64, error) {
		metrics.Read(sample)
		return float64(sample[0].Value.Uint64()) * scale, nil
	}
}

// window collects times until they are taken, as milliseconds.
type window struct {
	mu       sync.Mutex
	times    []time.Duration
	p50, p99 float64
}

func (w *window) add(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.times = append(w.times, d)
}

// take reads something of the times since it was last called.
func (w *window) take(of func(p50, p99 float64) float64) func() (float64, error) {
	return func() (float64, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.times) > 0 {
			w.p50, w.p99 = quantiles(w.times)
			w.times = w.times[:0]
		}
		return 1e3 * of(w.p50, w.p99), nil
	}
}

// last reads something of the times that take took.
func (w *window) last(of func(p50, p99 float64) float64) func() (float64, error) {
	return func() (float64, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return 1e3 * of(w.p50, w.p99), nil
	}
}

// series is what a gauge showed, sample by sample.
type series struct {
	gauge
	values []float64
}

// halves are the medians of the first and the second half of the samples, without the first fifth, in which everything is filled that is kept.
func (s *series) halves() (first, second float64) {
	values := s.values[len(s.values)/5:]
	middle := len(values) / 2
	return median(values[:middle]), median(values[middle:])
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}

// allowed is what the second half may have.
func (s *series) allowed() float64 {
	first, _ := s.halves()
	return first*s.factor + s.slack
}

// steady reports whether it has no more than that.
func (s *series) steady() bool {
	_, second := s.halves()
	return second <= s.allowed()
}

// printSeries writes the table, and returns the rows and an error that names what was not steady, times only if they count.
func printSeries(all []series, times bool) (rows []Row, err error) {
	t := newTable(os.Stdout, "watched", "first half", "second half", "most", "may be")
	var grown []string
	for i := range all {
		s := &all[i]
		first, second := s.halves()
		number := func(v float64) string { return strings.TrimSpace(fmt.Sprintf("%.4g %s", v, s.unit)) }
		t.row(s.name, number(first), number(second), number(slices.Max(s.values)), number(s.allowed()))
		rows = append(rows, Row{"soak/" + s.name + "/first", "weft", first, s.unit}, Row{"soak/" + s.name + "/second", "weft", second, s.unit})
		if !s.steady() && (times || !s.timing) {
			grown = append(grown, s.name)
		}
	}
	if err := t.flush(); err != nil {
		return rows, err
	}
	if len(grown) > 0 {
		return rows, fmt.Errorf("not steady: %s", strings.Join(grown, ", "))
	}
	return rows, nil
}
