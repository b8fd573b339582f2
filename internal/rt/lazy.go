package rt

import (
	"unsafe"
)

// Tables of thousands of functions are how C makes indirect calls, and an instance calls few of them. Where nothing but such calls looks into the
// tables that a module defines, all its instances begin with the same references: to stubs, which belong to the module. Who finds a stub resolves
// it: the function comes to be, and takes the stub's place. For generated code a stub is a function of the host, so this costs it nothing.
//
// A stub is seen by calls alone: a table is filled in (Table.Resolve) before anything else gets hold of it.

// stubs are what the tables that a module defines begin with.
type stubs struct {
	funcs  []Func
	places [][]place // of each stub
	tables [][]Ref   // of the module's tables, those that a segment writes to the end of the last one
}

// place is an element of a table, by its index among those that the module defines.
type place struct {
	table int
	index uint32
}

// initialStubs makes the stubs, if nothing but calls looks into tables and code can be made to call them.
func (m *Module) initialStubs(s *initial) {
	if !m.NoTableAccess {
		return
	}
	x := &stubs{tables: make([][]Ref, len(s.tables))}
	indices := map[uint32]int{} // of functions, to those of stubs
	for i, elems := range s.tables {
		for at, f := range elems {
			if f == 0 {
				continue
			}
			n, ok := indices[f-1]
			if !ok {
				n = len(x.places)
				indices[f-1] = n
				x.places = append(x.places, nil)
			}
			x.places[n] = append(x.places[n], place{i, uint32(at)})
		}
	}
	x.funcs = make([]Func, len(x.places))
	coder, _ := m.Exec.(Coder)
	for f, n := range indices {
		t := m.funcSigs[f]
		stub := &x.funcs[n]
		stub.id, stub.Type, stub.Index = t.ID, t, f
		if coder != nil && coder.BindStub(stub) != nil {
			return // no room for code: the tables are filled at once
		}
	}
	for i, elems := range s.tables {
		x.tables[i] = make([]Ref, len(elems))
		for at, f := range elems {
			if f != 0 {
				x.tables[i][at] = x.funcs[indices[f-1]].Ref()
			}
		}
	}
	s.stubs = x
}

// bytes are the references of a table's beginning as they lie in memory. They are not looked at by the collector, nor need be: the module keeps
// its stubs.
func (x *stubs) bytes(table int) []byte {
	refs := x.tables[table]
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(refs))), len(refs)*refBytes)
}

// refBytes is the size of a reference.
const refBytes = 8

// refsIn are the references that lie in the bytes of a slot, which are aligned to pages. They are used no longer than the instance has the slot.
func refsIn(b []byte) []Ref {
	return unsafe.Slice((*Ref)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/refBytes)
}

// IsStub reports whether f stands in for the function with its index, which Resolve returns, of the instance that has found it.
func (f *Func) IsStub() bool { return f.Instance == nil && f.Host == nil }

// Resolve returns the function that a stub in a table of the instance stands in for, and puts it there. It returns what is no stub.
func (in *Instance) Resolve(f *Func) *Func {
	if !f.IsStub() {
		return f
	}
	x := in.plan.initial().stubs
	n := (f.Address() - x.funcs[0].Address()) / unsafe.Sizeof(Func{})
	real := in.Func(f.Index)
	own := in.Tables[len(in.plan.tables):]
	for _, p := range x.places[n] {
		own[p.table].Elems[p.index] = real.Ref()
	}
	return real
}

// Resolve fills in a table of stubs, before anything but calls of its instance looks into it.
func (t *Table) Resolve() {
	if !t.stubs {
		return
	}
	t.stubs = false
	for _, r := range t.Elems {
		if f := FuncOf(r); f != nil {
			t.owner.Resolve(f)
		}
	}
}
