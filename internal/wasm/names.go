package wasm

import (
	"maps"
	"slices"
)

// NameMap has names by index.
type NameMap map[uint32]string

// IndirectNameMap has names by two indices: first that of the function (for locals and labels) or type (for fields).
type IndirectNameMap map[uint32]NameMap

// Names is the contents of a name section (spec 7.4.1, and the extended name section proposal).
type Names struct {
	Module string

	Funcs, Types, Tables, Memories, Globals, Elems, Data, Tags NameMap

	Locals IndirectNameMap // by function and local
	Labels IndirectNameMap // by function and label, in the order in which labels begin
	Fields IndirectNameMap // by type and field
}

// NameSection is the name of the custom section that holds the names.
const NameSection = "name"

// The ids of the name section's subsections.
const (
	nameModule = iota
	nameFuncs
	nameLocals
	nameLabels
	nameTypes
	nameTables
	nameMemories
	nameGlobals
	nameElems
	nameData
	nameFields
	nameTags
)

// direct returns the map of a subsection with names by one index, or nil.
func (n *Names) direct(id byte) *NameMap {
	switch id {
	case nameFuncs:
		return &n.Funcs
	case nameTypes:
		return &n.Types
	case nameTables:
		return &n.Tables
	case nameMemories:
		return &n.Memories
	case nameGlobals:
		return &n.Globals
	case nameElems:
		return &n.Elems
	case nameData:
		return &n.Data
	case nameTags:
		return &n.Tags
	}
	return nil
}

// indirect returns the map of a subsection with names by two indices, or nil.
func (n *Names) indirect(id byte) *IndirectNameMap {
	switch id {
	case nameLocals:
		return &n.Locals
	case nameLabels:
		return &n.Labels
	case nameFields:
		return &n.Fields
	}
	return nil
}

// DecodeNames decodes the name section, if there is one. A custom section never makes a module invalid, so whoever only wants
// names may ignore the error: what was read in front of it is returned anyway.
func DecodeNames(m *Module) (*Names, error) {
	names := &Names{}
	c := m.Custom(NameSection)
	if c == nil {
		return names, nil
	}
	r := reader{b: c.Bytes, base: c.Offset, inner: true}
	next := byte(0)
	for r.err == nil && r.left() > 0 {
		at := r.pos
		id := r.byte()
		if id < next {
			r.fail(MalformedCustom, at, "subsection %d of the name section stands behind subsection %d", id, next-1)
			break
		}
		next = id + 1
		names.subsection(id, r.sub("subsection"), &r)
	}
	return names, r.failure()
}

// sub returns a reader of the next piece, which has its length in front.
func (r *reader) sub(what string) *reader {
	n := r.length(what)
	at := r.pos
	return &reader{b: r.bytes(n), base: r.base + int64(at), inner: true}
}

// subsection reads a subsection from r; errors go to outer. Those with unknown ids are left alone.
func (n *Names) subsection(id byte, r, outer *reader) {
	if m := n.direct(id); m != nil {
		*m = r.nameMap()
	} else if m := n.indirect(id); m != nil {
		*m = r.indirectNameMap()
	} else if id == nameModule {
		n.Module = r.name("module name")
	} else {
		return
	}
	if r.err == nil && r.left() > 0 {
		r.fail(SectionSizeMismatch, r.pos, "%d bytes too many in subsection %d of the name section", r.left(), id)
	}
	if outer.err == nil {
		outer.err = r.err
	}
}

func (r *reader) nameMap() NameMap {
	n := r.u32()
	m := make(NameMap, min(int64(n), int64(r.left()/2)))
	for i := uint32(0); i < n && r.err == nil; i++ {
		at := r.pos
		index, name := r.u32(), r.name("name")
		if _, dup := m[index]; dup {
			r.fail(MalformedCustom, at, "index %d has two names", index)
		}
		if r.err == nil {
			m[index] = name
		}
	}
	return m
}

func (r *reader) indirectNameMap() IndirectNameMap {
	n := r.u32()
	m := make(IndirectNameMap, min(int64(n), int64(r.left()/2)))
	for i := uint32(0); i < n && r.err == nil; i++ {
		at := r.pos
		index, names := r.u32(), r.nameMap()
		if _, dup := m[index]; dup {
			r.fail(MalformedCustom, at, "index %d has two lists of names", index)
		}
		m[index] = names
	}
	return m
}

// EncodeNames returns the name section that holds the names; it goes to the end of a module.
func EncodeNames(n *Names) Custom {
	var b []byte
	if n.Module != "" {
		b = appendSub(b, nameModule, appendName(nil, n.Module))
	}
	for id := byte(nameFuncs); id <= nameTags; id++ {
		if m := n.direct(id); m != nil && len(*m) > 0 {
			b = appendSub(b, id, appendNameMap(nil, *m))
		}
		if m := n.indirect(id); m != nil && len(*m) > 0 {
			b = appendSub(b, id, appendIndirectNameMap(nil, *m))
		}
	}
	return Custom{Name: NameSection, Bytes: b, After: idData}
}

// appendSub appends a section or subsection.
func appendSub(dst []byte, id byte, contents []byte) []byte {
	return append(AppendULEB(append(dst, id), uint64(len(contents))), contents...)
}

func appendName(dst []byte, name string) []byte {
	return append(AppendULEB(dst, uint64(len(name))), name...)
}

func appendNameMap(dst []byte, m NameMap) []byte {
	dst = AppendULEB(dst, uint64(len(m)))
	for _, i := range slices.Sorted(maps.Keys(m)) {
		dst = appendName(AppendULEB(dst, uint64(i)), m[i])
	}
	return dst
}

func appendIndirectNameMap(dst []byte, m IndirectNameMap) []byte {
	dst = AppendULEB(dst, uint64(len(m)))
	for _, i := range slices.Sorted(maps.Keys(m)) {
		dst = appendNameMap(AppendULEB(dst, uint64(i)), m[i])
	}
	return dst
}
