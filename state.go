package weft

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// State is host data that every instance has its own copy of, such as the open files of a WASI guest. It is what lets one
// linker serve many instances: host functions find the state of the instance that calls them.
type State[T any] struct {
	init func(*Instance) (T, error)
}

// NewState makes a State whose copies are made by init, when an instance first needs one. If a copy is an io.Closer, closing the
// instance closes it.
func NewState[T any](init func(*Instance) (T, error)) *State[T] { return &State[T]{init} }

// Of returns the instance's copy. The error is that of init, which is then asked again the next time, or ErrClosed if the instance is closed and
// has none. Init may ask for other states, but not for its own.
func (s *State[T]) Of(in *Instance) (v T, err error) {
	if in == nil {
		return v, errors.New("weft: host state needs a calling instance, and there is none")
	}
	e, err := in.state(s)
	if err != nil {
		return v, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.made {
		return e.v.(T), nil
	}
	if v, err = s.init(in); err != nil {
		return v, fmt.Errorf("weft: host state: %w", err)
	}
	e.v, e.made = v, true
	if c, ok := any(v).(io.Closer); ok && !in.onClose(c.Close) {
		return v, errors.Join(ErrClosed, c.Close())
	}
	return v, nil
}

// state is an instance's copy of a State.
type state struct {
	mu   sync.Mutex
	made bool
	v    any
}

// state returns the place for the instance's copy of a State.
func (in *Instance) state(key any) (*state, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if e := in.states[key]; e != nil {
		return e, nil
	}
	if in.in.Closed() {
		return nil, ErrClosed
	}
	if in.states == nil {
		in.states = make(map[any]*state)
	}
	e := new(state)
	in.states[key] = e
	return e, nil
}

// onClose has a function called when the instance is closed. It reports false if that has happened already.
func (in *Instance) onClose(f func() error) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.in.Closed() {
		return false
	}
	in.closes = append(in.closes, f)
	return true
}

// closeStates closes the instance's states, the latest first.
func (in *Instance) closeStates() error {
	in.mu.Lock()
	closes := in.closes
	in.closes, in.states = nil, nil
	in.mu.Unlock()
	var errs []error
	for i := len(closes) - 1; i >= 0; i-- {
		errs = append(errs, closes[i]())
	}
	return errors.Join(errs...)
}
