package native_test

import (
	"context"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestObserved has all that looks at goroutines' stacks look at those of guests' calls, in host functions and while guests spin: dumps, profiles of
// allocations and of blocking, and the execution tracer.
func TestObserved(t *testing.T) {
	defer func(rate int) { runtime.MemProfileRate = rate }(runtime.MemProfileRate)
	runtime.MemProfileRate = 1
	runtime.SetBlockProfileRate(1)
	defer runtime.SetBlockProfileRate(0)
	if err := trace.Start(io.Discard); err != nil {
		t.Logf("a trace is being taken anyway: %v", err)
	} else {
		defer trace.Stop()
	}
	eachTier(t, func(s *stage) {
		asked, answered := make(chan int32), make(chan int32)
		go func() {
			for n := range asked {
				answered <- n
			}
		}()
		defer close(asked)
		stack := ""
		s.define("host", func(n int32) int32 {
			if n == 1 {
				stack = deepStack()
			}
			asked <- n
			return <-answered
		})
		ctx, cancel := context.WithCancel(bg)
		spinning := s.instantiate(`(module (func (export "loop") (loop $l (br $l))))`)
		ended := make(chan error)
		go func() { _, err := s.try(ctx, spinning, "loop"); ended <- err }()
		in := s.instantiate(busy)
		for n := range int32(50) {
			s.want(in, mixed(n, 30, int64(n)), "down", n, 30)
			if err := pprof.Lookup("goroutine").WriteTo(io.Discard, 2); err != nil {
				s.Fatal(err)
			}
		}
		for _, want := range []string{"native_test.deep(", "native.(*machine).HostCall(", "native_test.TestObserved."} {
			if !strings.Contains(stack, want) {
				s.Errorf("no %q in\n%s", want, stack)
			}
		}
		cancel()
		s.trap(<-ended, weft.TrapInterrupted)
	})
}

// deepStack is what a goroutine's stack looks like from some way down.
func deepStack() (stack string) {
	deep(5, func() int32 { stack = string(debug.Stack()); return 0 })
	return stack
}
