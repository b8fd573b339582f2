package sample

import (
	"sync"
	"sync/atomic"
	"time"
)

// Sampler is what the guests of an engine have to do with profiles, whether one is being taken or not. The zero value is ready for use, and so is nil, which
// nobody can take a profile of.
type Sampler struct {
	session atomic.Pointer[Session]

	mu    sync.Mutex
	calls map[*Call]struct{}
}

// slowest is how often the clock looks at the calls that have no need of the rate.
const slowest = 10 * time.Millisecond

// Start begins a session, or returns nil while there is one.
func (p *Sampler) Start(period time.Duration) *Session {
	s := &Session{period: period, sampler: p, stop: make(chan struct{}), stacks: map[uint64][]*Stack{}, most: maxPoints}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.session.Load() != nil {
		return nil
	}
	for c := range p.calls {
		c.guest.Store(0)
		c.host.Store(0)
	}
	p.session.Store(s)
	s.clock.Go(func() { p.keepTime(s) })
	return s
}

// end reports whether the session was going on until now.
func (p *Sampler) end(s *Session) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.session.Load() != s {
		return false
	}
	p.session.Store(nil)
	for c := range p.calls {
		if c.Ask == nil {
			delete(p.calls, c) // nobody forgets it
		}
	}
	return true
}

// Session is what is going on, nil for nothing.
func (p *Sampler) Session() *Session {
	if p == nil {
		return nil
	}
	return p.session.Load()
}

// Watch has the clock look at a call, until Forget.
func (p *Sampler) Watch(c *Call) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls == nil {
		p.calls = map[*Call]struct{}{}
	}
	p.calls[c] = struct{}{}
}

// Forget ends what Watch has begun.
func (p *Sampler) Forget(c *Call) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c)
}

// keepTime hands the time that passes out to the calls.
func (p *Sampler) keepTime(s *Session) {
	last := time.Now()
	timer := time.NewTimer(s.period)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-s.stop:
			return
		}
		now := time.Now()
		ticks := now.Sub(last) / s.period
		last = last.Add(ticks * s.period)
		if p.tick(int64(ticks)) {
			timer.Reset(s.period)
		} else {
			timer.Reset(max(s.period, slowest))
		}
	}
}

// tick hands ticks out. It reports whether there is a call that can be sampled at any time.
func (p *Sampler) tick(ticks int64) (any bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.calls {
		any = c.tick(ticks) || any
	}
	return any
}
