//go:build !race

package rt

import (
	"sync/atomic"
	"unsafe"
)

// counter counts the calls of a store. Who owns the store adds to it; others may read it, and see either the number before or that after.
type counter struct{ n uint64 }

func (c *counter) next() uint64 { c.n++; return c.n }
func (c *counter) load() uint64 { return atomic.LoadUint64(&c.n) }

// latest is the latest call of a store that has not ended. Who owns the store changes it; others may read it, and see either the pointer before or that
// after: what it points to is written earlier, and the processor keeps stores in order.
type latest struct{ p *Activation }

func (l *latest) set(a *Activation) { l.p = a }
func (l *latest) get() *Activation  { return l.p }

// load is get for who does not own the store.
func (l *latest) load() *Activation {
	// The field is a pointer, and stays one.
	return (*Activation)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&l.p))))
}
