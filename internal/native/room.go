package native

import (
	"runtime"
	"time"

	"github.com/weft-wasm/weft/internal/rt/guest"
)

// Code memory is no memory of Go's: that it is full does not make the collector look for modules that nobody has any more. So whoever finds no
// room has them collected.

// collectionTime is how long to wait for what a collection has found to be given back.
const collectionTime = time.Second

// withRoom calls a function that takes code memory, and once more after a collection if there was no room.
func withRoom(take func() (*guest.Text, error)) (*guest.Text, error) {
	text, err := take()
	if err == nil {
		return text, nil
	}
	collect()
	return take()
}

// stack takes a guest stack. Those of machines that nobody has any more are given back by collections as well, of which who finds none asks for one, at most one
// in a collectionTime: guests that use up the stacks are not to have the host do nothing else.
func (e *Engine) stack() (*guest.Stack, error) {
	s, err := e.pool.Get()
	if err == nil {
		return s, nil
	}
	e.room.Lock()
	if time.Since(e.collected) > collectionTime {
		collect()
		e.collected = time.Now()
	}
	e.room.Unlock()
	return e.pool.Get()
}

// collect runs a collection and waits for the cleanups of what it has found: they are called in turn, so one that was added last is among the last.
func collect() {
	done := make(chan struct{})
	runtime.AddCleanup(new([16]byte), func(done chan struct{}) { close(done) }, done)
	runtime.GC()
	select {
	case <-done:
	case <-time.After(collectionTime):
	}
}
