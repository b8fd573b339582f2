//go:build linux && amd64

package guest

import (
	"context"
	"flag"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/abi"
)

// spinners runs code that never returns on n stacks until stop is called, and reports every way it ends.
func spinners(t *testing.T, n int, code, target uintptr) (stop func()) {
	var wg sync.WaitGroup
	stacks := make([]*Stack, n)
	for i := range stacks {
		s := testStack(t)
		stacks[i] = s
		wg.Go(func() {
			if _, trap := call(s, code, target); trap != abi.TrapInterrupted {
				t.Errorf("spinning ended with %v", trap)
			}
		})
	}
	return func() {
		for _, s := range stacks {
			s.Interrupt()
		}
		wg.Wait()
		for _, s := range stacks {
			s.Resume()
		}
	}
}

var long = flag.Bool("long", false, "run the tests of preemption for as long as it takes to trust them")

// TestSpinnersAndGC collects garbage while a guest spins on every P, a thousand times with -long, and compares with as many loops in Go:
// a guest must not hold the collector up for longer than they do. Since each collection waits for its turn on a busy P
// several times, that is tens of milliseconds in any case.
func TestSpinnersAndGC(t *testing.T) {
	rounds := 10
	if *long {
		rounds = 1000
	}
	stopGo := goSpinners(runtime.GOMAXPROCS(0))
	goTotal, goLongest := collect(rounds)
	stopGo()
	stop := spinners(t, runtime.GOMAXPROCS(0), mapSnippet(t, spin), 0)
	total, longest := collect(rounds)
	stop()
	t.Logf("%d collections beside guests: %v, longest %v; beside Go: %v, longest %v", rounds, total, longest, goTotal, goLongest)
	if total > 5*goTotal+5*time.Second {
		t.Errorf("%d collections take %v beside guests, %v beside loops in Go", rounds, total, goTotal)
	}
}

func collect(rounds int) (total, longest time.Duration) {
	begin := time.Now()
	for range rounds {
		start := time.Now()
		runtime.GC()
		longest = max(longest, time.Since(start))
	}
	return time.Since(begin), longest
}

func goSpinners(n int) (stop func()) {
	var done atomic.Bool
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for !done.Load() {
			}
		})
	}
	return func() { done.Store(true); wg.Wait() }
}

// TestManySpinners has more guests than Ps: all of them get their turns.
func TestManySpinners(t *testing.T) {
	for name, c := range map[string]struct{ code, target uintptr }{
		"signal": {mapSnippet(t, spin), 0},
		"poll":   {mapSnippet(t, pollSpin), StubPoll.Address()},
	} {
		t.Run(name, func(t *testing.T) {
			stop := spinners(t, 4*runtime.GOMAXPROCS(0), c.code, c.target)
			time.Sleep(300 * time.Millisecond)
			stop()
		})
	}
}

// TestCancel interrupts spinning guests through a context, and measures from the interrupt to the end of the call. Nothing can be said about
// the longest time on a machine with other work; the shortest shows that it does not wait for Go to ask.
func TestCancel(t *testing.T) {
	for name, c := range map[string]struct {
		code, target uintptr
		most         time.Duration
	}{
		"signal": {mapSnippet(t, spin), 0, 5 * time.Millisecond},
		"poll":   {mapSnippet(t, pollSpin), StubPoll.Address(), 20 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			s := testStack(t)
			sum := mapSnippet(t, add)
			var took []time.Duration
			for range 15 {
				took = append(took, cancelOnce(t, s, c.code, c.target))
				if slots, trap := call(s, sum, 0, 1, 2); trap != 0 || slots[0] != 3 {
					t.Fatalf("after cancellation: %v, %v", slots, trap)
				}
			}
			t.Logf("took %v", took)
			if least := slices.Min(took); least > c.most {
				t.Errorf("at best %v, want %v", least, c.most)
			}
		})
	}
}

func cancelOnce(t *testing.T, s *Stack, code, target uintptr) (took time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	interrupted := make(chan time.Time, 1)
	context.AfterFunc(ctx, func() {
		interrupted <- time.Now()
		s.Interrupt()
	})
	_, trap := call(s, code, target)
	took = time.Since(<-interrupted)
	if trap != abi.TrapInterrupted {
		t.Errorf("trap %v", trap)
	}
	s.Resume()
	return took
}

// TestInterruptBeforeCall says that an interrupt is not lost when it comes before the guest runs.
func TestInterruptBeforeCall(t *testing.T) {
	s := testStack(t)
	s.Interrupt()
	if _, trap := call(s, mapSnippet(t, spin), 0); trap != abi.TrapInterrupted {
		t.Errorf("trap %v", trap)
	}
	if have := places(s.Backtrace()); have != nil {
		t.Errorf("a guest that has not run was interrupted at %v", have)
	}
	s.Resume()
}

// TestInterruptHostCalls interrupts a guest that spends all its time in the host, where preemption does not find it.
func TestInterruptHostCalls(t *testing.T) {
	s := testStack(t)
	calls := 0
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		if calls++; calls == 10 {
			s.Interrupt()
		}
		return Continue
	})
	text := mapText(t, "host", callHost)
	defer text.Unmap()
	if _, trap := call(s, text.Address(0), StubHost.Address(), 1<<62, 0); trap != abi.TrapInterrupted || calls != 10 {
		t.Errorf("%v after %d calls", trap, calls)
	}
	if have := places(s.Backtrace()); !slices.Equal(have, []place{{"host", callHostReturn - 1, true}}) {
		t.Errorf("interrupted at %v", have)
	}
	s.Resume()
}

// storm has the kernel send preemption signals to the calling thread every 20 microseconds that it runs, until stop is called.
func storm(t testing.TB) (stop func()) {
	t.Helper()
	runtime.LockOSThread()
	event := struct {
		value          uint64
		signal, notify int32
		thread         int32
		_              [44]byte
	}{signal: int32(unix.SIGURG), notify: 4, thread: int32(unix.Gettid())} // SIGEV_THREAD_ID
	var timer int32
	if _, _, errno := unix.Syscall(unix.SYS_TIMER_CREATE, unix.CLOCK_MONOTONIC, uintptr(unsafe.Pointer(&event)), uintptr(unsafe.Pointer(&timer))); errno != 0 {
		t.Fatal(errno)
	}
	spec := [4]int64{0, 20_000, 0, 20_000} // interval and start, seconds and nanoseconds
	if _, _, errno := unix.Syscall6(unix.SYS_TIMER_SETTIME, uintptr(timer), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0); errno != 0 {
		t.Fatal(errno)
	}
	return func() {
		unix.Syscall(unix.SYS_TIMER_DELETE, uintptr(timer), 0, 0)
		runtime.UnlockOSThread()
	}
}

// TestCountUnderStorm checks a loop that keeps a flag alive across instructions, interrupted all the time.
func TestCountUnderStorm(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, count)
	defer storm(t)()
	n := uint64(20_000_000)
	if testing.Short() {
		n /= 10
	}
	before := s.Yields()
	for range 5 {
		sum, carries := countWant(n)
		if slots, trap := call(s, code, 0, n, 0); trap != 0 || slots[0] != sum || slots[1] != carries {
			t.Errorf("%v, slots %x, want %x and %d", trap, slots, sum, carries)
		}
	}
	t.Logf("%d yields", s.Yields()-before)
	if s.Yields() == before {
		t.Error("the guest was never interrupted")
	}
}

// TestHostCallsUnderStorm interrupts guests while they are on their way into the host and back.
func TestHostCallsUnderStorm(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, callHost)
	defer storm(t)()
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		s.HostSlots(1)[0] += word
		return Continue
	})
	const n = 300_000
	if slots, trap := call(s, code, StubHost.Address(), n, 0); trap != 0 || slots[1] != 7*n {
		t.Errorf("%v, slots %v", trap, slots)
	}
}

// TestTrapsUnderStorm has faults and preemption signals arrive together.
func TestTrapsUnderStorm(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, load)
	defer storm(t)()
	for range 3000 {
		if _, trap := call(s, code, 0, 16); trap != abi.TrapMemoryOutOfBounds {
			t.Fatalf("trap %v", trap)
		}
	}
}

// TestProfile runs guests with the CPU profiler on.
func TestProfile(t *testing.T) {
	s := testStack(t)
	counting, calling := mapSnippet(t, count), mapSnippet(t, callHost)
	s.Host = hostFunc(func(s *Stack, word uint64) Action { return Continue })
	var profile countingWriter
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		const n = 5_000_000
		sum, _ := countWant(n)
		if slots, _ := call(s, counting, 0, n, 0); slots[0] != sum {
			t.Errorf("sum %x, want %x", slots[0], sum)
		}
		call(s, calling, StubHost.Address(), 1_000_000, 0)
	}
	pprof.StopCPUProfile()
	if profile == 0 {
		t.Error("the profile is empty")
	}
}

type countingWriter int

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}
