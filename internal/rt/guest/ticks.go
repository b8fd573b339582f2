package guest

import (
	"errors"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Ticks interrupt guest code at a rate, for a profile: the system counts the processor time of each thread and sends it a signal when a period
// is over, which makes generated code yield like any preemption signal. What comes then is told where the guest is. Code is the
// same with ticks and without; a thread that executes anything else than generated code takes the signal and goes on.
//
// Time is that of processors: a guest that waits gets no ticks, and several that run at a time get one each.
type Ticks struct {
	period time.Duration
	tick   func(s *Stack, n int)
	attach attachment
	stop   chan struct{}
	done   sync.WaitGroup

	mu      sync.Mutex
	ended   bool
	threads map[int]func() // by id, what ends the ticks of a thread
}

// attachment makes the system send a thread of this process SIGURG after each period of processor time, until end is called.
type attachment func(thread int, period time.Duration) (end func(), err error)

// ticking is what gets the ticks of the process, nil if there are none.
var ticking atomic.Pointer[Ticks]

// ErrTicking is returned while there are ticks already: a process has one rate.
var ErrTicking = errors.New("weft: a profile is being taken already in this process")

// Threads are looked for after these times, longer and longer while there are no new ones. A new one has no ticks until then, or until Go makes a guest yield
// that has been on it for 10 ms.
const (
	threadsFirst = 20 * time.Millisecond
	threadsLast  = 640 * time.Millisecond
)

// StartTicks begins to call tick for the stacks of guest code, on the goroutines that run it. n is how many periods have passed, more than one where
// the system's clock is coarser than they are. The walker of the place is [Stack.Interrupted].
func StartTicks(period time.Duration, tick func(s *Stack, n int)) (*Ticks, error) {
	attach, err := tickSource(period)
	if err != nil {
		return nil, err
	}
	t := &Ticks{period: period, tick: tick, attach: attach, stop: make(chan struct{}), threads: map[int]func(){}}
	if !ticking.CompareAndSwap(nil, t) {
		return nil, ErrTicking
	}
	if _, err := t.follow(); err != nil {
		ticking.Store(nil)
		return nil, err
	}
	t.done.Go(t.followAll)
	return t, nil
}

// Stop ends the ticks. A call of tick that is on may still be.
func (t *Ticks) Stop() {
	close(t.stop)
	t.done.Wait()
	ticking.CompareAndSwap(t, nil)
}

func (t *Ticks) followAll() {
	wait := threadsFirst
	clock := time.NewTimer(wait)
	defer clock.Stop()
	for {
		select {
		case <-clock.C:
		case <-t.stop:
			t.end()
			return
		}
		// Threads that it has not reached are tried again.
		if found, _ := t.follow(); found {
			wait = threadsFirst
		} else {
			wait = min(2*wait, threadsLast)
		}
		clock.Reset(wait)
	}
}

// end ends all ticks.
func (t *Ticks) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	for _, end := range t.threads {
		end()
	}
}

// follow attaches to the threads that are new, and forgets those that have ended. It reports whether there were new ones.
func (t *Ticks) follow() (found bool, err error) {
	all, err := threads()
	if err != nil {
		return false, err
	}
	there := make(map[int]bool, len(all))
	for _, thread := range all {
		there[thread] = true
		found = t.join(thread) || found
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for thread, end := range t.threads {
		if !there[thread] {
			end()
			delete(t.threads, thread)
		}
	}
	return found, nil
}

// join attaches to a thread if it is new.
func (t *Ticks) join(thread int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended || thread == 0 || t.threads[thread] != nil {
		return false
	}
	// One that has ended since, or for which there is no descriptor, has no ticks.
	end, err := t.attach(thread, t.period)
	if err != nil {
		return false
	}
	t.threads[thread] = end
	return true
}

// threads lists the threads of the process.
func threads() ([]int, error) {
	dir, err := os.Open("/proc/self/task")
	if err != nil {
		return nil, err
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(-1)
	var all []int
	for _, name := range names {
		if id, err := strconv.Atoi(name); err == nil {
			all = append(all, id)
		}
	}
	return all, err
}

// Interrupted begins where the guest was when it yielded. It is for the callback of [StartTicks].
func (s *Stack) Interrupted() Walker { return Walker{s: s, next: s.interruptedPoint()} }

// ticked passes a tick on, if that is why the guest has yielded.
func (s *Stack) ticked() {
	n := ticksOf(s.context)
	s.context.FaultCode = 0 // an explicit check, which sets nothing, may be next
	switch t := ticking.Load(); {
	case t == nil:
	case n > 0:
		t.tick(s, n)
	default:
		t.join(s.thread())
	}
}
