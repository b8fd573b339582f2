package rt

import (
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Instantiate gives an instance that Plan.New has made all it has, up to but without the call of the start function (spec
// 4.7.2). After an error it is closed. When a segment traps, the error is a *TrapError, and what the segments before it wrote into imported
// memories and tables stays written: other instances may then call functions of this one.
func (in *Instance) Instantiate() error {
	if err := in.admit(); err != nil {
		return err
	}
	if err := in.link(); err != nil {
		return err
	}
	err := in.build()
	if err != nil {
		in.Close()
	}
	return err
}

// link gives the instance its imports and puts it into a store. After an error it holds nothing.
func (in *Instance) link() (err error) {
	p := in.plan
	defer func() {
		if err != nil {
			in.abandon()
		}
	}()
	in.Mems = in.own.mems[:0]
	for _, o := range p.owners {
		if o.Dead() {
			return ErrClosed
		}
	}
	for _, m := range p.mems {
		if !m.Retain() {
			return ErrClosed
		}
		in.Mems = append(in.Mems, m)
	}
	for _, s := range p.stores {
		if err := in.store.merge(s); err != nil {
			return err
		}
	}
	in.store.add(in)
	in.Module.Counters.Add(CountMade, 1)
	return nil
}

// abandon lets go of the imports of an instance that did not come to be.
func (in *Instance) abandon() {
	in.closed.Store(true)
	in.dismiss()
	for _, mem := range in.Mems {
		mem.Release()
	}
}

// build makes what the module defines, in the store the instance has joined.
func (in *Instance) build() error {
	if len(in.plan.stores) > 0 {
		a := new(Activation)
		if err := a.Enter(in.store, nil); err != nil {
			return err
		}
		defer a.Leave()
	}
	s := in.plan.initial()
	if err := in.define(s); err != nil {
		return err
	}
	return in.initialise(s)
}

// define allocates what the module defines.
func (in *Instance) define(s *initial) error {
	m, p := in.Module, in.plan
	if err := in.defineMems(s); err != nil {
		return err
	}
	coder, _ := m.Exec.(Coder)
	if coder != nil {
		in.context = in.own.memory.inherit(p.template())
	}
	if coder != nil && coder.Records() {
		in.defineRecords(coder)
	}
	in.Tags = p.tags
	if len(m.Tags) > 0 {
		in.Tags = append(make([]*Tag, 0, len(p.tags)+len(m.Tags)), p.tags...)
		for _, t := range m.Tags {
			in.Tags = append(in.Tags, &Tag{Type: m.Sigs[t]})
		}
	}
	if err := in.defineGlobals(s, coder != nil); err != nil {
		return err
	}
	if err := in.defineTables(s); err != nil {
		return err
	}
	in.addRoots()
	if coder != nil {
		in.fillContext()
	}
	in.fillFuel()
	return nil
}

// defineRecords makes the records of all functions, side by side, for code that finds them by their place.
func (in *Instance) defineRecords(coder Coder) {
	in.records = make([]Func, len(in.Module.Funcs))
	for i := range in.records {
		in.initFunc(&in.records[i], uint32(len(in.plan.funcs)+i), coder)
	}
}

func (in *Instance) defineMems(s *initial) error {
	m := in.Module
	in.own.memories.total = m.Limits.MemoryBytes
	for i := range m.Mems {
		mem := &in.own.memory
		if i > 0 {
			mem = new(Memory)
		}
		t := m.Mems[i]
		t.Min = s.pages[i]
		if err := mem.init(t, &in.own.memories, s.memories[i], s.pools[i]); err != nil {
			return err
		}
		in.Mems = append(in.Mems, mem)
	}
	return nil
}

// defineGlobals makes the globals. Their cells are in the context where there is one, and then have the values that the module says already.
func (in *Instance) defineGlobals(s *initial, context bool) error {
	m, p := in.Module, in.plan
	in.Globals = p.globals
	if len(m.Globals) == 0 {
		return nil
	}
	var cells []Cell
	if context {
		offset, _ := m.Layout.Global(uint32(len(p.globals)))
		cells = in.context.cells(offset, len(m.Globals))
	} else {
		cells = append(make([]Cell, 0, len(m.Globals)), s.globals...)
	}
	globals := in.own.global[:]
	in.Globals = in.own.globals[:0]
	if len(m.Globals) > 1 || len(p.globals) > 0 {
		globals = make([]Global, len(m.Globals))
		in.Globals = append(make([]*Global, 0, len(p.globals)+len(m.Globals)), p.globals...)
	}
	for i := range globals {
		globals[i] = Global{Cell: &cells[i], typ: m.globalTypes[i], store: in.store, owner: in}
		in.Globals = append(in.Globals, &globals[i])
	}
	for i, f := range s.globalFuncs {
		cells[i].Lo = uint64(in.Func(f).Ref())
	}
	for _, i := range s.depends {
		v, err := in.eval(m.Globals[i].Init)
		if err != nil {
			return err
		}
		cells[i] = v
	}
	return nil
}

func (in *Instance) defineTables(s *initial) error {
	m, p := in.Module, in.plan
	in.Tables = p.tables
	if len(m.Tables) == 0 {
		return nil
	}
	tables := in.own.table[:]
	in.Tables = in.own.tables[:0]
	if len(m.Tables) > 1 || len(p.tables) > 0 {
		tables = make([]Table, len(m.Tables))
		in.Tables = append(make([]*Table, 0, len(p.tables)+len(m.Tables)), p.tables...)
	}
	in.own.elements.total = m.Limits.TableElements
	for i := range m.Tables {
		t := &m.Tables[i]
		var init Cell
		if len(t.Init.Bytes) > 0 && !s.frozen {
			var err error
			if init, err = in.eval(t.Init); err != nil {
				return err
			}
		}
		var elems []Ref
		if s.stubs != nil && len(m.Mems) > 0 {
			elems = in.own.memory.table(i)
		}
		tab := &tables[i]
		typ := m.tableTypes[i]
		typ.Limits.Min = s.sizes[i]
		if err := tab.init(in.store, typ, Ref(init.Lo), &in.own.elements, elems); err != nil {
			return err
		}
		in.Tables = append(in.Tables, tab)
		tab.owner, tab.stubs = in, s.stubs != nil
		if elems == nil {
			in.fillTable(s, tab, i)
		}
	}
	return nil
}

// addRoots makes what the instance defines and may refer to others known to its store.
func (in *Instance) addRoots() {
	tables, globals := in.Tables[len(in.plan.tables):], in.Globals[len(in.plan.globals):]
	if len(tables) == 0 && len(globals) == 0 {
		return
	}
	s := in.store.lock()
	defer s.mu.Unlock()
	if s.tables == nil {
		s.tables = in.own.roots[:0]
	}
	s.addRoots(tables, globals)
}

// fillTable writes the beginning of a table that the module defines.
func (in *Instance) fillTable(s *initial, t *Table, own int) {
	if s.stubs != nil {
		copy(t.Elems, s.stubs.tables[own])
		return
	}
	for i, f := range s.tables[own] {
		if f != 0 {
			t.Elems[i] = in.Func(f - 1).Ref()
		}
	}
}

// fillContext tells generated code where everything is that is the instance's own.
func (in *Instance) fillContext() {
	c, l, p := in.context, in.Module.Layout, in.plan
	c.set(abi.InstanceHost, c.address())
	c.set(abi.InstanceOwner, uintptr(unsafe.Pointer(in)))
	for i, m := range in.Mems {
		c.set(l.Memory(uint32(i)), uintptr(unsafe.Pointer(&m.descriptor)))
	}
	if len(in.Mems) > 0 {
		c.set(abi.InstanceMemoryBase, in.Mems[0].descriptor.base)
	}
	for i, t := range in.Tables {
		// A slice is the address and the number of its elements, in that order, and then its capacity: as abi has a table's descriptor.
		c.set(l.Table(uint32(i)), uintptr(unsafe.Pointer(&t.Elems)))
	}
	for i := len(p.tags); i < len(in.Tags); i++ {
		c.set(l.Tag(uint32(i)), uintptr(unsafe.Pointer(in.Tags[i])))
	}
	if len(in.records) > 0 {
		c.set(abi.InstanceRecords, in.records[0].Address())
	}
}

// initialise evaluates the segments that are left, and writes the active ones.
func (in *Instance) initialise(s *initial) error {
	m := in.Module
	in.Data, in.Elems = s.passive, s.dropped
	if len(s.elems) > 0 {
		in.Elems = make([][]Ref, len(m.Elems))
	}
	for _, i := range s.elems {
		if err := in.evalElem(i); err != nil {
			return err
		}
	}
	for _, i := range s.elems {
		e := &m.Elems[i]
		if e.Mode != wasm.ModeActive {
			continue
		}
		at, err := in.eval(e.Offset)
		if err != nil {
			return err
		}
		if !in.Tables[e.Table].Init(in.Elems[i], at.Lo, 0, uint64(len(in.Elems[i]))) {
			return &TrapError{Code: abi.TrapTableOutOfBounds}
		}
		in.Elems[i] = nil
	}
	for _, i := range s.data {
		d := &m.Data[i]
		at, err := in.eval(d.Offset)
		if err != nil {
			return err
		}
		if !MemoryCopy(in.Mems[d.Mem].Bytes(), d.Bytes, at.Lo, 0, uint64(len(d.Bytes))) {
			return &TrapError{Code: abi.TrapMemoryOutOfBounds}
		}
	}
	return nil
}

func (in *Instance) evalElem(i int) error {
	e := &in.Module.Elems[i]
	refs := make([]Ref, e.Len())
	for j, f := range e.Funcs {
		refs[j] = in.Func(f).Ref()
	}
	for j, x := range e.Exprs {
		v, err := in.eval(x)
		if err != nil {
			return err
		}
		refs[j] = Ref(v.Lo)
	}
	in.Elems[i] = refs
	return nil
}
