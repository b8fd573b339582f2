package weft

import "errors"

// ErrInterrupted is the cause of an interruption that gives none.
var ErrInterrupted = errors.New("weft: the host has interrupted the instance")

// Interrupt ends the calls that are open at present in the instance, and in those that are linked with it, since a call may lead through any of
// them. They return a *Trap with the code TrapInterrupted and the cause, or ErrInterrupted for nil; the innermost one first, and the
// calls around it when the function of the host returns that they are in. A function of the host is not woken: where one may wait for long, cancel the
// context of the call. Calls that begin later are not affected, so nothing happens if none is open.
//
// Any goroutine may call it, at any time. The instance stays usable.
func (in *Instance) Interrupt(cause error) {
	if cause == nil {
		cause = ErrInterrupted
	}
	in.in.Interrupt(cause)
}
