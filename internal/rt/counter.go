//go:build race || !amd64

package rt

import "sync/atomic"

// counter counts the calls of a store. Who owns the store adds to it; others may read it.
type counter struct{ n atomic.Uint64 }

func (c *counter) next() uint64 { return c.n.Add(1) }
func (c *counter) load() uint64 { return c.n.Load() }

// latest is the latest call of a store that has not ended. Who owns the store changes it; others may read it.
type latest struct{ p atomic.Pointer[Activation] }

func (l *latest) set(a *Activation) { l.p.Store(a) }
func (l *latest) get() *Activation  { return l.p.Load() }
func (l *latest) load() *Activation { return l.p.Load() }
