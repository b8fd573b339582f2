package bias

import (
	"sync/atomic"
	"unsafe"
)

// Gate is what machine code looks at to take a lock by a grant, as Take and Retake do it. It is laid out for assembly.
type Gate struct {
	lock  *Lock                 // whose first word is its grant
	grant atomic.Pointer[Grant] // that the owner takes the lock by
}

// For assembly: the offsets of what it uses in a Gate and in a Grant, and the values of held.
const (
	GateLock   = unsafe.Offsetof(Gate{}.lock)
	GateGrant  = unsafe.Offsetof(Gate{}.grant)
	GrantOwner = unsafe.Offsetof(Grant{}.owner)
	GrantHeld  = unsafe.Offsetof(Grant{}.held)
	Idle       = idle
	Held       = held
)

// The grant is the first word of a lock: this does not compile if it is not.
var _ [0]struct{} = [unsafe.Offsetof(Lock{}.grant)]struct{}{}

// nobody has a grant that no goroutine owns.
var nobody Grant

// Bind makes it the gate of a lock. Nobody gets in until Admit.
func (x *Gate) Bind(l *Lock) {
	x.lock = l
	x.Shut()
}

// Admit lets the owner of the grant in force in, if there is one. The caller holds the lock.
func (x *Gate) Admit() {
	if g := x.lock.current; g != nil && x.grant.Load() != g {
		x.grant.Store(g)
	}
}

// Shut lets nobody in any more, until Admit.
func (x *Gate) Shut() { x.grant.Store(&nobody) }
