package rt

import "sync/atomic"

// Object is something of the host's that guests refer to: an external value, an exception, or a function.
type Object struct {
	Value     any        // an external value of the host
	Exception *Exception // or an exception
	host      *Func      // or a function, which guests refer to by its address
	made      uint64     // the store's count of objects when this one was made
	marked    bool
}

// Exception is a thrown exception (spec 4.2.12).
type Exception struct {
	Tag  *Tag
	Args []uint64 // in slots
}

const (
	// firstSweep is how many objects a store holds before it looks for dead ones.
	firstSweep = 4096
	// youngObjects is how many of the latest objects a sweep keeps in any case: they may be on their way into a slot, as the arguments of a
	// call are. It is more than a function has parameters or results.
	youngObjects = 2048
)

var lastRef atomic.Uint64

// NewRef makes a reference to an object. The reference is good for as long as it is in a slot of a running call, a table, a global,
// an element segment or an exception of the store.
//
// References are numbers that are never used twice, in any store of the process, so a stale one finds nothing and stores merge
// without renaming.
func (s *Store) NewRef(o *Object) Ref {
	s = s.lock()
	r := s.insert(o)
	s.unlockSwept()
	return r
}

// keep keeps a function of the host for as long as an object is kept.
func (s *Store) keep(f *Func) {
	s = s.lock()
	if o := s.objects[f.Ref()]; o != nil {
		s.made++
		o.made = s.made
	} else {
		s.insertAs(f.Ref(), &Object{host: f})
	}
	s.unlockSwept()
}

// unlockSwept unlocks the store, and looks for dead objects if there are many.
func (s *Store) unlockSwept() {
	full := len(s.objects) > s.sweepAt
	s.mu.Unlock()
	// While a guest's code runs, stacks and tables do not stand still; objects are then left to a later sweep.
	if full {
		if s = s.tend(); s != nil {
			s.mu.Lock()
			s.sweep()
			s.mu.Unlock()
			s.untend()
		}
	}
}

// insert adds an object. The store is locked.
func (s *Store) insert(o *Object) Ref {
	r := Ref(lastRef.Add(1))
	s.insertAs(r, o)
	return r
}

func (s *Store) insertAs(r Ref, o *Object) {
	s.made++
	o.made = s.made
	if s.objects == nil {
		s.objects = make(map[Ref]*Object)
	}
	s.objects[r] = o
}

// Object returns what a reference stands for, nil for null.
func (s *Store) Object(r Ref) *Object {
	s = s.lock()
	defer s.mu.Unlock()
	return s.objects[r]
}

// sweep forgets the objects that no slot refers to. Slots are read conservatively: any number that happens to be a reference
// keeps its object, which costs memory and nothing else.
//
// The store is owned and locked, so that the stacks stand still. A sweep costs as much as there are slots and objects, so the next
// one waits until as many objects are new as a fair part of that.
func (s *Store) sweep() {
	slots := 0
	for _, t := range s.tables {
		slots += len(t.Elems)
		for _, r := range t.Elems {
			s.mark(r)
		}
	}
	for _, g := range s.globals {
		s.mark(Ref(g.Lo))
	}
	for _, in := range s.instances {
		for _, seg := range in.Elems {
			slots += len(seg)
			for _, r := range seg {
				s.mark(r)
			}
		}
	}
	for a := s.latest(); a != nil; a = a.outer {
		if a.gone.Load() {
			continue
		}
		slots += s.markAll(a.Stack)
		if a.Roots == nil {
			continue
		}
		for words := range a.Roots {
			slots += s.markAll(words)
		}
	}
	for r, o := range s.objects {
		if !o.marked && s.made-o.made > youngObjects {
			delete(s.objects, r)
		}
		o.marked = false
	}
	s.sweepAt = max(firstSweep, 2*len(s.objects), slots/8)
}

// Objects returns the number of objects that the store keeps.
func (s *Store) Objects() int {
	s = s.lock()
	defer s.mu.Unlock()
	return len(s.objects)
}

// markAll keeps what slots refer to, and returns their number.
func (s *Store) markAll(slots []uint64) int {
	for _, slot := range slots {
		s.mark(Ref(slot))
	}
	return len(slots)
}

// mark keeps an object, and what an exception's arguments refer to. Exceptions nest as deep as a guest likes, so the work list is explicit.
func (s *Store) mark(r Ref) {
	if o := s.objects[r]; o == nil || o.marked {
		return
	}
	work := []Ref{r}
	for len(work) > 0 {
		o := s.objects[work[len(work)-1]]
		work = work[:len(work)-1]
		if o == nil || o.marked {
			continue
		}
		o.marked = true
		if o.Exception != nil {
			for _, slot := range o.Exception.Args {
				work = append(work, Ref(slot))
			}
		}
	}
}
