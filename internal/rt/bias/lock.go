package bias

import (
	"runtime"
	"sync/atomic"
)

// Lock is a mutex that can be tried, not waited for. The zero Lock is free. It must not be copied.
//
// Invariant: who holds the lock holds it by current if that is not nil, else because it has made state be taken.
type Lock struct {
	grant   atomic.Pointer[Grant] // that the owner compares with its own; nil while it is being taken back, and if there is none
	state   atomic.Uint32
	streak  uint32  // how often latest has taken the lock in a row by TakeOften
	latest  uintptr // a goroutine
	current *Grant  // the grant in force. As the two before it, guarded by the lock
	revoked uint32  // how many grants were taken back
}

// Grant is the right of one goroutine to take a lock by ordinary instructions.
type Grant struct {
	owner uintptr // the goroutine; never changes
	held  uint32  // one of the following; only the owner writes to it
	_     [52]byte
}

// What a grant's held is.
const (
	idle = iota
	held // the owner holds the lock
	left // the owner does not hold it, but is going to come back
)

// The states of a lock.
const (
	free     = iota
	taken    // by an atomic instruction
	biased   // there is a grant; whether the lock is held, it says
	revoking // a goroutine takes the grant back, or tries to
)

// A goroutine gets a grant when it has taken a lock patience times in a row, and twice as many times for each grant that was taken back before:
// to take one back costs as much as some hundred locked instructions.
const (
	patience    = 64
	maxDoubling = 14
)

// Take takes the lock. It reports false if somebody has it.
func (l *Lock) Take() bool {
	for {
		switch l.state.Load() {
		case free:
			if l.state.CompareAndSwap(free, taken) {
				return true
			}
		case taken:
			return false
		case biased:
			g := l.grant.Load()
			if g == nil {
				continue // revoking by now
			}
			if g.owner == goroutine() && g.held != held && l.Retake(g) {
				return true
			}
			if atomic.LoadUint32(&g.held) == held {
				return false
			}
			if l.state.CompareAndSwap(biased, revoking) {
				return l.revoke()
			}
		case revoking:
			runtime.Gosched()
		}
	}
}

// Retake is Take for the owner of a grant which does not hold the lock now. It reports false if the lock has another grant or none.
func (l *Lock) Retake(g *Grant) bool {
	before := g.held
	g.held = held // before the load: the compiler keeps the order, and the package's comment says why the processor need not
	if l.grant.Load() == g {
		return true
	}
	g.held = before
	return false
}

// revoke takes the lock and its grant from the owner, or reports false if the owner holds it. The state is revoking.
func (l *Lock) revoke() bool {
	g := l.grant.Swap(nil)
	barrier()
	if atomic.LoadUint32(&g.held) == held {
		l.grant.Store(g)
		l.state.Store(biased)
		return false
	}
	l.current = nil
	l.revoked++
	l.state.Store(taken)
	return true
}

// TakeOften is Take for a goroutine that is likely to take the lock again and again.
func (l *Lock) TakeOften() bool {
	if !l.Take() {
		return false
	}
	if l.current == nil && grants() {
		l.count(goroutine())
	}
	return true
}

// count counts that a goroutine has taken the lock by an atomic instruction, and gives it a grant in the end.
func (l *Lock) count(goroutine uintptr) {
	if l.latest != goroutine {
		l.latest, l.streak = goroutine, 0
	}
	if l.streak++; l.streak < patience<<min(l.revoked, maxDoubling) {
		return
	}
	l.streak = 0
	l.current = &Grant{owner: goroutine, held: held}
	l.grant.Store(l.current)
	l.state.Store(biased)
}

// Drop gives up the lock, which the calling goroutine has taken.
func (l *Lock) Drop() { l.drop(idle) }

// Leave is Drop for a goroutine that is going to come back for what it has begun. Until it calls Drop again, machine code does not take the lock by
// its grant (see Gate).
func (l *Lock) Leave() { l.drop(left) }

func (l *Lock) drop(how uint32) {
	if g := l.current; g != nil {
		// On amd64, where grants are, what was stored before an ordinary store is visible before it; the compiler keeps stores in order.
		g.held = how
		return
	}
	release(&l.state)
}

// Unbias ends the grant, if there is one. The caller holds the lock, and goes on to hold it.
func (l *Lock) Unbias() {
	if l.current == nil {
		return
	}
	// While a goroutine tries to take the grant back, the lock is its to change; it finds that it is held, and puts the grant back.
	for !l.state.CompareAndSwap(biased, taken) {
		runtime.Gosched()
	}
	l.grant.Store(nil)
	l.current = nil
}

// Grant is the grant in force, for a goroutine that holds the lock; nil if there is none.
func (l *Lock) Grant() *Grant { return l.current }

// IsTaken reports whether somebody has the lock.
func (l *Lock) IsTaken() bool {
	g := l.grant.Load()
	return l.state.Load() == taken || g != nil && atomic.LoadUint32(&g.held) == held
}
