package sched

import (
	"sync/atomic"
	"time"
)

// Task is something that computes now and then, on one goroutine at a time: the methods but for those of its runner are that goroutine's.
type Task struct {
	group   *Group
	state   atomic.Uint64 // absent, computing, or a number for each call of the host from inHost on
	runner  atomic.Pointer[Runner]
	granted chan struct{} // a slot that it has waited for
	calls   uint64        // of the host, ever

	// Of the slot, under the scheduler's mutex.
	started time.Duration
	pressed bool          // its runner has been asked to give way, or will be
	seen    uint64        // the state at which the monitor has found it in a call of the host
	since   time.Duration // when that was
}

// What a task does. From computing only the task itself gets away; from a call of the host, the monitor may take it to absent.
const (
	absent = iota // it has no slot
	computing
	inHost
)

// Runner is what computes for a task at a time.
type Runner struct {
	// Preempt makes the task call GiveWay soon after some time, or soon if that is zero, by whatever means there are; Calm takes it back. Any goroutine may call them, with the
	// scheduler locked.
	Preempt func(after time.Duration)
	Calm    func()
	// Granted is called on the goroutine that computes when it has got a slot and others wait: as Preempt, for what has to know where that goroutine is.
	Granted func(after time.Duration)

	poked chan struct{}
}

// NewRunner makes a runner.
func NewRunner(preempt, granted func(after time.Duration), calm func()) *Runner {
	return &Runner{preempt, calm, granted, make(chan struct{}, 1)}
}

// Poke makes a task that waits look whether it is to stop. Any goroutine may call it.
func (r *Runner) Poke() {
	select {
	case r.poked <- struct{}{}:
	default:
	}
}

// Stopper says whether a task that waits is to give up. Who makes it so pokes the runner afterwards.
type Stopper interface{ Stopped() bool }

// Compute takes a slot, or keeps the one that the task has from before a call of the host. It reports false if the task is stopped while it
// waits: then it has none.
func (t *Task) Compute(r *Runner, stop Stopper) bool {
	if state := t.state.Load(); state >= inHost && t.state.CompareAndSwap(state, computing) {
		if t.runner.Load() != r {
			t.runner.Store(r)
		}
		return true
	}
	if t.runner.Load() != r {
		t.runner.Store(r)
	}
	s := t.group.s
	s.mu.Lock()
	s.request(t, s.now())
	have := t.state.Load() == computing && len(t.granted) == 0
	s.mu.Unlock()
	return have || t.wait(r, stop)
}

// Host notes that the task, if it computes, is in a call of the host.
func (t *Task) Host() {
	if t.state.Load() == computing {
		t.calls++
		t.state.Store(inHost + t.calls)
	}
}

// GiveWay lets others compute if it is their turn. It reports false if the task is stopped while it waits.
func (t *Task) GiveWay(stop Stopper) bool {
	s := t.group.s
	s.mu.Lock()
	if !s.rotate(t, s.now()) {
		s.mu.Unlock()
		return true
	}
	s.mu.Unlock()
	return t.wait(t.runner.Load(), stop)
}

// rotate puts a task whose time is over behind those that wait, if there are any. It reports whether it has: the task may be next again.
func (s *Scheduler) rotate(t *Task, now time.Duration) bool {
	switch {
	case t.state.Load() != computing:
		return false
	case s.waiting == 0:
		s.calm(t)
		return false
	}
	if left := s.due(t, now); left > 0 {
		t.runner.Load().Granted(left) // it was asked too early, or by somebody else
		return false
	}
	s.stop(t, now)
	s.enqueue(t, now)
	return true
}

// End gives the slot back, wherever the task is.
func (t *Task) End() {
	s := t.group.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.state.Load() != absent {
		now := s.now()
		s.stop(t, now)
		s.dispatch(now)
	}
}

// wait waits for a slot.
func (t *Task) wait(r *Runner, stop Stopper) bool {
	s := t.group.s
	for {
		if stop.Stopped() {
			t.giveUp()
			return false
		}
		select {
		case <-t.granted:
			s.mu.Lock()
			if t.pressed = s.waiting > 0; t.pressed {
				r.Granted(max(s.due(t, s.now()), 0))
			}
			s.mu.Unlock()
			return true
		case <-r.poked:
		}
	}
}

// giveUp ends waiting for a slot, or gives the slot back that has just been granted.
func (t *Task) giveUp() {
	s := t.group.s
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-t.granted:
		now := s.now()
		s.stop(t, now)
		s.dispatch(now)
	default:
		s.withdraw(t)
	}
}
