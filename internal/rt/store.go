package rt

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
)

// ErrConcurrent is returned by a call into a store in which another goroutine is executing.
var ErrConcurrent = errors.New("weft: the instance is executing on another goroutine")

// ErrClosed is returned by any use of an instance that has been closed.
var ErrClosed = errors.New("weft: the instance is closed")

// Store is a set of instances that can reach each other (spec 4.2.3), with what they share.
type Store struct {
	// Stores merge as disjoint sets do: a merged store has a parent, and only the root's other fields mean anything.
	parent atomic.Pointer[Store]

	objectMu sync.Mutex // guards the next three; a caller may hand in objects before it finds that another goroutine is executing
	objects  map[Ref]*Object
	sweepAt  int
	made     uint64

	// Guarded by joining. Sweeps read them without, because what adds to them enters the store first, or has it to itself.
	tables    []*Table       // roots of references
	globals   []*Global      // likewise, those of reference type
	hosts     map[*Func]bool // functions of the host that guests were handed
	instances []*Instance

	state  atomic.Int32 // stateIdle, stateGuest or stateHost
	active *Activation  // the innermost call

	mu   sync.Mutex // guards open and dead
	open int        // instances not closed
	dead bool       // the memories are given back
}

const (
	stateIdle  = iota
	stateGuest // a guest's code runs
	stateHost  // a guest has called the host, which may call back
)

// Activation is one call from the host into a store, while it runs.
type Activation struct {
	Stack []uint64 // every slot that may hold a reference
	outer *Activation
	store *Store
	prev  int32
	Depth int // guest frames of the calls around it

	nesting int // calls around it
}

// NewStore makes an empty store.
func NewStore() *Store { return &Store{sweepAt: firstSweep} }

// joining is held while stores merge or get new members. It is not needed to make a store, nor for anything in a store of one's own,
// and so not on the way of instances that import nothing but functions of the host and memories.
var joining sync.Mutex

func (s *Store) root() *Store {
	for p := s.parent.Load(); p != nil; p = s.parent.Load() {
		s = p
	}
	return s
}

// merge joins two stores and returns the result. Joining must be held.
func (s *Store) merge(t *Store) *Store {
	s, t = s.root(), t.root()
	if s == t {
		return s
	}
	if len(s.instances) < len(t.instances) {
		s, t = t, s
	}
	s.takeObjects(t)
	for f := range t.hosts {
		if s.hosts == nil {
			s.hosts = make(map[*Func]bool)
		}
		s.hosts[f] = true
	}
	s.tables = append(s.tables, t.tables...)
	s.globals = append(s.globals, t.globals...)
	s.instances = append(s.instances, t.instances...)
	s.open += t.open
	if t.active != nil {
		last := t.active
		for last.outer != nil {
			last = last.outer
		}
		last.outer, s.active = s.active, t.active
		s.state.Store(t.state.Load())
	}
	t.hosts, t.tables, t.globals, t.instances, t.active = nil, nil, nil, nil, nil
	return s
}

// takeObjects moves the objects of t to s, which becomes its parent.
func (s *Store) takeObjects(t *Store) {
	s.objectMu.Lock()
	defer s.objectMu.Unlock()
	t.objectMu.Lock()
	defer t.objectMu.Unlock()
	for r, o := range t.objects {
		if s.objects == nil {
			s.objects = make(map[Ref]*Object)
		}
		o.made = s.made
		s.objects[r] = o
	}
	t.objects = nil
	t.parent.Store(s)
}

// maxNesting is how many calls from the host may be open in a store at a time, each made by a host function that a guest called in
// the one before. Unlike the calls within a guest, they use the Go stack.
const maxNesting = 2000

// Enter begins a call into the store. It fails while a guest's code runs in it: on the goroutine at hand a guest is then always in a call
// of the host, so that code runs on another one.
func (a *Activation) Enter(s *Store, stack []uint64) error {
	s = s.root()
	if !s.state.CompareAndSwap(stateIdle, stateGuest) && !s.state.CompareAndSwap(stateHost, stateGuest) {
		return ErrConcurrent
	}
	a.store, a.Stack, a.outer, a.prev = s, stack, s.active, stateIdle
	a.Depth, a.nesting = 0, 0
	if a.outer != nil {
		a.prev, a.Depth, a.nesting = stateHost, a.outer.Depth, a.outer.nesting+1
	}
	s.active = a
	if a.nesting > maxNesting {
		a.Leave()
		return &TrapError{Code: abi.TrapStackExhausted}
	}
	return nil
}

// Leave ends a call that Enter began.
func (a *Activation) Leave() {
	s := a.store.root()
	s.active = a.outer
	s.state.Store(a.prev)
	a.store, a.Stack, a.outer = nil, nil, nil
	if s.active == nil {
		s.reap()
	}
}

// BeginHost notes that the guest calls the host, with depth guest frames on this call's stack; EndHost that it is back.
func (a *Activation) BeginHost(depth int) {
	a.Depth += depth
	a.store.root().state.Store(stateHost)
}

// EndHost undoes BeginHost.
func (a *Activation) EndHost(depth int) {
	a.Depth -= depth
	a.store.root().state.Store(stateGuest)
}

// reap gives the memories back once the last instance is closed and nothing executes.
func (s *Store) reap() {
	s.mu.Lock()
	defer s.mu.Unlock()
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
