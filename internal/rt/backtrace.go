package rt

import "runtime"

// Backtrace lists the calls of guests that are open in the instance's store, innermost first, MaxBacktrace at most. There are such while functions
// of the host run that guests have called. The error is ErrConcurrent if a guest's code runs.
func (in *Instance) Backtrace() ([]Frame, error) {
	s := in.Store().still()
	if s == nil {
		return nil, ErrConcurrent
	}
	defer s.untend()
	var frames []Frame
	for a := s.latest(); a != nil && len(frames) < MaxBacktrace; a = a.outer {
		if !a.gone.Load() {
			frames = append(frames, a.Trace()...)
		}
	}
	return frames[:min(len(frames), MaxBacktrace)], nil
}

// still is tend that waits for what else tends the store: it fails only if a guest's code runs.
func (s *Store) still() *Store {
	for {
		if r := s.tend(); r != nil {
			return r
		}
		if s.root().tended.Load()%2 == 0 {
			return nil
		}
		runtime.Gosched()
	}
}

// PanicBacktrace lists the calls of guests in the instance's store that the latest panic of a function of the host has ended, innermost first.
func (in *Instance) PanicBacktrace() []Frame {
	s := in.store.lock()
	defer s.mu.Unlock()
	return s.panicked
}

// NotePanic notes the guest's calls of a that a panic in a function of the host ends, before Leave.
func (a *Activation) NotePanic() {
	frames := a.Trace()
	s := a.store.lock()
	defer s.mu.Unlock()
	if a.panicked.Swap(false) {
		inner := s.panicked
		frames = append(inner[:len(inner):len(inner)], frames...)
	}
	s.panicked = frames[:min(len(frames), MaxBacktrace)]
	if a.outer != nil {
		a.outer.panicked.Store(true)
	}
}
