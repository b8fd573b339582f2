//go:build linux && amd64

package guest

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/abi"
)

// startTicks is StartTicks with a source of ticks that the test chooses.
func startTicks(t *testing.T, attach attachment, period time.Duration, tick func(*Stack, int)) *Ticks {
	t.Helper()
	before := sources
	sources = []attachment{attach}
	defer func() { sources = before }()
	ticks, err := StartTicks(period, tick)
	if err != nil {
		t.Fatal(err)
	}
	return ticks
}

// userTime is the time that the process has spent outside of the kernel.
func userTime(t *testing.T) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano())
}

// eachSource runs a test with each way to get ticks that there is here.
func eachSource(t *testing.T, test func(t *testing.T, attach attachment)) {
	for name, attach := range map[string]attachment{"event": attachEvent, "timer": attachTimer} {
		t.Run(name, func(t *testing.T) {
			end, err := attach(unix.Getpid(), time.Millisecond)
			if err != nil && name == "event" {
				t.Skip(err) // the system may keep the performance monitor to itself
			}
			if err != nil {
				t.Fatal(err)
			}
			end()
			test(t, attach)
		})
	}
}

// TestTicks shows that spinning guests get a tick for each period of processor time, wherever they are.
func TestTicks(t *testing.T) {
	eachSource(t, func(t *testing.T, attach attachment) {
		code := mapSnippet(t, spin)
		var all, outside atomic.Int64
		ticks := startTicks(t, attach, time.Millisecond, func(s *Stack, n int) {
			all.Add(int64(n))
			w := s.Interrupted()
			if f, ok := w.Next(); !ok || f.Text.Address(0) != code {
				outside.Add(1)
			}
		})
		start := userTime(t)
		stop := spinners(t, 2, code, 0)
		time.Sleep(500 * time.Millisecond)
		stop()
		took := userTime(t) - start
		ticks.Stop()
		have := time.Duration(all.Load()) * time.Millisecond
		t.Logf("%v of ticks in %v", have, took)
		if have < took/10 || have > took*3/2 { // on a busy machine a timer, which looks when the kernel does, misses much
			t.Errorf("ticks for %v in %v of processor time", have, took)
		}
		if n := outside.Load(); n > 0 {
			t.Errorf("%d ticks are not in the guest's code", n)
		}
		all.Store(0)
		stop = spinners(t, 1, code, 0)
		time.Sleep(30 * time.Millisecond)
		stop()
		if n := all.Load(); n > 0 {
			t.Errorf("%d ticks after the end", n)
		}
	})
}

// TestTicksState shows that ticks leave no trace in what a guest computes.
func TestTicksState(t *testing.T) {
	eachSource(t, func(t *testing.T, attach attachment) {
		code := mapSnippet(t, count)
		var all atomic.Int64
		ticks := startTicks(t, attach, 50*time.Microsecond, func(*Stack, int) { all.Add(1) })
		defer ticks.Stop()
		var wg sync.WaitGroup
		for range 3 {
			s := testStack(t)
			wg.Go(func() {
				for range 20 {
					const n = 20_000_000
					slots, trap := call(s, code, 0, n, 0)
					sum, carries := countWant(n)
					if trap != abi.TrapNone || slots[0] != sum || slots[1] != carries {
						t.Errorf("%v, %d and %d, want %d and %d", trap, slots[0], slots[1], sum, carries)
					}
				}
			})
		}
		wg.Wait()
		if all.Load() == 0 {
			t.Error("no tick")
		}
	})
}

// TestTicksAgain starts and stops ticks many times, and counts descriptors.
func TestTicksAgain(t *testing.T) {
	eachSource(t, func(t *testing.T, attach attachment) {
		stop := spinners(t, 1, mapSnippet(t, spin), 0)
		defer stop()
		before := descriptors(t)
		for range 50 {
			ticks := startTicks(t, attach, 100*time.Microsecond, func(*Stack, int) {})
			if _, err := StartTicks(time.Second, nil); !errors.Is(err, ErrTicking) {
				t.Fatalf("a second start: %v, want ErrTicking", err)
			}
			ticks.Stop()
		}
		if after := descriptors(t); after > before {
			t.Errorf("%d descriptors, %d before", after, before)
		}
	})
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// TestTicksRefused is what a system says that has neither.
func TestTicksRefused(t *testing.T) {
	before := sources
	defer func() { sources = before }()
	sources = []attachment{func(int, time.Duration) (func(), error) { return nil, unix.EPERM }}
	if _, err := StartTicks(time.Millisecond, nil); !errors.Is(err, unix.EPERM) {
		t.Errorf("have %v, want EPERM", err)
	}
}
