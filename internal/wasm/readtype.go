package wasm

// The codes of types that are not codes of value types (spec 5.3).
const (
	codeRef     = 0x64
	codeRefNull = 0x63
	codeFunc    = 0x60
	codeStruct  = 0x5f
	codeArray   = 0x5e
	codeSub     = 0x50
	codeSubFin  = 0x4f
	codeRec     = 0x4e
	codeEmpty   = 0x40
)

// isHeapCode reports whether c is the code of an abstract heap type, and so also of the nullable reference to it.
func isHeapCode(c byte) bool { return c >= byte(HeapExn) && c <= byte(HeapNoExn) }

// valType reads a value type (spec 5.3.5).
func (r *reader) valType() ValType {
	start := r.pos
	c := r.byte()
	switch {
	case c >= byte(V128) && c <= byte(I32):
		return ValType(c)
	case isHeapCode(c):
		return Ref(HeapType(c), true)
	case c == codeRef || c == codeRefNull:
		return Ref(r.heapType(), c == codeRefNull)
	}
	r.badCode(MalformedValueType, start, c)
	return Bottom
}

// badCode reports a code that is none of a type. The codes are signed integers of seven bits, hence the special case.
func (r *reader) badCode(kind Kind, pos int, c byte) {
	if c&0x80 != 0 {
		r.fail(LEBTooLong, pos, "more than 1 byte for 7 bits, in the code of a type")
		return
	}
	r.fail(kind, pos, "0x%02x", c)
}

// refType reads a reference type (spec 5.3.4).
func (r *reader) refType() ValType {
	start := r.pos
	if r.pos < len(r.b) {
		if c := r.b[r.pos]; !isHeapCode(c) && c != codeRef && c != codeRefNull {
			r.badCode(MalformedRefType, start, c)
			return Bottom
		}
	}
	return r.valType()
}

// heapType reads a heap type (spec 5.3.3). A type index that no module can have is cut to MaxTypeIndex, which no module has either.
func (r *reader) heapType() HeapType {
	start := r.pos
	if r.pos < len(r.b) && isHeapCode(r.b[r.pos]) {
		return HeapType(r.byte())
	}
	i := r.sleb(33)
	if i < 0 {
		r.fail(MalformedHeapType, start, "0x%02x", r.b[start])
		return HeapBottom
	}
	return HeapIndex(uint32(min(i, MaxTypeIndex)))
}

// storageType reads a storage type (spec 5.3.8).
func (r *reader) storageType() ValType {
	if r.pos < len(r.b) {
		if t := ValType(r.b[r.pos]); t.IsPacked() {
			r.pos++
			return t
		}
	}
	return r.valType()
}

// mutable reads a mutability (spec 5.3.8).
func (r *reader) mutable() bool {
	c := r.byte()
	if c > 1 {
		r.fail(MalformedMutability, r.pos-1, "have 0x%02x, want 0 or 1", c)
	}
	return c == 1
}

// blockType reads a block type (spec 5.4.1).
func (r *reader) blockType() BlockType {
	start := r.pos
	if r.pos >= len(r.b) {
		r.byte()
		return BlockType{}
	}
	switch c := r.b[r.pos]; {
	case c == codeEmpty:
		r.pos++
		return BlockType{}
	case c&0xc0 == 0x40:
		return BlockType{Kind: BlockValue, Type: r.valType()}
	}
	i := r.sleb(33)
	if i < 0 {
		r.fail(MalformedValueType, start, "0x%02x", r.b[start])
		return BlockType{}
	}
	return BlockType{Kind: BlockIndex, Index: uint32(i)}
}
