package wasm

// typeSection reads the type section (spec 5.5.4).
func (d *decoder) typeSection(r *reader) {
	n := r.count(MaxTypes, "recursion groups")
	d.m.Groups = make([]Group, 0, r.room(n, 2))
	d.m.Types = make([]SubType, 0, r.room(n, 2))
	for i := 0; i < n && r.err == nil; i++ {
		d.group(r)
	}
}

// group reads a recursion group (spec 5.3.12).
func (d *decoder) group(r *reader) {
	at := r.pos
	n := 1
	if r.pos < len(r.b) && r.b[r.pos] == codeRec {
		r.pos++
		n = r.count(MaxTypes, "types of a recursion group")
	}
	if len(d.m.Types)+n > MaxTypes {
		r.fail(LimitExceeded, at, "more than %d types are not supported", MaxTypes)
		return
	}
	d.m.Groups = append(d.m.Groups, Group{uint32(len(d.m.Types)), uint32(n)})
	for i := 0; i < n && r.err == nil; i++ {
		d.m.Types = append(d.m.Types, r.subType())
	}
}

// subType reads a sub type (spec 5.3.11).
func (r *reader) subType() SubType {
	t := SubType{Final: true}
	if r.pos < len(r.b) && (r.b[r.pos] == codeSub || r.b[r.pos] == codeSubFin) {
		t.Final = r.byte() == codeSubFin
		t.Supers = r.indices(MaxSupers, "supertypes")
	}
	r.compType(&t)
	return t
}

// compType reads a composite type (spec 5.3.10).
func (r *reader) compType(t *SubType) {
	start := r.pos
	switch c := r.byte(); c {
	case codeFunc:
		t.Kind = CompFunc
		t.Func.Params = r.valTypes(MaxParams, "parameters")
		t.Func.Results = r.valTypes(MaxResults, "results")
	case codeStruct:
		t.Kind = CompStruct
		n := r.count(MaxFields, "fields")
		t.Fields = make([]FieldType, 0, r.room(n, 2))
		for i := 0; i < n && r.err == nil; i++ {
			t.Fields = append(t.Fields, r.fieldType())
		}
	case codeArray:
		t.Kind = CompArray
		t.Fields = []FieldType{r.fieldType()}
	default:
		if r.err == nil {
			r.badCode(MalformedDefType, start, c)
		}
	}
}

func (r *reader) valTypes(most int, what string) []ValType {
	n := r.count(most, what)
	if n == 0 {
		return nil
	}
	types := make([]ValType, 0, r.room(n, 1))
	for i := 0; i < n && r.err == nil; i++ {
		types = append(types, r.valType())
	}
	return types
}

func (r *reader) fieldType() FieldType {
	t := r.storageType()
	return FieldType{t, r.mutable()}
}

// indices reads a vector of indices.
func (r *reader) indices(most int, what string) []uint32 {
	n := r.count(most, what)
	if n == 0 {
		return nil
	}
	list := make([]uint32, 0, r.room(n, 1))
	for i := 0; i < n && r.err == nil; i++ {
		list = append(list, r.u32())
	}
	return list
}
