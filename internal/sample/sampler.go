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

// The clock looks at calls that have ticks of their own after these times, longer and longer while none of them is in the host.
const (
	awayFirst = 10 * time.Millisecond
	awayLast  = 160 * time.Millisecond
)

// Start begins a session, or returns nil while there is one.
func (p *Sampler) Start(period time.Duration) *Session {
	s := &Session{period: period, sampler: p, stop: make(chan struct{}), wake: make(chan struct{}, 1), stacks: map[uint64][]*Stack{}, most: maxPoints}
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
	c.from = time.Now()
	if s := p.session.Load(); s != nil && c.Ask != nil {
		select {
		case s.wake <- struct{}{}: // the clock may be slow for want of such calls
		default:
		}
	}
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
	last, wait := time.Now(), awayFirst
	timer := time.NewTimer(s.period)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-s.wake:
		case <-s.stop:
			return
		}
		now := time.Now()
		ticks := now.Sub(last) / s.period
		last = last.Add(ticks * s.period)
		guest, host := p.tick(int64(ticks), now, s.period)
		switch {
		case guest:
			timer.Reset(s.period)
			continue
		case host:
			wait = awayFirst
		default:
			wait = min(2*wait, awayLast)
		}
		timer.Reset(max(s.period, wait))
	}
}

// tick hands ticks out, to calls that have not been there as long those that they have. It reports whether there are guests that can be asked, and whether there are
// calls in the host.
func (p *Sampler) tick(ticks int64, now time.Time, period time.Duration) (guest, host bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.calls {
		g, h := c.tick(min(ticks, int64(now.Sub(c.from)/period)))
		guest, host = guest || g, host || h
	}
	return guest, host
}
