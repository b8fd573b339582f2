package wasm

// The flags of element segments (spec 5.5.12). Without elemPassive, elemExplicit says that a table index is there; with it, that the
// segment is declarative.
const (
	elemPassive  = 1 << iota
	elemExplicit // also: the kind or type of the elements is there, as it is with elemPassive
	elemExprs    // the elements are expressions
)

// elementSection reads the element section (spec 5.5.12).
func (d *decoder) elementSection(r *reader) {
	n := r.count(MaxElemSegments, "element segments")
	d.m.Elems = make([]Elem, 0, r.room(n, 3))
	for i := 0; i < n && r.err == nil; i++ {
		d.m.Elems = append(d.m.Elems, r.elem())
	}
}

func (r *reader) elem() (e Elem) {
	at := r.pos
	flags := r.u32()
	if flags > elemPassive|elemExplicit|elemExprs {
		r.fail(MalformedElemFlags, at, "have %d, want at most 7", flags)
		return e
	}
	e.IsExprs = flags&elemExprs != 0
	switch {
	case flags&elemPassive == 0:
		if flags&elemExplicit != 0 {
			e.Table = r.u32()
		}
		e.Offset = r.expr()
	case flags&elemExplicit != 0:
		e.Mode = ModeDeclarative
	default:
		e.Mode = ModePassive
	}
	e.Type = r.elemType(flags)
	if e.IsExprs {
		e.Exprs = r.exprs()
	} else {
		e.Funcs = r.indices(MaxSegmentElems, "elements of a segment")
	}
	return e
}

// elemType reads the type of a segment's elements, or their kind, or infers it.
func (r *reader) elemType(flags uint32) ValType {
	exprs := flags&elemExprs != 0
	switch {
	case flags&(elemPassive|elemExplicit) == 0 && exprs:
		return FuncRef
	case flags&(elemPassive|elemExplicit) == 0:
		return FuncRef.AsNonNull()
	case exprs:
		return r.refType()
	}
	if c := r.byte(); c != 0 {
		r.fail(MalformedElemKind, r.pos-1, "have 0x%02x, want 0", c)
	}
	return FuncRef.AsNonNull()
}

func (r *reader) exprs() []Expr {
	n := r.count(MaxSegmentElems, "elements of a segment")
	list := make([]Expr, 0, r.room(n, 3))
	for i := 0; i < n && r.err == nil; i++ {
		list = append(list, r.expr())
	}
	return list
}

// The kinds of data segments in the binary format (spec 5.5.14).
const (
	dataActive = iota
	dataPassive
	dataExplicit // active, with a memory index
)

// dataSection reads the data section (spec 5.5.14).
func (d *decoder) dataSection(r *reader) {
	n := r.count(MaxDataSegments, "data segments")
	d.m.Data = make([]Data, 0, r.room(n, 2))
	for i := 0; i < n && r.err == nil; i++ {
		d.m.Data = append(d.m.Data, r.data())
	}
}

func (r *reader) data() (s Data) {
	at := r.pos
	switch kind := r.u32(); kind {
	case dataActive:
		s.Offset = r.expr()
	case dataPassive:
		s.Mode = ModePassive
	case dataExplicit:
		s.Mem = r.u32()
		s.Offset = r.expr()
	default:
		r.fail(MalformedDataFlags, at, "have %d, want at most %d", kind, dataExplicit)
	}
	if n := r.u32(); r.err == nil {
		s.Bytes = r.bytes(int64(n))
	}
	return s
}
