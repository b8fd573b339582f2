package rt

import (
	"slices"
	"weak"

	"github.com/weft-wasm/weft/internal/rt/bias"
)

// A function that is called often has a gate: its calls get into the store without any code of this package, as calls of the same activation. They are not
// known to the store until they call the host (Surface), and have the number of the call that opened the gate. Whatever they must not go on after shuts
// the gate: the end of the instance, and an interruption, which also asks all of them, because one may be executing.

// BindGate makes the gate for calls of the instance's functions by an activation. It is shut until Admit.
func (in *Instance) BindGate(a *Activation, x *bias.Gate) {
	x.Bind(&in.Store().running)
	a.gate = x
	in.mu.Lock()
	defer in.mu.Unlock()
	in.gates = append(slices.DeleteFunc(in.gates, func(p weak.Pointer[Activation]) bool { return p.Value() == nil }), weak.Make(a))
}

// Admit opens the gate of an activation that has begun a call of the instance, as long as the instance is not closed nor that call interrupted.
func (in *Instance) Admit(a *Activation) {
	// Either this sees what has happened, or who has made it happen finds the gate open.
	if a.gate.Admit(); in.Closed() || a.Interrupted() != nil {
		a.gate.Shut()
	}
}

// shutGates shuts the gates of the instance, and returns what calls come by them.
func (in *Instance) shutGates() []*Activation {
	in.mu.Lock()
	defer in.mu.Unlock()
	var all []*Activation
	for _, p := range in.gates {
		if a := p.Value(); a != nil {
			a.gate.Shut()
			all = append(all, a)
		}
	}
	return all
}

// Surface makes a call known to its store that has entered it by a gate. It is needed once others may look at the store's calls: before a call of
// the host, or what looks for references.
func (a *Activation) Surface() { a.store.active.set(a) }

// Settle does what is left to do after a call that entered and left the store by a gate which was shut meanwhile.
func (a *Activation) Settle() {
	if a.store.closing.Load() {
		a.store.reap()
	}
}
