package wasm

// appendTypeSection appends recursion groups; one that is a single type needs no mention of the group.
func appendTypeSection(b []byte, m *Module) []byte {
	b = AppendULEB(b, uint64(len(m.Groups)))
	for _, g := range m.Groups {
		if g.Len != 1 {
			b = AppendULEB(append(b, codeRec), uint64(g.Len))
		}
		for i := range g.Len {
			b = appendSubType(b, &m.Types[g.Start+i])
		}
	}
	return b
}

// appendSubType appends a sub type; a final one without supertypes is written as its composite type alone.
func appendSubType(b []byte, t *SubType) []byte {
	switch {
	case !t.Final:
		b = appendIndices(append(b, codeSub), t.Supers)
	case len(t.Supers) > 0:
		b = appendIndices(append(b, codeSubFin), t.Supers)
	}
	switch t.Kind {
	case CompFunc:
		return appendValTypes(appendValTypes(append(b, codeFunc), t.Func.Params), t.Func.Results)
	case CompStruct:
		return appendVector(append(b, codeStruct), t.Fields, appendField)
	}
	return appendField(append(b, codeArray), &t.Fields[0])
}

func appendField(b []byte, f *FieldType) []byte {
	return append(appendValType(b, f.Type), boolByte(f.Mutable))
}

func appendLimits(b []byte, l Limits) []byte {
	var flags byte
	if l.HasMax {
		flags |= limitsMax
	}
	if l.Shared {
		flags |= limitsShared
	}
	if l.Is64 {
		flags |= limits64
	}
	b = AppendULEB(append(b, flags), l.Min)
	if l.HasMax {
		b = AppendULEB(b, l.Max)
	}
	return b
}

func appendTableType(b []byte, t TableType) []byte {
	return appendLimits(appendValType(b, t.Elem), t.Limits)
}

func appendGlobalType(b []byte, t GlobalType) []byte {
	return append(appendValType(b, t.Type), boolByte(t.Mutable))
}

func appendTagType(b []byte, typeIndex uint32) []byte {
	return AppendULEB(append(b, 0), uint64(typeIndex))
}

func appendImport(b []byte, i *Import) []byte {
	b = append(appendName(appendName(b, i.Module), i.Name), byte(i.Kind))
	switch i.Kind {
	case ExternFunc:
		return AppendULEB(b, uint64(i.Type))
	case ExternTable:
		return appendTableType(b, i.Table)
	case ExternMem:
		return appendLimits(b, i.Mem.Limits)
	case ExternGlobal:
		return appendGlobalType(b, i.Global)
	}
	return appendTagType(b, i.Type)
}

func appendTable(b []byte, t *Table) []byte {
	if len(t.Init.Bytes) == 0 {
		return appendTableType(b, t.Type)
	}
	return append(appendTableType(append(b, codeEmpty, 0), t.Type), t.Init.Bytes...)
}

func appendGlobal(b []byte, g *Global) []byte {
	return append(appendGlobalType(b, g.Type), g.Init.Bytes...)
}

func appendExport(b []byte, e *Export) []byte {
	return AppendULEB(append(appendName(b, e.Name), byte(e.Kind)), uint64(e.Index))
}
