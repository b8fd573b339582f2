//go:build linux && amd64

package guest

import (
	"context"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/abi"
)

func BenchmarkCall(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, add)
	for b.Loop() {
		args := &s.Context().Slots
		args[0], args[1] = 1, 2
		if s.Call(code, 0, 0); args[0] != 3 {
			b.Fatal(args[0])
		}
	}
}

// BenchmarkEnter is Call without a deferred function.
func BenchmarkEnter(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, add)
	for b.Loop() {
		args := &s.Context().Slots
		args[0], args[1] = 1, 2
		if s.Enter(code, 0, 0); args[0] != 3 {
			b.Fatal(args[0])
		}
	}
}

// BenchmarkSwitch is what is left without all that Go does around it: the floor.
func BenchmarkSwitch(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, empty)
	start := uintptr(s.Mark()) - 16
	for b.Loop() {
		enter(s, code, 0, 0, start)
	}
}

// BenchmarkLane is a call through a gate that is open.
func BenchmarkLane(b *testing.B) {
	l := testLane(b, registerAdd)
	ctx := context.Background()
	for b.Loop() {
		if sum, how := Call2(l, ctx, 1, 2); sum != 3 || how != Returned {
			b.Fatal(sum, how)
		}
	}
}

// BenchmarkNoLane is a call that is refused.
func BenchmarkNoLane(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		if _, how := Call2(NoLane, ctx, 1, 2); how != Refused {
			b.Fatal(how)
		}
	}
}

func BenchmarkHostCall(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, callHost)
	s.Host = hostFunc(func(s *Stack, word uint64) Action { return Continue })
	b.ResetTimer()
	call(s, code, StubHost.Address(), uint64(b.N), 0)
}

// BenchmarkTrap is a call that ends in a fault, by the instruction that causes it. Hypervisors look at some of them first.
func BenchmarkTrap(b *testing.B) {
	s := testStack(b)
	for _, c := range []struct {
		name string
		snippet
	}{
		{"ud2", illegal},
		{"load", load},
		{"idiv", divide32},
		{"hlt", halt},
	} {
		b.Run(c.name, func(b *testing.B) {
			code := mapSnippet(b, c.snippet)
			for b.Loop() {
				args := &s.Context().Slots
				args[0], args[1] = 0, 0
				if s.Call(code, 0, 0) == abi.TrapNone {
					b.Fatal("no trap")
				}
			}
		})
	}
}

func BenchmarkTrapStub(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, trapStubCall)
	for b.Loop() {
		s.Slots(1)
		s.Call(code, StubTrap.Address(), 0)
	}
}

// BenchmarkYield is a signal that the guest sends itself, with all that follows. A good part is the system call.
func BenchmarkYield(b *testing.B) {
	testStack(b)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid, tid := uint64(os.Getpid()), uint64(unix.Gettid())
	for b.Loop() {
		if _, _, yields, err := try(tryYield, pid, tid, 0); yields != 1 || err != nil {
			b.Fatal(yields, err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		Check()
	}
}

func BenchmarkPool(b *testing.B) {
	pool, err := NewPool(0)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := pool.Get()
		if err != nil {
			b.Fatal(err)
		}
		pool.Put(s)
	}
}

func BenchmarkMap(b *testing.B) {
	for b.Loop() {
		text := mapText(b, "", add)
		if err := text.Unmap(); err != nil {
			b.Fatal(err)
		}
	}
}
