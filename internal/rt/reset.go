package rt

import "errors"

var errShared = errors.New("weft: reset: another instance uses the memory")

// Reset puts what the instance defines back to how it was before the start function ran. Its functions, memories, tables and globals stay the same
// ones. The error is ErrConcurrent while a call runs, ErrClosed, or says that another instance uses its memory. Any other is of the system, which
// has stopped it half way: that closes the instance.
func (in *Instance) Reset() error {
	torn, err := in.reset()
	if torn {
		in.Close()
	}
	return err
}

// reset is Reset but for the closing. Torn says that the instance is neither as it was nor as it began.
func (in *Instance) reset() (torn bool, err error) {
	s := in.store.tend()
	if s == nil {
		return false, ErrConcurrent
	}
	defer s.untend()
	switch {
	case s.latest() != nil:
		return false, ErrConcurrent
	case in.Closed():
		return false, ErrClosed
	}
	for _, m := range in.Mems[len(in.plan.mems):] {
		if !m.held(1) {
			return false, errShared
		}
	}
	err = in.beginAgain()
	return err != nil, err
}

// beginAgain puts back all that the instance has. Nothing else uses its memories.
func (in *Instance) beginAgain() error {
	start := in.plan.initial()
	own := in.Mems[len(in.plan.mems):]
	for i, m := range own {
		had, size := uint64(len(m.Bytes())), start.pages[i]*PageSize
		if err := m.restart(start.memories[i], size); err != nil {
			return err
		}
		m.budget.put(had - size)
	}
	if in.context.words != nil && len(own) > 0 {
		in.fillContext()
	}
	in.fillFuel()
	return in.restart(start)
}

// restart puts tables, globals and segments back.
func (in *Instance) restart(s *initial) error {
	cells := in.Globals[len(in.plan.globals):]
	for i, g := range cells {
		*g.Cell = s.globals[i]
	}
	for i, f := range s.globalFuncs {
		cells[i].Lo = uint64(in.Func(f).Ref())
	}
	for _, i := range s.depends {
		v, err := in.eval(in.Module.Globals[i].Init)
		if err != nil {
			return err
		}
		*cells[i].Cell = v
	}
	for i, t := range in.Tables[len(in.plan.tables):] {
		if err := in.restartTable(s, t, i); err != nil {
			return err
		}
	}
	in.ownData = false
	return in.initialise(s)
}

func (in *Instance) restartTable(s *initial, t *Table, own int) error {
	t.budget.put(uint64(len(t.Elems)) - s.sizes[own])
	if s.stubs != nil {
		seen := !t.stubs
		if t.Elems = nil; len(in.Module.Mems) > 0 {
			t.Elems = in.own.memory.table(own)
		}
		if t.Elems == nil {
			t.Elems = make([]Ref, s.sizes[own])
			in.fillTable(s, t, own)
		}
		if t.stubs = true; seen {
			t.Resolve() // the host has it
		}
		return nil
	}
	t.Elems = make([]Ref, s.sizes[own])
	if init := in.Module.Tables[own].Init; len(init.Bytes) > 0 && !s.frozen {
		v, err := in.eval(init)
		if err != nil {
			return err
		}
		t.fill(0, Ref(v.Lo))
	}
	in.fillTable(s, t, own)
	return nil
}
