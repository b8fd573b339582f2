//go:build linux && amd64

package guest

import (
	"math/rand/v2"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
)

// stress is what the goroutines of TestStress share.
type stress struct {
	t                                    *testing.T
	count, host, load, spin, illegal, in uintptr
	calls                                atomic.Int64
	done                                 [7]atomic.Int64
}

// HostCall does what hosts do: mostly nothing much, sometimes what moves stacks and collects garbage.
func (st *stress) HostCall(s *Stack, word uint64) Action {
	args := s.HostSlots(1)
	args[0] += word
	switch st.calls.Add(1) % 997 {
	case 1:
		deep(2000)
		runtime.GC()
	case 2, 3, 4:
		deep(300)
	case 5, 6, 7:
		runtime.Gosched()
	case 8:
		panic("host")
	}
	return Continue
}

// TestStress runs all kinds of calls on 24 goroutines, under constant garbage collection and with the CPU profiler on: for a few seconds,
// and with -long for 90.
func TestStress(t *testing.T) {
	duration := 3 * time.Second
	switch {
	case *long:
		duration = 90 * time.Second
	case testing.Short():
		duration = time.Second
	}
	if s := Check(); s != (Support{}) {
		t.Fatalf("%+v", s)
	}
	st := &stress{
		t: t, count: mapSnippet(t, count), host: mapSnippet(t, callHost), load: mapSnippet(t, load), spin: mapSnippet(t, spin),
		illegal: mapSnippet(t, illegal), in: mapSnippet(t, recurse),
	}
	var profile countingWriter
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Fatal(err)
	}
	defer pprof.StopCPUProfile()
	pool, err := NewPool(128 << 10)
	if err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(duration)
	var wg sync.WaitGroup
	for seed := range uint64(24) {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(seed, 0))
			for time.Now().Before(end) && !t.Failed() {
				s, err := pool.Get()
				if err != nil {
					t.Error(err)
					return
				}
				s.Host = st
				st.one(s, random)
				pool.Put(s)
			}
		})
	}
	wg.Go(func() {
		for time.Now().Before(end) {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	})
	wg.Wait()
	for kind := range st.done {
		n := st.done[kind].Load()
		t.Logf("kind %d: %d", kind, n)
		if n == 0 {
			t.Errorf("nothing of kind %d has run", kind)
		}
	}
}

// one does one thing of a random kind and checks what comes of it.
func (st *stress) one(s *Stack, random *rand.Rand) {
	kind := random.IntN(len(st.done))
	defer st.done[kind].Add(1)
	switch kind {
	case 0:
		n := random.Uint64N(2_000_000) + 1
		sum, carries := countWant(n)
		slots, trap := call(s, st.count, 0, n, 0)
		st.expect(trap == 0 && slots[0] == sum && slots[1] == carries, "count", trap)
	case 1:
		st.hostCalls(s, random.Uint64N(5000)+1)
	case 2:
		_, trap := call(s, st.load, 0, 16)
		st.expect(trap == abi.TrapMemoryOutOfBounds, "load", trap)
	case 3:
		timer := time.AfterFunc(time.Duration(random.IntN(15))*time.Millisecond, s.Interrupt)
		_, trap := call(s, st.spin, 0)
		timer.Stop()
		st.expect(trap == abi.TrapInterrupted, "spin", trap)
	case 4:
		_, trap := call(s, st.illegal, 0)
		st.expect(trap == abi.TrapUnreachable, "illegal", trap)
	case 5:
		_, trap := call(s, st.in, 0)
		st.expect(trap == abi.TrapStackExhausted, "recurse", trap)
	case 6:
		defer func() { st.expect(recover() != nil, "nil dereference", 0) }()
		var pointer *Stack
		pointer.yields++
	}
}

// hostCalls makes n host calls, one of which may panic.
func (st *stress) hostCalls(s *Stack, n uint64) {
	sp := s.context.SP
	defer func() {
		r := recover()
		st.expect(r == nil || r == "host", "host calls", 0)
		st.expect(s.context.SP == sp, "stack pointer", 0)
	}()
	slots, trap := call(s, st.host, StubHost.Address(), n, 0)
	st.expect(trap == 0 && slots[1] == 7*n, "host calls", trap)
}

func (st *stress) expect(ok bool, what string, trap abi.Trap) {
	if !ok {
		st.t.Errorf("%s went wrong: %v", what, trap)
	}
}
