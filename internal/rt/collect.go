package rt

import "slices"

// An instance that is closed is not gone: others of its store may call its functions and use its tables by what they import and by references.
// It is dead when none of those that are open can. Then it is given back: its memories, its functions, which trap from then on, and its place in
// the store.

// minClosed is how many closed instances a store of open ones has before it looks for dead ones.
const minClosed = 16

// bury gives instances back. The store is owned and locked, and nothing executes in it.
func (s *Store) bury(dead []*Instance) {
	for _, in := range dead {
		in.dead.Store(true)
		in.Module.Counters.Add(CountGivenBack, 1)
		if in.plan != nil {
			in.disown()
		}
		in.dismiss()
		if !s.joined && !in.shown.Load() {
			in.own.memory.bequeath(in.context)
		}
		for _, m := range in.Mems {
			m.Release()
		}
		if s.joined {
			in.unbind()
		}
	}
	if !s.joined {
		s.tables, s.globals = nil, nil // which are those of one instance
		return
	}
	s.tables = slices.DeleteFunc(s.tables, func(t *Table) bool { return t.dead })
	s.globals = slices.DeleteFunc(s.globals, func(g *Global) bool { return g.dead })
	s.keepReferred(dead)
}

// keepReferred keeps the records that tables, globals and exceptions refer to of the functions that the instances had, imported ones of the host
// included, which nothing else may keep. They stay as long as objects do.
func (s *Store) keepReferred(dead []*Instance) {
	funcs := map[Ref]*Func{}
	for _, in := range dead {
		for f := range in.functions {
			funcs[f.Ref()] = f
		}
		if in.plan == nil {
			continue
		}
		for _, f := range in.plan.funcs {
			if f.Instance == nil {
				funcs[f.Ref()] = f
			}
		}
	}
	for r := range s.slots {
		if f := funcs[r]; f != nil && s.objects[r] == nil {
			s.insertAs(r, &Object{host: f})
		}
	}
}

// slots yields what stands in tables, globals and exceptions: references, and numbers that are none.
func (s *Store) slots(yield func(Ref) bool) {
	for _, t := range s.tables {
		for _, r := range t.Elems {
			if r != 0 && !yield(r) {
				return
			}
		}
	}
	for _, g := range s.globals {
		if !yield(Ref(g.Lo)) {
			return
		}
	}
	for _, o := range s.objects {
		if o.Exception == nil {
			continue
		}
		for _, slot := range o.Exception.Args {
			if !yield(Ref(slot)) {
				return
			}
		}
	}
}

// unbind makes calls of the instance's functions trap: a table that lives on may refer to them.
func (in *Instance) unbind() {
	coder, ok := in.Module.Exec.(Coder)
	if !ok {
		return
	}
	for f := range in.functions {
		coder.Unbind(f)
	}
}

// functions calls yield for the functions of the module that something may refer to.
func (in *Instance) functions(yield func(*Func) bool) {
	for i := range in.records {
		if !yield(&in.records[i]) {
			return
		}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if f := &in.own.function; f.Instance != nil && !yield(f) {
		return
	}
	for _, f := range in.made {
		if !yield(f) {
			return
		}
	}
}

// disown notes that the instance's own tables, which are empty from now on, and globals are dead.
func (in *Instance) disown() {
	for _, t := range in.Tables[min(len(in.plan.tables), len(in.Tables)):] {
		t.budget.put(uint64(len(t.Elems)))
		t.dead, t.Elems = true, nil // which may lie in a slot
	}
	for _, g := range in.Globals[min(len(in.plan.globals), len(in.Globals)):] {
		g.dead = true
	}
}

// collect buries the closed instances that no open one can reach. It does nothing while something executes in the store.
func (s *Store) collect() {
	if s = s.tend(); s == nil {
		return
	}
	defer s.untend()
	if s.latest() != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.reachable()
	var dead []*Instance
	s.instances = slices.DeleteFunc(s.instances, func(in *Instance) bool {
		if !r.seen[in] {
			dead = append(dead, in)
		}
		return !r.seen[in]
	})
	s.joined = true
	s.bury(dead)
	s.lookAt = 2 * (len(s.instances) - s.open)
	s.noteOpen()
}

// reach finds the instances that others can reach.
type reach struct {
	closed map[Ref]*Instance // by reference, the functions of closed instances
	seen   map[*Instance]bool
	tables map[*Table]bool
	work   []*Instance
}

// reachable returns what open instances, tables and globals of the host, and exceptions lead to. Slots are read conservatively, as by sweep.
func (s *Store) reachable() *reach {
	r := &reach{closed: map[Ref]*Instance{}, seen: map[*Instance]bool{}, tables: map[*Table]bool{}}
	for _, in := range s.instances {
		if !in.Closed() {
			r.add(in)
			continue
		}
		for f := range in.functions {
			r.closed[f.Ref()] = in
		}
	}
	for _, t := range s.tables {
		if t.owner == nil {
			r.table(t)
		}
	}
	for _, g := range s.globals {
		if g.owner == nil {
			r.global(g)
		}
	}
	for _, o := range s.objects {
		if o.Exception != nil {
			for _, slot := range o.Exception.Args {
				r.ref(Ref(slot))
			}
		}
	}
	for len(r.work) > 0 {
		in := r.work[len(r.work)-1]
		r.work = r.work[:len(r.work)-1]
		r.instance(in)
	}
	return r
}

func (r *reach) add(in *Instance) {
	if in != nil && !r.seen[in] {
		r.seen[in] = true
		r.work = append(r.work, in)
	}
}

func (r *reach) ref(x Ref) { r.add(r.closed[x]) }

func (r *reach) table(t *Table) {
	if r.tables[t] {
		return
	}
	r.tables[t] = true
	r.add(t.owner)
	for _, x := range t.Elems {
		r.ref(x)
	}
}

func (r *reach) global(g *Global) {
	r.add(g.owner)
	r.ref(Ref(g.Lo))
}

// instance follows what an instance imports and has.
func (r *reach) instance(in *Instance) {
	for _, f := range in.plan.funcs {
		r.add(f.Instance)
	}
	for _, t := range in.Tables {
		r.table(t)
	}
	for _, g := range in.Globals {
		r.global(g)
	}
	for _, segment := range in.Elems {
		for _, x := range segment {
			r.ref(x)
		}
	}
}
