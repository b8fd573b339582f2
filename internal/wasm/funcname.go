package wasm

import (
	"slices"
	"sync"
	"unicode/utf8"
)

// nameIndex finds function names without keeping them: for each function, where in the name section its name is.
type nameIndex struct {
	once    sync.Once
	section []byte
	at      []uint32 // by function index: the position in section of the name's length, or 0
}

// FuncName returns the name that the name section gives to a function, or "". It is safe for concurrent use, and cheap
// after the first call for a decoded module.
func (m *Module) FuncName(index uint32) string {
	x := m.names
	if x == nil {
		x = new(nameIndex)
	}
	x.once.Do(func() { x.build(m) })
	if int64(index) >= int64(len(x.at)) || x.at[index] == 0 {
		return ""
	}
	r := reader{b: x.section, pos: int(x.at[index])}
	return r.name("name")
}

// Beginning returns what is decoded of a module whose functions arrive, as a module that other goroutines may use meanwhile: the sections in front of the code
// section, and each function when it has arrived. It does not know the names of functions.
func (m *Module) Beginning() *Module {
	early := *m
	early.Customs = slices.Clip(m.Customs)
	early.names = new(nameIndex)
	return &early
}

// build goes through the names of functions once. A broken name section has names up to where it breaks.
func (x *nameIndex) build(m *Module) {
	c := m.Custom(NameSection)
	if c == nil {
		return
	}
	x.section = c.Bytes
	x.at = make([]uint32, m.ImportedFuncs+len(m.Funcs))
	r := reader{b: c.Bytes}
	for r.err == nil && r.left() > 0 {
		id := r.byte()
		n := r.length("subsection")
		end := r.pos + int(n)
		if id == nameFuncs && r.err == nil {
			r.b = r.b[:end]
			x.funcs(&r)
			return
		}
		r.pos = end
	}
}

// funcs notes where each name is that is one.
func (x *nameIndex) funcs(r *reader) {
	for n := r.u32(); n > 0; n-- {
		index := r.u32()
		at := r.pos
		name := r.bytes(r.length("name"))
		if r.err != nil {
			return
		}
		if int64(index) < int64(len(x.at)) && utf8.Valid(name) && len(name) <= MaxNameLength {
			x.at[index] = uint32(at)
		}
	}
}
