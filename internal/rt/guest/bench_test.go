//go:build linux && amd64

package guest

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

func BenchmarkCall(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, empty)
	for b.Loop() {
		s.Slots(2)
		s.Call(code, 0, 0)
	}
}

// BenchmarkEnter is Call without what Go does around it: the floor.
func BenchmarkEnter(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, empty)
	s.Call(code, 0, 0)
	for b.Loop() {
		enter(s, s.context)
	}
}

func BenchmarkHostCall(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, callHost)
	s.Host = hostFunc(func(s *Stack, word uint64) Action { return Continue })
	b.ResetTimer()
	call(s, code, StubHost.Address(), uint64(b.N), 0)
}

func BenchmarkTrap(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, illegal)
	for b.Loop() {
		s.Slots(0)
		s.Call(code, 0, 0)
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
