package rt

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weft-wasm/weft/internal/rt/bias"
)

// ErrConcurrent is returned by a call into a store in which another goroutine is executing.
var ErrConcurrent = errors.New("weft: the instance is executing on another goroutine")

// ErrClosed is returned by any use of an instance that has been closed.
var ErrClosed = errors.New("weft: the instance is closed")

// Store is a set of instances that can reach each other (spec 4.2.3), with what they share.
//
// What executes in a store, or moves what stacks, tables and globals refer to, owns it: it has taken running. A host's function that a guest
// calls does not own the store, and any goroutine may call into it meanwhile; the guest goes on when the store is free again. Owning it also
// guards active; everything else is guarded by mu.
type Store struct {
	// Stores merge as disjoint sets do: a merged store has a parent, and only the root's other fields mean anything.
	parent atomic.Pointer[Store]

	running bias.Lock
	active  latest        // the latest call that has not ended
	calls   counter       // calls, ever
	tended  atomic.Uint64 // how often something other than a call has begun or ended to own the store for a moment
	rules   *rules        // that calls have to keep to, nil for none
	closing atomic.Bool   // all instances are closed: the memories go when the last call has ended

	interruption atomic.Pointer[interruption] // the latest one, nil if there was none; written under mu

	mu        sync.Mutex
	objects   map[Ref]*Object
	sweepAt   int         // the number of objects at which dead ones are looked for
	made      uint64      // objects, ever
	tables    []*Table    // roots of references
	globals   []*Global   // likewise, those of reference type
	instances []*Instance // those that are not dead
	open      int         // instances not closed
	lookAt    int         // how many closed instances there must be to look for dead ones
	panicked  []Frame     // what the latest panic of a function of the host has ended
	joined    bool        // it has been merged, or has things of the host: what it holds may be in the hands of others
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
		case r.running.Take():
			return r
		case r.parent.Load() == nil:
			return nil
		}
		// A store that has been merged stays taken; its root may be free.
	}
}

// claim is own for calls: it waits for what owns the store for a moment only.
func (s *Store) claim() *Store {
	for {
		before := s.root().tended.Load()
		if r := s.own(); r != nil {
			return r
		}
		if before%2 == 0 && s.root().tended.Load() == before {
			return nil
		}
		runtime.Gosched()
	}
}

// tend is own for what takes but a moment. Calls that begin meanwhile wait until untend. It fails while something else tends.
func (s *Store) tend() *Store {
	r := s.root()
	n := r.tended.Load()
	if n%2 != 0 || !r.tended.CompareAndSwap(n, n+1) {
		return nil
	}
	if r.running.Take() {
		return r
	}
	r.tended.Add(1)
	return nil
}

func (s *Store) untend() {
	s.disown()
	s.tended.Add(1)
}

// disown gives up a store that own has returned.
func (s *Store) disown() {
	if s.active.get() != nil {
		s.running.Leave()
	} else {
		s.running.Drop()
	}
}

// latest is the latest call that has not ended. The store is owned.
func (s *Store) latest() *Activation {
	a := s.active.get()
	for a != nil && a.gone.Load() {
		a = a.outer
		s.active.set(a)
	}
	return a
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
	if s = s.claim(); s == nil {
		return ErrConcurrent
	}
	if t = t.claim(); t == nil {
		s.disown()
		return ErrConcurrent
	}
	s.mu.Lock()
	t.mu.Lock()
	if len(s.instances) < len(t.instances) {
		s, t = t, s
	}
	s.take(t)
	t.parent.Store(s)
	s.running.Unbias() // there may be calls open in it now, of which its grant does not say that they are
	s.mu.Unlock()
	t.mu.Unlock()
	s.disown()
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
	s.tables = append(s.tables, t.tables...)
	s.globals = append(s.globals, t.globals...)
	s.instances = append(s.instances, t.instances...)
	s.open += t.open
	s.joined = true
	if s.rules == nil {
		s.rules = t.rules
	}
	s.noteOpen()
	for a := t.active.get(); a != nil; a = t.active.get() {
		t.active.set(a.outer)
		a.outer = s.active.get()
		a.move(t, s)
		s.active.set(a)
	}
	t.objects, t.tables, t.globals, t.instances = nil, nil, nil, nil
}

// add puts an instance into the store.
func (s *Store) add(in *Instance) {
	s = s.lock()
	defer s.mu.Unlock()
	if s.instances == nil {
		s.instances = in.own.instances[:0]
	}
	s.instances = append(s.instances, in)
	s.open++
	s.noteOpen()
}

// addRoots adds tables and those globals that have references. The store is locked.
func (s *Store) addRoots(tables []*Table, globals []*Global) {
	s.tables = append(s.tables, tables...)
	for _, g := range globals {
		if g.typ.Type.IsRef() {
			s.globals = append(s.globals, g)
		}
	}
}

// noteOpen says whether all instances are closed. The store is locked.
func (s *Store) noteOpen() {
	if closing := s.open == 0 && len(s.instances) > 0; closing != s.closing.Load() {
		s.closing.Store(closing)
	}
}

// close notes that an instance is closed.
func (s *Store) close() {
	if s.closeAlone() {
		return
	}
	s = s.lock()
	s.open--
	s.noteOpen()
	last := s.open == 0
	look := !last && len(s.instances)-s.open > max(minClosed, s.lookAt)
	s.mu.Unlock()
	if look {
		s.collect()
	}
	if last && !s.reap() {
		// Whoever owns the store now reaps it, unless it has looked at closing just before. In that case it is about to give the store up.
		time.Sleep(time.Microsecond)
		s.reap()
	}
}

// closeAlone closes the only instance of a store in which nothing executes. It does nothing, and reports false, in any other.
func (s *Store) closeAlone() bool {
	r := s.tend()
	if r == nil {
		return false
	}
	defer r.untend()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r != s || len(s.instances) != 1 || s.open != 1 || s.joined || s.latest() != nil {
		return false
	}
	s.open = 0
	s.bury(s.instances)
	s.instances = nil
	return true
}

// reap gives the memories back once the last instance is closed and nothing executes. It reports false if something does.
func (s *Store) reap() bool {
	if s = s.tend(); s == nil {
		return false
	}
	defer s.untend()
	if s.latest() != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing.Load() {
		return true
	}
	s.bury(s.instances)
	s.instances = nil
	s.noteOpen()
	return true
}
