package sched

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// The defaults of Config.
const (
	DefaultSlice = 5 * time.Millisecond
	DefaultGrace = 200 * time.Microsecond
)

// Config is what a scheduler is made from; zero fields are defaults.
type Config struct {
	Slots int                  // tasks that compute at a time; GOMAXPROCS by default
	Slice time.Duration        // for which a task computes before others have their turn
	Grace time.Duration        // for which a task in a call of the host keeps its slot at least
	Clock func() time.Duration // the time since some moment, for tests; nil for that of the system
}

// Scheduler hands out slots. It is safe for concurrent use.
type Scheduler struct {
	slots        int
	slice, grace time.Duration
	now          func() time.Duration
	alone        bool // there is no monitor: a test does its work

	mu         sync.Mutex
	running    []*Task  // those with a slot
	levels     []*level // highest priority first
	waiting    int
	switches   uint64
	handed     uint64
	monitoring bool
}

// Stats are what a scheduler counts.
type Stats struct {
	Running, Waiting int    // tasks with a slot, and without one that want to compute
	Switches         uint64 // slots given to a task, ever
	HandedBack       uint64 // of these, slots of tasks in calls of the host that lasted
}

// New makes a scheduler.
func New(c Config) *Scheduler {
	s := &Scheduler{slots: c.Slots, slice: c.Slice, grace: c.Grace, now: c.Clock, alone: c.Clock != nil}
	if s.slots <= 0 {
		s.slots = runtime.GOMAXPROCS(0)
	}
	if s.slice <= 0 {
		s.slice = DefaultSlice
	}
	if s.grace <= 0 {
		s.grace = DefaultGrace
	}
	if s.now == nil {
		start := time.Now()
		s.now = func() time.Duration { return time.Since(start) }
	}
	return s
}

// Stats returns what the scheduler counts.
func (s *Scheduler) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{len(s.running), s.waiting, s.switches, s.handed}
}

// request gives a task a slot, or a place among those that wait. The scheduler is locked, as for all that follows.
func (s *Scheduler) request(t *Task, now time.Duration) {
	if s.waiting == 0 && len(s.running) < s.slots {
		t.group.wake()
		s.start(t, now)
		return
	}
	t.group.wake()
	s.enqueue(t, now)
}

// enqueue puts a task behind the others of its group.
func (s *Scheduler) enqueue(t *Task, now time.Duration) {
	t.group.push(t)
	s.waiting++
	s.dispatch(now)
}

// dispatch gives free slots to those who are next, and sees to it that the others get theirs.
func (s *Scheduler) dispatch(now time.Duration) {
	for len(s.running) < s.slots && s.waiting > 0 {
		t := s.next()
		s.start(t, now)
		t.pressed = true // by itself, when it goes on
		t.granted <- struct{}{}
	}
	if s.waiting > 0 {
		s.press(now)
		s.monitor()
	}
}

// next takes the task that is next from those that wait, of which there are some.
func (s *Scheduler) next() *Task {
	for _, l := range s.levels {
		if len(l.waiting) > 0 {
			s.waiting--
			return l.waiting[0].pop()
		}
	}
	panic("sched: tasks wait in no group")
}

// withdraw takes a task back that waits.
func (s *Scheduler) withdraw(t *Task) {
	t.group.remove(t)
	s.waiting--
}

// start gives a task a slot.
func (s *Scheduler) start(t *Task, now time.Duration) {
	t.state.Store(computing)
	t.started, t.pressed, t.seen = now, false, 0
	t.group.running++
	t.group.charge(s.slice)
	s.running = append(s.running, t)
	s.switches++
}

// stop takes the slot of a task away and charges what was used of it.
func (s *Scheduler) stop(t *Task, now time.Duration) {
	t.state.Store(absent)
	t.group.running--
	t.group.charge(now - t.started - s.slice)
	i := slices.Index(s.running, t)
	s.running = slices.Delete(s.running, i, i+1)
	s.calm(t)
}

// calm takes back what press has done.
func (s *Scheduler) calm(t *Task) {
	if t.pressed {
		t.pressed = false
		t.runner.Load().Calm()
	}
}

// due is how long a task may keep its slot from now on while others wait; nothing or less if it is to give way at once.
func (s *Scheduler) due(t *Task, now time.Duration) time.Duration {
	for _, l := range s.levels {
		if len(l.waiting) > 0 && l.priority > t.group.level.priority {
			return 0
		}
	}
	return t.started + s.slice - now
}

// press has the tasks give way that have a slot when their time is over.
func (s *Scheduler) press(now time.Duration) {
	for _, t := range s.running {
		left := s.due(t, now)
		if t.pressed && left > 0 {
			continue
		}
		if r := t.runner.Load(); r != nil {
			t.pressed = true
			r.Preempt(max(left, 0))
		}
	}
}
