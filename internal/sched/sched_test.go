package sched

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a clock that stands still unless it is moved.
type clock struct{ now time.Duration }

const slice = 5 * time.Millisecond

// bench is a scheduler whose tasks are moved by hand.
type bench struct {
	testing.TB
	*Scheduler
	clock  clock
	counts map[*Group]int // slices that tasks of a group have had
}

func newBench(t testing.TB, slots int) *bench {
	b := &bench{TB: t, counts: map[*Group]int{}}
	b.Scheduler = New(Config{Slots: slots, Slice: slice, Grace: time.Millisecond, Clock: func() time.Duration { return b.clock.now }})
	return b
}

func idleRunner() *Runner {
	return NewRunner(func(time.Duration) {}, func(time.Duration) {}, func() {})
}

// task makes a task that wants to compute for ever.
func (b *bench) task(g *Group) *Task {
	t := g.NewTask()
	t.runner.Store(idleRunner())
	b.mu.Lock()
	defer b.mu.Unlock()
	b.request(t, b.clock.now)
	return t
}

// taken takes note that tasks have been granted slots.
func (b *bench) taken(t *Task) {
	select {
	case <-t.granted:
	default:
	}
}

// slices lets n slices of all slots go by.
func (b *bench) slices(n int) {
	for range n {
		for _, t := range b.running {
			b.counts[t.group]++
			b.taken(t)
		}
		b.clock.now += slice
		for _, t := range append([]*Task(nil), b.running...) {
			b.mu.Lock()
			b.rotate(t, b.clock.now)
			b.mu.Unlock()
		}
		if len(b.running) > b.slots {
			b.Fatalf("%d tasks compute in %d slots", len(b.running), b.slots)
		}
	}
}

// TestWeights has groups of several weights and numbers of tasks share slots: each gets its share, to one slice for each slot.
func TestWeights(t *testing.T) {
	for _, slots := range []int{1, 2, 3} {
		b := newBench(t, slots)
		total := 0
		weights := map[*Group]int{}
		for i, weight := range []int{1, 2, 5, 8} {
			g := b.NewGroup(weight, 0)
			weights[g] = weight
			total += weight
			for range slots * (4 - i) { // enough to use all of the share, the more the less it weighs
				b.task(g)
			}
		}
		const rounds = 160
		b.slices(rounds)
		for g, weight := range weights {
			want := rounds * slots * weight / total
			if have := b.counts[g]; have < want-slots || have > want+slots {
				t.Errorf("%d slots: weight %d of %d has had %d slices, want %d", slots, weight, total, have, want)
			}
		}
	}
}

// TestManyTasks has a hundred tasks of one group, and one of another that weighs as much: all of the hundred get their turns, in the order in
// which they wait.
func TestManyTasks(t *testing.T) {
	b := newBench(t, 2)
	var tasks []*Task
	for range 100 {
		tasks = append(tasks, b.task(b.NewGroup(1, 0)))
	}
	b.slices(50)
	for i, task := range tasks {
		if n := b.counts[task.group]; n != 1 {
			t.Errorf("task %d has had %d slices in the first round, want 1", i, n)
		}
	}
}

// TestNoSavings has a group that comes late: it neither makes up for what it has not used, nor waits until the others have had as much as it once had.
func TestNoSavings(t *testing.T) {
	b := newBench(t, 1)
	early, late := b.NewGroup(1, 0), b.NewGroup(1, 0)
	b.task(early)
	b.task(early)
	b.slices(1000)
	last := b.task(late)
	b.counts = map[*Group]int{}
	b.slices(20)
	if have := b.counts[late]; have < 9 || have > 11 {
		t.Errorf("a group that comes late has had %d slices of 20, want 10", have)
	}
	// It leaves, and comes back at once.
	for range 5 {
		b.mu.Lock()
		if last.state.Load() == absent {
			b.withdraw(last)
		} else {
			b.stop(last, b.clock.now)
			b.dispatch(b.clock.now)
		}
		b.mu.Unlock()
		b.taken(last)
		last = b.task(late)
		b.counts = map[*Group]int{}
		b.slices(10)
		if have := b.counts[late]; have < 4 || have > 6 {
			t.Errorf("a group that comes again has had %d slices of 10, want 5", have)
		}
	}
}

// TestPriority lets a task of a high priority in at once, and those of a low one only when nobody else wants to.
func TestPriority(t *testing.T) {
	b := newBench(t, 2)
	low, high := b.NewGroup(100, -1), b.NewGroup(1, 7)
	var asked []time.Duration
	for range 3 {
		task := b.task(low)
		task.runner.Store(NewRunner(func(d time.Duration) { asked = append(asked, d) }, func(time.Duration) {}, func() {}))
	}
	b.slices(4)
	asked = nil
	first := b.task(high)
	if len(asked) != 2 || asked[0] != 0 || asked[1] != 0 {
		t.Errorf("tasks of a low priority were asked to give way after %v, want both at once", asked)
	}
	b.slices(1)
	b.task(high)
	b.slices(1)
	b.counts = map[*Group]int{}
	b.slices(10)
	if b.counts[low] != 0 || b.counts[high] != 20 {
		t.Errorf("low priority: %d slices, high: %d; want 0 and 20", b.counts[low], b.counts[high])
	}
	first.End()
	b.counts = map[*Group]int{}
	b.slices(10)
	if b.counts[low] != 10 || b.counts[high] != 10 {
		t.Errorf("low priority: %d slices, high: %d; want 10 each", b.counts[low], b.counts[high])
	}
}

// TestHost keeps a slot through a short call of the host, and gives it to another task in a long one.
func TestHost(t *testing.T) {
	b := newBench(t, 1)
	g := b.NewGroup(1, 0)
	first, second := b.task(g), b.task(g)
	r := first.runner.Load()
	for range 10 { // many short ones
		first.Host()
		b.mu.Lock()
		b.tick(b.clock.now)
		b.mu.Unlock()
		b.clock.now += b.grace / 2
		if !first.Compute(r, never{}) || first.state.Load() != computing {
			t.Fatal("a short call of the host has lost the slot")
		}
	}
	first.Host()
	for range 3 {
		b.mu.Lock()
		b.tick(b.clock.now)
		b.mu.Unlock()
		b.clock.now += b.grace
	}
	if first.state.Load() != absent || second.state.Load() != computing || b.handed != 1 {
		t.Errorf("after a long call of the host: states %d and %d, %d slots handed back", first.state.Load(), second.state.Load(), b.handed)
	}
	b.taken(second)
	// It comes back, and waits; and what waits can be stopped.
	if first.Compute(r, always{}) || b.waiting != 0 || first.state.Load() != absent {
		t.Error("a task that is stopped while it waits has a slot, or waits still")
	}
	second.End()
	if !first.Compute(r, never{}) {
		t.Error("a free slot is not given")
	}
	first.End()
	if n := b.Stats(); n.Running != 0 || n.Waiting != 0 {
		t.Errorf("at the end: %+v", n)
	}
}

type (
	never  struct{}
	always struct{}
)

func (never) Stopped() bool  { return false }
func (always) Stopped() bool { return true }

// TestUnused gives back what a task did not use of its slice: one that computes for a tenth of it gets as much time as one that uses all.
func TestUnused(t *testing.T) {
	b := newBench(t, 1)
	short, long := b.NewGroup(1, 0), b.NewGroup(1, 0)
	b.task(long)
	b.task(long)
	task := b.task(short)
	time := map[*Group]time.Duration{}
	for range 2000 {
		current := b.running[0]
		b.taken(current)
		if current == task {
			b.clock.now += slice / 10
			time[short] += slice / 10
			b.mu.Lock()
			b.stop(task, b.clock.now)
			b.dispatch(b.clock.now)
			b.request(task, b.clock.now)
			b.mu.Unlock()
			continue
		}
		b.clock.now += slice
		time[long] += slice
		b.mu.Lock()
		b.rotate(current, b.clock.now)
		b.mu.Unlock()
	}
	if ratio := float64(time[short]) / float64(time[long]); ratio > 1.05 {
		t.Errorf("a group that gives way early has had %.2f times as much time as the other", ratio)
	}
	if b.waiting != 2 {
		t.Errorf("%d tasks wait, want 2", b.waiting)
	}
}

// asked is a runner's flag, and a stopper.
type asked struct{ preempted, stopped atomic.Bool }

func (a *asked) Stopped() bool { return a.stopped.Load() }

// TestGoroutines has many goroutines compute, call the host, and be stopped, with the real clock: there are never more of them computing than slots, and at the end
// none has a slot.
func TestGoroutines(t *testing.T) {
	const slots = 2
	s := New(Config{Slots: slots, Slice: 200 * time.Microsecond, Grace: 50 * time.Microsecond})
	var computing atomic.Int32
	check := func(d int32) {
		if n := computing.Add(d); n > slots {
			t.Errorf("%d tasks compute in %d slots", n, slots)
		}
	}
	var all sync.WaitGroup
	end := time.Now().Add(300 * time.Millisecond)
	for i := range 24 {
		all.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(i), 1))
			a := new(asked)
			r := NewRunner(func(d time.Duration) { a.preempted.Store(d == 0) }, func(time.Duration) {}, func() {})
			task := s.NewGroup(1+i%3, i%2).NewTask()
			for time.Now().Before(end) {
				a.stopped.Store(false)
				if rnd.IntN(4) == 0 {
					time.AfterFunc(time.Duration(rnd.IntN(300))*time.Microsecond, func() { a.stopped.Store(true); r.Poke() })
				}
				ok := task.Compute(r, a)
				for range rnd.IntN(6) {
					if !ok {
						break
					}
					check(1)
					for range rnd.IntN(20000) {
						if a.preempted.Load() {
							break
						}
					}
					check(-1)
					if rnd.IntN(2) == 0 {
						a.preempted.Store(false)
						ok = task.GiveWay(a)
						continue
					}
					task.Host()
					if rnd.IntN(3) == 0 {
						time.Sleep(time.Duration(rnd.IntN(200)) * time.Microsecond)
					}
					ok = task.Compute(r, a)
				}
				task.End()
				runtime.Gosched()
			}
		})
	}
	all.Wait()
	if n := s.Stats(); n.Running != 0 || n.Waiting != 0 || n.Switches == 0 || n.HandedBack == 0 {
		t.Errorf("at the end: %+v", n)
	}
}
