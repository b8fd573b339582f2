package rt

// Whoever wants a call to end gives the reason first, and then asks the call to look (Ask). The call looks, from time to time, whether it has been asked, and
// then for reasons that hold for itself: the executor's own, such as a context that is done, and an interruption of the store. So a call that is asked
// too late, when it has ended and the machine has begun with another one, does no harm, and neither side waits for the other.

// Stopper is what executes a call: it knows how that is to be stopped.
type Stopper interface {
	// Stopped reports whether the call is to end. It is cheap to ask. Only the call's own goroutine does.
	Stopped() bool
}

// interruption ends all calls of a store up to a number.
type interruption struct {
	until uint64
	cause error
}

// Interrupt makes the calls end that are open at present in the instance and those linked with it, with abi.TrapInterrupted: a guest that
// executes in a moment, one that waits for the host when that returns. It does nothing if there are none.
func (in *Instance) Interrupt(cause error) {
	s := in.store.lock()
	a, taken := s.active.load(), s.running.IsTaken()
	var gated []*Activation
	if a != nil || taken {
		s.interruption.Store(&interruption{s.calls.load(), cause})
		for _, in := range s.instances {
			gated = append(gated, in.shutGates()...)
		}
	}
	s.mu.Unlock()
	if a != nil {
		a.Ask() // or, by now, the call of another store
	}
	for _, a := range gated {
		a.Ask() // one of these may execute, unknown to the store
	}
}

// Ask makes the call look whether it is to end. Any goroutine may call it.
func (a *Activation) Ask() {
	a.Asked.Store(true)
	if a.Wake != nil {
		a.Wake()
	}
	if r := a.runner.Load(); r != nil {
		r.Poke()
	}
}

// Interrupted returns why the store's calls are to end, nil if they are not. Only the call's own goroutine asks.
func (a *Activation) Interrupted() error {
	if a.moved != nil {
		return a.moved.cause
	}
	if i := a.store.root().interruption.Load(); i != nil && a.number <= i.until {
		return i.cause
	}
	return nil
}

// begin gives the call its place among those of its store, which it owns.
func (a *Activation) begin(s *Store) {
	a.number = s.calls.next()
	if a.moved != nil {
		a.moved = nil
	}
	s.active.set(a)
}

// move gives a call that waits for the host its place in the store that its own is merged into.
func (a *Activation) move(from, to *Store) {
	if i := from.interruption.Load(); i != nil && a.number <= i.until && a.moved == nil {
		a.moved = i
	}
	a.number = to.calls.next()
}
