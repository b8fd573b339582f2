package rt

import (
	"errors"
	"sync"
	"sync/atomic"
)

// ErrConcurrent is returned by a call into a store in which another goroutine is executing.
var ErrConcurrent = errors.New("weft: the instance is executing on another goroutine")

// ErrClosed is returned by any use of an instance that has been closed.
var ErrClosed = errors.New("weft: the instance is closed")

// Store is a set of instances that can reach each other (spec 4.2.3), with what they share.
//
// What executes in a store, or moves what stacks, tables and globals refer to, owns it: it has set running. A host's function that a guest
// calls does not own the store, and any goroutine may call into it meanwhile; the guest goes on when the store is free again. Everything
// else is guarded by mu.
type Store struct {
	// Stores merge as disjoint sets do: a merged store has a parent, and only the root's other fields mean anything.
	parent atomic.Pointer[Store]

	running atomic.Bool

	mu        sync.Mutex
	objects   map[Ref]*Object
	sweepAt   int            // the number of objects at which dead ones are looked for
	made      uint64         // objects, ever
	tables    []*Table       // roots of references
	globals   []*Global      // likewise, those of reference type
	hosts     map[*Func]bool // functions of the host that guests were handed
	instances []*Instance
	active    *Activation // the latest call that has not ended
	open      int         // instances not closed
	dead      bool        // the memories are given back
}

// NewStore makes an empty store.
func NewStore() *Store { return &Store{sweepAt: firstSweep} }

func (s *Store) root() *Store {
	for p := s.parent.Load(); p != nil; p = s.parent.Load() {
		s = p
	}
	return s
}

// lock returns the store's root with mu locked.
func (s *Store) lock() *Store {
	for {
		r := s.root()
		r.mu.Lock()
		if r.parent.Load() == nil {
			return r
		}
		r.mu.Unlock() // it was merged meanwhile
	}
}

// own takes the store, and returns its root, or nil if it is taken.
func (s *Store) own() *Store {
	for {
		r := s.root()
		switch {
		case r.running.CompareAndSwap(false, true):
			return r
		case r.parent.Load() == nil:
			return nil
		}
		// A store that has been merged stays taken; its root may be free.
	}
}

// joining is held while two stores merge, so that what locks two stores does so alone.
var joining sync.Mutex

// merge joins two stores. It fails with ErrConcurrent if a guest's code runs in either.
func (s *Store) merge(t *Store) error {
	if s.root() == t.root() {
		return nil
	}
	joining.Lock()
	defer joining.Unlock()
	if s.root() == t.root() {
		return nil
	}
	if s = s.own(); s == nil {
		return ErrConcurrent
	}
	if t = t.own(); t == nil {
		s.running.Store(false)
		return ErrConcurrent
	}
	s.mu.Lock()
	t.mu.Lock()
	if len(s.instances) < len(t.instances) {
		s, t = t, s
	}
	s.take(t)
	t.parent.Store(s)
	s.mu.Unlock()
	t.mu.Unlock()
	s.running.Store(false)
	return nil
}

// take moves all that is in t to s. Both are owned and locked.
func (s *Store) take(t *Store) {
	if s.objects == nil {
		s.objects = make(map[Ref]*Object, len(t.objects))
	}
	for r, o := range t.objects {
		o.made = s.made
		s.objects[r] = o
	}
	for f := range t.hosts {
		s.addHost(f)
	}
	s.tables = append(s.tables, t.tables...)
	s.globals = append(s.globals, t.globals...)
	s.instances = append(s.instances, t.instances...)
	s.open += t.open
	for t.active != nil {
		a := t.active
		t.active = a.outer
		a.outer, s.active = s.active, a
	}
	t.objects, t.hosts, t.tables, t.globals, t.instances = nil, nil, nil, nil, nil
}

// add puts an instance into the store.
func (s *Store) add(in *Instance) {
	s = s.lock()
	defer s.mu.Unlock()
	s.instances = append(s.instances, in)
	s.open++
}

// addHost keeps a function of the host reachable. The store is locked.
func (s *Store) addHost(f *Func) {
	if s.hosts == nil {
		s.hosts = make(map[*Func]bool)
	}
	s.hosts[f] = true
}

// close notes that an instance is closed.
func (s *Store) close() {
	s = s.lock()
	defer s.mu.Unlock()
	s.open--
	s.reap()
}

// reap gives the memories back once the last instance is closed and nothing executes. The store is locked.
func (s *Store) reap() {
	if s.open > 0 || s.dead || len(s.instances) == 0 || s.active != nil {
		return
	}
	s.dead = true
	for _, in := range s.instances {
		for _, m := range in.Mems {
			m.Release()
		}
	}
}
