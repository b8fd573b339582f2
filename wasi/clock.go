package wasi

import (
	"sync"
	"time"
)

// Clock is the time that a guest sees. Methods are safe for concurrent use.
type Clock interface {
	// Now is the time of day.
	Now() time.Time

	// Monotonic is the time since some moment that stays the same. It is above zero and never goes back.
	Monotonic() time.Duration

	// Resolution is the smallest step of either.
	Resolution() time.Duration

	// After returns a channel that is closed when the duration has passed. The caller calls stop when it no longer
	// waits.
	After(d time.Duration) (passed <-chan struct{}, stop func())
}

// monotonicOrigin is what Monotonic starts at. Go's own runtime, as a guest, takes zero for a broken clock.
const monotonicOrigin = time.Second

// SystemClock returns the host's clock. Its monotonic part starts when SystemClock is called, so that a guest does not
// learn how long the host has been running.
func SystemClock() Clock { return systemClock{time.Now()} }

type systemClock struct{ start time.Time }

func (c systemClock) Now() time.Time            { return time.Now() }
func (c systemClock) Monotonic() time.Duration  { return time.Since(c.start) + monotonicOrigin }
func (c systemClock) Resolution() time.Duration { return hostResolution }

func (c systemClock) After(d time.Duration) (<-chan struct{}, func()) {
	if d <= 0 {
		return closedChannel, func() {}
	}
	passed := make(chan struct{})
	timer := time.AfterFunc(d, func() { close(passed) })
	return passed, func() { timer.Stop() }
}

// VirtualClock returns a clock that shows start and stands still, apart from two things: each reading moves it on by
// step, and waiting moves it on by the time waited, at once. A guest that gets one runs the same way every time and
// never sleeps. A step above zero is for guests that watch the clock until it has moved.
func VirtualClock(start time.Time, step time.Duration) Clock {
	return &virtualClock{start: start, step: max(step, 0)}
}

type virtualClock struct {
	start time.Time
	step  time.Duration

	mu      sync.Mutex
	elapsed time.Duration
}

func (c *virtualClock) advance(d time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.elapsed += d
	return c.elapsed
}

func (c *virtualClock) Now() time.Time            { return c.start.Add(c.advance(c.step)) }
func (c *virtualClock) Monotonic() time.Duration  { return monotonicOrigin + c.advance(c.step) }
func (c *virtualClock) Resolution() time.Duration { return max(c.step, 1) }

func (c *virtualClock) After(d time.Duration) (<-chan struct{}, func()) {
	c.advance(max(d, 0))
	return closedChannel, func() {}
}
