package wasm

import (
	"sync"
	"sync/atomic"
)

// TypeID names a type of a [TypeSet]: two types are the same (spec 3.3.2) if and only if their ids are.
type TypeID uint32

// noSuper stands for the absence of a supertype.
const noSuper = ^TypeID(0)

// TypeSet holds types of any number of modules, each once.
//
// Types are equal if their recursion groups are equal when rolled up (spec 3.1.2): references into the group are told apart by
// their place in the group, all others by what they refer to. Since a group refers only to itself and to groups in front of it,
// one pass suffices: a group is written as bytes, with references into the group as places and all others as the ids that earlier
// groups already have, and equal bytes mean an equal group. For
//
//	(type $list (sub (struct (field i32 (ref null $list)))))
//
// these bytes say: a group of 1; open; no supertype; struct; 2 fields: i32; reference to place 0 of this group.
//
// The invariants:
//   - The types of a group have consecutive ids, in the order of the group.
//   - A supertype has a lower id than its subtypes, so chains of supertypes end.
//   - An entry never changes once it is in entries, and entries only grows. Readers therefore load the slice and need no lock.
type TypeSet struct {
	entries atomic.Pointer[[]typeEntry] // by TypeID
	mu      sync.Mutex                  // held by those who add
	groups  map[string]TypeID           // the first id of a group, by the bytes of the group
	key     []byte                      // scratch
}

// typeEntry is a type, and its place in the forest of supertypes.
type typeEntry struct {
	typ   SubType // concrete heap types, and Supers, are ids
	super TypeID  // or noSuper
	depth uint32  // the number of proper supertypes

	// display is the chain of supertypes from the outermost to the type itself, so that one comparison tells whether a type is
	// in it; nil beyond MaxSubtypeDepth.
	display []TypeID
}

// NewTypeSet returns an empty set.
func NewTypeSet() *TypeSet {
	s := &TypeSet{groups: make(map[string]TypeID)}
	s.entries.Store(new([]typeEntry))
	return s
}

// hostTypes is the number of ids that modules leave to host functions.
const hostTypes = 1 << 16

// Add adds the types of a module and returns the id of each, by type index. Every type index in them must lie in its own group or
// in front of it, and a supertype in front of its subtype, as validation makes sure; an index that does not is taken for no type
// at all. Add returns nil, whatever the module, if the set would come to hold more than about four million types.
func (s *TypeSet) Add(m *Module) []TypeID {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]TypeID, 0, len(m.Types))
	for _, g := range m.Groups {
		first, ok := s.addGroup(scope{types: m.Types[g.Start : g.Start+g.Len], start: g.Start, ids: ids}, MaxTypeIndex-hostTypes)
		if !ok {
			return nil
		}
		for i := range g.Len {
			ids = append(ids, first+TypeID(i))
		}
	}
	return ids
}

// AddFunc adds a final function type without supertypes, and returns its id. Its value types have no concrete heap types.
func (s *TypeSet) AddFunc(t FuncType) TypeID {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, ok := s.addGroup(scope{types: []SubType{{Final: true, Func: t}}}, MaxTypeIndex)
	if !ok {
		panic("wasm: the host has made more function types than a TypeSet holds")
	}
	return id
}

// Type returns the type with an id. Its concrete heap types and its supertypes are ids. It must not be changed.
func (s *TypeSet) Type(id TypeID) *SubType { return &(*s.entries.Load())[id].typ }

// Value returns a value type of a module with its type index, if it has one, replaced by the id.
func (s *TypeSet) Value(t ValType, ids []TypeID) ValType {
	i, concrete := t.Heap().Index()
	if !t.IsRef() || !concrete {
		return t
	}
	return Ref(HeapIndex(uint32(ids[i])), t.Nullable())
}

// addGroup returns the first id of a group that is added unless it is there. It reports false if the ids would reach limit.
func (s *TypeSet) addGroup(c scope, limit int) (first TypeID, ok bool) {
	s.key = c.appendKey(s.key[:0])
	if first, ok := s.groups[string(s.key)]; ok {
		return first, true
	}
	entries := *s.entries.Load()
	if len(entries)+len(c.types) > limit {
		return 0, false
	}
	first = TypeID(len(entries))
	for i := range c.types {
		entries = append(entries, newEntry(c.rewrite(&c.types[i], first), entries))
	}
	s.groups[string(s.key)] = first
	s.entries.Store(&entries)
	return first, true
}

// newEntry returns the entry of a type that comes behind the given ones.
func newEntry(t SubType, entries []typeEntry) typeEntry {
	e := typeEntry{typ: t, super: noSuper}
	id := TypeID(len(entries))
	var above []TypeID
	if len(t.Supers) > 0 && TypeID(t.Supers[0]) < id {
		super := &entries[t.Supers[0]]
		e.super, e.depth, above = TypeID(t.Supers[0]), super.depth+1, super.display
	}
	if e.depth <= MaxSubtypeDepth {
		e.display = append(append(make([]TypeID, 0, e.depth+1), above...), id)
	}
	return e
}

// IsSub reports whether a type is another one or, by declarations, a subtype of it (spec 3.3.6). It takes no lock, and constant time.
func (s *TypeSet) IsSub(sub, super TypeID) bool {
	if sub == super {
		return true
	}
	entries := *s.entries.Load()
	a, b := &entries[sub], &entries[super]
	if a.depth <= b.depth {
		return false
	}
	if a.display != nil {
		return a.display[b.depth] == super
	}
	for sub != noSuper && sub != super {
		sub = entries[sub].super
	}
	return sub == super
}
