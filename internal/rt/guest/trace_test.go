//go:build linux && amd64

package guest

import (
	"io"
	"runtime"
	"runtime/trace"
	"strings"
	"testing"
)

// TestHostStack looks at the goroutine's stack from a host function: it leads through the entry to the test.
func TestHostStack(t *testing.T) {
	s := testStack(t)
	var stack string
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		deep(300) // so that the stack has moved
		stack = string(debugStack())
		return Continue
	})
	call(s, mapSnippet(t, callHost), StubHost.Address(), 1, 0)
	for _, want := range []string{"guest.hostCall(", "guest.enter(", "guest.(*Stack).Call(", "guest.TestHostStack("} {
		if !strings.Contains(stack, want) {
			t.Errorf("no %q in\n%s", want, stack)
		}
	}
}

func debugStack() []byte {
	buf := make([]byte, 16<<10)
	return buf[:runtime.Stack(buf, false)]
}

// TestTrace runs host functions that block and guests that yield with Go's execution tracer on, which unwinds by frame pointers.
func TestTrace(t *testing.T) {
	if err := trace.Start(io.Discard); err != nil {
		t.Fatal(err)
	}
	defer trace.Stop()
	s := testStack(t)
	ping, pong := make(chan uint64), make(chan uint64)
	go func() {
		for v := range ping {
			pong <- v
		}
	}()
	defer close(ping)
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		ping <- word
		s.HostSlots(1)[0] += <-pong
		return Continue
	})
	const n = 2000
	if slots, trap := call(s, mapSnippet(t, callHost), StubHost.Address(), n, 0); trap != 0 || slots[1] != 7*n {
		t.Errorf("%v, slots %v", trap, slots)
	}
	defer storm(t)()
	sum, _ := countWant(n)
	if slots, trap := call(s, mapSnippet(t, count), 0, n, 0); trap != 0 || slots[0] != sum {
		t.Errorf("%v, slots %v", trap, slots)
	}
}
