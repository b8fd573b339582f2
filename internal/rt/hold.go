package rt

import "slices"

// Hold calls f with the instances of the instance's store that are not dead, while nothing executes in it: who calls into it meanwhile has ErrConcurrent.
// The error is ErrClosed, or ErrConcurrent if a guest's code runs.
func (in *Instance) Hold(f func(all []*Instance)) error {
	s := in.Store().claim()
	if s == nil {
		return ErrConcurrent
	}
	defer func() {
		s.disown()
		if s.closing.Load() {
			s.reap()
		}
	}()
	if in.Dead() || in.Closed() {
		return ErrClosed
	}
	s.mu.Lock()
	all := slices.Clone(s.instances)
	s.mu.Unlock()
	f(all)
	return nil
}
