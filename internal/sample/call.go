package sample

import (
	"sync/atomic"
	"time"
)

// Call is a call of a guest, for the clock to look at.
type Call struct {
	// Ask makes the interpreter call [Call.TakeGuest] soon. It is nil for calls that have ticks of another clock while they execute guests; these are
	// forgotten with the end of the session.
	Ask func()

	from        time.Time // when Watch was called; under the sampler's lock
	away        atomic.Bool
	guest, host atomic.Int64 // ticks that have not been taken
}

// tick notes how many ticks have passed. It reports whose they are.
func (c *Call) tick(n int64) (guest, host bool) {
	switch {
	case c.away.Load():
		c.host.Add(n)
		return false, true
	case c.Ask != nil:
		if n > 0 {
			c.guest.Add(n)
			c.Ask()
		}
		return true, false
	}
	return false, false
}

// BeginHost says that a function of the host has been called.
func (c *Call) BeginHost() { c.away.Store(true) }

// EndHost says that it has returned, and how many ticks it has taken.
func (c *Call) EndHost() (ticks int) {
	c.away.Store(false)
	if c.host.Load() == 0 {
		return 0
	}
	return int(c.host.Swap(0))
}

// TakeGuest is how many ticks the guest has had since it was last asked for.
func (c *Call) TakeGuest() (ticks int) { return int(c.guest.Swap(0)) }
