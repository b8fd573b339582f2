package weft

import (
	"errors"
	"fmt"
	"io"
)

// State is host data that every instance has its own copy of, such as the open files of a WASI guest. It is what lets one
// linker serve many instances: host functions find the state of the instance that calls them.
type State[T any] struct {
	init func(*Instance) (T, error)
}

// NewState makes a State whose copies are made by init, when an instance first needs one. If a copy is an io.Closer, closing the
// instance closes it.
func NewState[T any](init func(*Instance) (T, error)) *State[T] { return &State[T]{init} }

// Of returns the instance's copy. The error is that of init, or ErrClosed if the instance is closed and has none.
func (s *State[T]) Of(in *Instance) (v T, err error) {
	if in == nil {
		return v, errors.New("weft: host state needs a calling instance, and there is none")
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if v, ok := in.states[s]; ok {
		return v.(T), nil
	}
	if in.in.Closed() {
		return v, ErrClosed
	}
	if v, err = s.init(in); err != nil {
		return v, fmt.Errorf("weft: host state: %w", err)
	}
	if in.states == nil {
		in.states = make(map[any]any)
	}
	in.states[s] = v
	if c, ok := any(v).(io.Closer); ok {
		in.closes = append(in.closes, c.Close)
	}
	return v, nil
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
