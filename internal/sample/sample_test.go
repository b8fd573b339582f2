package sample

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func points(source any, at ...uint32) []Point {
	var all []Point
	for _, a := range at {
		all = append(all, Point{source, a})
	}
	return all
}

func find(stacks []*Stack, want []Point) *Stack {
	for _, s := range stacks {
		if len(s.Points) == len(want) && s.Points[0] == want[0] {
			return s
		}
	}
	return nil
}

func TestAdd(t *testing.T) {
	var p Sampler
	s := p.Start(time.Hour)
	if p.Start(time.Hour) != nil {
		t.Error("two sessions")
	}
	a, b := new(int), new(int)
	s.Add(points(a, 1, 2), Guest, 1)
	s.Add(points(b, 1, 2), Guest, 5)
	s.Add(points(a, 1, 2), Guest, 3)
	s.Add(points(a, 1, 2), Host, 7)
	s.Add(nil, Guest, 1)
	all, ok := s.Stop()
	if !ok || len(all) != 2 {
		t.Fatalf("%d stacks, want 2", len(all))
	}
	have := find(all, points(a, 1, 2))
	if have.Samples != [Kinds]int64{2, 1} || have.Ticks != [Kinds]int64{4, 7} {
		t.Errorf("have %+v", have)
	}
	if have := find(all, points(b, 1, 2)); have.Ticks != [Kinds]int64{5, 0} {
		t.Errorf("have %+v", have)
	}
	s.Add(points(a, 1), Guest, 1)
	if _, ok := s.Stop(); ok || p.Session() != nil {
		t.Error("the session goes on after its end")
	}
	if all, ok := p.Start(time.Hour).Stop(); !ok || len(all) != 0 {
		t.Error("a new session has samples")
	}
}

// TestBound shows what becomes of stacks for which there is no room.
func TestBound(t *testing.T) {
	var p Sampler
	s := p.Start(time.Hour)
	s.most = 100
	source := new(int)
	for i := range uint32(1000) {
		s.Add(points(source, 7, i, i), Guest, 1)
	}
	s.Add(points(source, 7, 0, 0), Guest, 1)
	total := int64(0)
	all, _ := s.Stop()
	for _, stack := range all {
		total += stack.Ticks[Guest]
	}
	if total != 1001 || len(all) > 35 || find(all, points(source, 7)) == nil {
		t.Errorf("%d ticks in %d stacks", total, len(all))
	}
}

// TestClock shows who gets the time that passes.
func TestClock(t *testing.T) {
	var p Sampler
	var asked atomic.Bool
	ask := func() { asked.Store(true) }
	running, away, ticked := &Call{Ask: ask}, &Call{Ask: ask}, new(Call)
	for _, c := range []*Call{running, away, ticked} {
		p.Watch(c)
		defer p.Forget(c)
	}
	away.BeginHost()
	ticked.BeginHost()
	s := p.Start(time.Millisecond)
	for start := time.Now(); !asked.Load() || time.Since(start) < 30*time.Millisecond; {
		time.Sleep(time.Millisecond)
	}
	s.Stop()
	if n := running.TakeGuest(); n < 5 || running.EndHost() != 0 || running.TakeGuest() != 0 {
		t.Errorf("the running call got %d ticks", n)
	}
	if n := away.EndHost(); n < 5 || away.TakeGuest() != 0 || away.EndHost() != 0 {
		t.Errorf("the call in the host got %d ticks", n)
	}
	if n := ticked.EndHost(); n < 5 {
		t.Errorf("the call in the host with a clock of its own got %d ticks", n)
	}
	if p.tick(1, time.Now(), time.Nanosecond); ticked.TakeGuest() != 0 {
		t.Error("two clocks tick for one call")
	}
}

func TestConcurrent(t *testing.T) {
	var p Sampler
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				c := new(Call)
				p.Watch(c)
				c.BeginHost()
				if s := p.Start(10 * time.Microsecond); s != nil {
					s.Add(points(c, 1), Host, 1)
					if all, _ := s.Stop(); len(all) == 0 {
						t.Error("no sample")
					}
				} else if s := p.Session(); s != nil {
					s.Add(points(c, 2), Guest, 1)
				}
				c.EndHost()
				p.Forget(c)
			}
		})
	}
	wg.Wait()
}

func TestNil(t *testing.T) {
	var p *Sampler
	c := new(Call)
	p.Watch(c)
	p.Forget(c)
	if p.Session() != nil {
		t.Error("nil has a session")
	}
}
