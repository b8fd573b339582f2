package wasm

import "encoding/binary"

// scope is a recursion group on its way into a TypeSet: its types, and what the type indices in them mean.
type scope struct {
	types []SubType
	start uint32   // the type index of the first
	ids   []TypeID // the ids of the types in front of start
}

// resolve tells what a type index refers to: a place in the group, an id, or nothing.
func (c *scope) resolve(index uint32) (place uint32, id TypeID, kind refKind) {
	switch {
	case index < c.start && int64(index) < int64(len(c.ids)):
		return 0, c.ids[index], refOuter
	case index >= c.start && index-c.start < uint32(len(c.types)):
		return index - c.start, 0, refInner
	}
	return 0, 0, refNone
}

type refKind uint8

const (
	refNone  refKind = iota
	refOuter         // to a type that has an id already
	refInner         // into the group
)

// appendKey appends the bytes of the group, which are those of all equal groups and of no others: numbers that say what comes and
// how much of it, and then that.
func (c *scope) appendKey(key []byte) []byte {
	key = binary.AppendUvarint(key, uint64(len(c.types)))
	for i := range c.types {
		t := &c.types[i]
		key = append(key, byte(t.Kind), boolByte(t.Final))
		key = binary.AppendUvarint(key, uint64(len(t.Supers)))
		for _, s := range t.Supers {
			key = c.appendIndex(key, s, 0)
		}
		key = c.appendValues(key, t.Func.Params)
		key = c.appendValues(key, t.Func.Results)
		key = binary.AppendUvarint(key, uint64(len(t.Fields)))
		for _, f := range t.Fields {
			key = append(c.appendValue(key, f.Type), boolByte(f.Mutable))
		}
	}
	return key
}

func (c *scope) appendValues(key []byte, types []ValType) []byte {
	key = binary.AppendUvarint(key, uint64(len(types)))
	for _, t := range types {
		key = c.appendValue(key, t)
	}
	return key
}

func (c *scope) appendValue(key []byte, t ValType) []byte {
	if index, concrete := t.Heap().Index(); t.IsRef() && concrete {
		return c.appendIndex(key, index, t&(1<<indexShift-1))
	}
	return binary.AppendUvarint(key, uint64(t))
}

// appendIndex appends what a type index refers to, with the bits of a ValType below the index.
func (c *scope) appendIndex(key []byte, index uint32, bits ValType) []byte {
	place, id, kind := c.resolve(index)
	n := uint64(place) | uint64(id)
	return binary.AppendUvarint(key, uint64(bits)|uint64(kind)<<indexShift|n<<(indexShift+2))
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// rewrite returns a copy of a type in which concrete heap types and supertypes are ids; the group's begin at first.
func (c *scope) rewrite(t *SubType, first TypeID) SubType {
	out := SubType{Final: t.Final, Kind: t.Kind}
	for _, s := range t.Supers {
		if id, ok := c.id(s, first); ok {
			out.Supers = append(out.Supers, uint32(id))
		}
	}
	out.Func.Params = c.rewriteValues(t.Func.Params, first)
	out.Func.Results = c.rewriteValues(t.Func.Results, first)
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, FieldType{c.rewriteValue(f.Type, first), f.Mutable})
	}
	return out
}

func (c *scope) id(index uint32, first TypeID) (id TypeID, ok bool) {
	place, id, kind := c.resolve(index)
	if kind == refInner {
		id = first + TypeID(place)
	}
	return id, kind != refNone
}

func (c *scope) rewriteValues(types []ValType, first TypeID) []ValType {
	if len(types) == 0 {
		return nil
	}
	out := make([]ValType, len(types))
	for i, t := range types {
		out[i] = c.rewriteValue(t, first)
	}
	return out
}

func (c *scope) rewriteValue(t ValType, first TypeID) ValType {
	index, concrete := t.Heap().Index()
	if !t.IsRef() || !concrete {
		return t
	}
	if id, ok := c.id(index, first); ok {
		return Ref(HeapIndex(uint32(id)), t.Nullable())
	}
	return Ref(HeapBottom, t.Nullable())
}
