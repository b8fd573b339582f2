//go:build linux && amd64

package guest

import (
	"errors"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/abi"
)

func TestUnreachable(t *testing.T) {
	s := testStack(t)
	for name, sn := range map[string]snippet{"ud2": illegal, "hlt": halt} {
		if _, trap := call(s, mapSnippet(t, sn), 0); trap != abi.TrapUnreachable {
			t.Errorf("%s: trap %v", name, trap)
		}
	}
}

func TestDivide(t *testing.T) {
	s := testStack(t)
	narrow, wide := mapSnippet(t, divide32), mapSnippet(t, divide64)
	for _, c := range []struct {
		code       uintptr
		x, y, want int64
		trap       abi.Trap
	}{
		{narrow, 84, 2, 42, 0},
		{narrow, 84, 0, 0, abi.TrapDivideByZero},
		{narrow, 84, 1 << 32, 0, abi.TrapDivideByZero},
		{narrow, math.MinInt32, -1, 0, abi.TrapIntegerOverflow},
		{wide, -84, 2, -42, 0},
		{wide, 84, 0, 0, abi.TrapDivideByZero},
		{wide, math.MinInt64, -1, 0, abi.TrapIntegerOverflow},
	} {
		slots, trap := call(s, c.code, 0, uint64(c.x), uint64(c.y))
		if trap != c.trap || trap == 0 && int64(slots[0]) != c.want {
			t.Errorf("%d / %d = %d, %v, want %d, %v", c.x, c.y, int64(slots[0]), trap, c.want, c.trap)
		}
	}
}

// TestLoad reads what must not be read: memory without access, a file behind its end, and an address that is none.
func TestLoad(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, load)
	none, err := unix.Mmap(-1, 0, pageBytes, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(none)
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	behind, err := unix.Mmap(int(file.Fd()), 0, pageBytes, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(behind)
	for name, c := range map[string]struct {
		address uintptr
		signal  unix.Signal
	}{
		"no access":     {addressOf(none), unix.SIGSEGV},
		"end of file":   {addressOf(behind), unix.SIGBUS},
		"null":          {0, unix.SIGSEGV},
		"not canonical": {1 << 62, unix.SIGSEGV},
	} {
		if _, trap := call(s, code, 0, uint64(c.address)); trap != abi.TrapMemoryOutOfBounds {
			t.Errorf("%s: trap %v", name, trap)
		}
		if have := unix.Signal(s.context.Signal); have != c.signal {
			t.Errorf("%s: signal %v, want %v", name, have, c.signal)
		}
	}
	args, _ := s.Slots(1)
	args[0] = uint64(s.slots)
	if trap := s.Call(code, 0, 0); trap != 0 || args[0] != uint64(s.slots) {
		t.Errorf("%v, read %#x", trap, args[0])
	}
}

// TestTrapsInNestedCalls traps in guests called by hosts called by guests: each call ends on its own.
func TestTrapsInNestedCalls(t *testing.T) {
	s := testStack(t)
	outer := mapSnippet(t, callHost)
	inner := []struct {
		code uintptr
		trap abi.Trap
	}{
		{mapSnippet(t, illegal), abi.TrapUnreachable},
		{mapSnippet(t, load), abi.TrapMemoryOutOfBounds},
		{mapSnippet(t, divide32), abi.TrapDivideByZero},
		{mapSnippet(t, recurse), abi.TrapStackExhausted},
		{mapSnippet(t, recurseFar), abi.TrapStackExhausted},
	}
	round := 0
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		for range inner {
			c := inner[round%len(inner)]
			round++
			if _, trap := call(s, c.code, 0, 0, 0); trap != c.trap {
				t.Errorf("trap %v, want %v", trap, c.trap)
			}
			runtime.GC()
		}
		return s.Leave(abi.TrapHostError)
	})
	for range 10 {
		if _, trap := call(s, outer, StubHost.Address(), 1, 0); trap != abi.TrapHostError {
			t.Errorf("outer trap %v", trap)
		}
	}
}

func TestStackExhausted(t *testing.T) {
	for _, size := range []int{MinStackBytes, DefaultStackBytes, MaxStackBytes} {
		s := testStack(t)
		if size != DefaultStackBytes {
			s = stackOf(t, size)
		}
		for name, code := range map[string]uintptr{"recurse": mapSnippet(t, recurse), "recurseFar": mapSnippet(t, recurseFar)} {
			for range 3 {
				if _, trap := call(s, code, 0); trap != abi.TrapStackExhausted {
					t.Errorf("%s on %d bytes: %v", name, size, trap)
				}
			}
		}
		depth := 0
		for w, ok := s.Backtrace(), true; ok; depth++ {
			_, ok = w.Next()
		}
		t.Logf("%d bytes: %d frames", size, depth)
	}
}

// TestNestedUntilExhausted nests host and guest until there is no room for another call.
func TestNestedUntilExhausted(t *testing.T) {
	s := testStack(t)
	s = stackOf(t, MinStackBytes)
	code := mapSnippet(t, callHost)
	depth := 0
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		depth++
		if _, trap := call(s, code, StubHost.Address(), 1, 0); trap != 0 {
			return s.Leave(trap)
		}
		return Continue
	})
	if _, trap := call(s, code, StubHost.Address(), 1, 0); trap != abi.TrapStackExhausted || depth < 100 {
		t.Errorf("%v after %d calls", trap, depth)
	}
}

// TestBadFault faults where no site is, and outside of any text.
func TestBadFault(t *testing.T) {
	s := testStack(t)
	for want, sn := range map[string]snippet{
		"TestBadFault+0x1 (0f 0b), which has no trap site there": astray,
		"at 0x0, which is in no mapped text":                     wild,
	} {
		func() {
			defer func() {
				err, _ := recover().(error)
				if bad := (*BadFault)(nil); !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
					t.Errorf("recovered %v, want %q", err, want)
				}
			}()
			call(s, mapSnippet(t, sn), 0)
		}()
	}
	if slots, trap := call(s, mapSnippet(t, add), 0, 1, 2); trap != 0 || slots[0] != 3 {
		t.Errorf("afterwards: %v, %v", slots, trap)
	}
}

// TestHostFaults has host functions fault: that stays an ordinary panic of Go, in and outside of guests.
func TestHostFaults(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, callHost)
	var pointer *int
	var zero int
	fail := map[string]func(){
		"invalid memory address": func() { *pointer = 1 },
		"divide by zero":         func() { zero = 1 / zero },
	}
	for want, f := range fail {
		for _, run := range []func(){
			f,
			func() {
				s.Host = hostFunc(func(s *Stack, word uint64) Action { f(); return Continue })
				call(s, code, StubHost.Address(), 1, 0)
			},
		} {
			func() {
				defer func() {
					err, ok := recover().(runtime.Error)
					if !ok || !strings.Contains(err.Error(), want) {
						t.Errorf("recovered %v, want %q", err, want)
					}
				}()
				run()
			}()
		}
	}
}
