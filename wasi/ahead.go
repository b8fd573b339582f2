package wasi

import (
	"context"
	"sync"
)

// The host's blocking calls cannot be cancelled: a Read of an io.Reader or an Accept returns when it returns. A guest's
// call must end when its context does. So the operation runs on a goroutine with a buffer of its own, never the guest's
// memory, and the guest waits for it or for the context. If the context wins, the operation stays in flight and its
// result is kept; the next caller, perhaps another instance over the same host object, gets it. Nothing is lost, and at
// most one operation is in flight for each object, so a guest that is cancelled again and again leaves one goroutine.
//
// Polling is the same thing without a reader: to ask whether input is ready is to start reading it.
//
// Cost: a goroutine switch and a copy for each operation, some microseconds. Where the operation cannot block, or the
// kernel says that now it would not, or the context cannot end, the caller performs it itself, in place.

// ahead is one host operation in flight or finished, with its result kept until it is taken.
type ahead[T any] struct {
	mu      sync.Mutex
	running bool
	full    bool          // a result is kept
	ended   chan struct{} // made when somebody waits for the operation that runs
	value   T
	err     error
}

// claim makes the caller the only one who may perform the operation, which it ends with release. It fails while someone
// else performs it or its result is kept; changed tells when to try again.
func (a *ahead[T]) claim() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running || a.full {
		return false
	}
	a.running = true
	return true
}

// changed returns a channel that is closed when no operation is running.
func (a *ahead[T]) changed() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.running {
		return closedChannel
	}
	if a.ended == nil {
		a.ended = make(chan struct{})
	}
	return a.ended
}

// release ends what claim began. With keep, the result waits to be taken.
func (a *ahead[T]) release(value T, err error, keep bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if keep {
		a.value, a.err, a.full = value, err, true
	}
	a.running = false
	if a.ended != nil {
		close(a.ended)
		a.ended = nil
	}
}

// start performs op on a goroutine unless it is being performed or its result is kept, and returns a channel that is
// closed when that changes.
func (a *ahead[T]) start(op func() (T, error)) <-chan struct{} {
	if a.claim() {
		go func() {
			value, err := op()
			a.release(value, err, true)
		}()
	}
	return a.changed()
}

// take removes the kept result, if there is one.
func (a *ahead[T]) take() (value T, err error, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.full {
		return value, nil, false
	}
	value, err = a.value, a.err
	var none T
	a.value, a.err, a.full = none, nil, false
	return value, err, true
}

// idle reports that nothing is in flight and no result is kept.
func (a *ahead[T]) idle() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.running && !a.full
}

// closedChannel is ready at once.
var closedChannel = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// wait waits for done or the end of the context, which is a [*CanceledError].
func wait(ctx context.Context, done <-chan struct{}) error {
	if ctx.Err() != nil {
		return &CanceledError{context.Cause(ctx)}
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return &CanceledError{context.Cause(ctx)}
	}
}
