package wasm

import "encoding/binary"

// Encode returns the binary format of a module. Integers are as short as they go, sections without entries are left out, and
// custom sections stand where they stood. Decode(Encode(m)) gives a module that is Equal to m.
func Encode(m *Module) []byte {
	e := encoder{m: m, customs: m.Customs}
	e.b = binary.LittleEndian.AppendUint32([]byte(magic), version)
	e.customSections(idCustom)
	for _, id := range sectionOrder {
		if hasSection(m, id) {
			e.b = appendSub(e.b, id, appendContents(nil, m, id))
		}
		e.customSections(id)
	}
	return e.b
}

// encoder is the state of encoding a module.
type encoder struct {
	b       []byte
	m       *Module
	customs []Custom // those still to be written
}

// customSections appends the custom sections that stand behind the place of a section and in front of the next one's.
func (e *encoder) customSections(id byte) {
	for len(e.customs) > 0 && rankOf(e.customs[0].After) <= sectionRank[id] {
		c := &e.customs[0]
		e.b = appendSub(e.b, idCustom, append(appendName(nil, c.Name), c.Bytes...))
		e.customs = e.customs[1:]
	}
}

// rankOf returns the place of a section with any id; behind all others if there is none such.
func rankOf(id byte) int {
	if int(id) < len(sectionRank) {
		return sectionRank[id]
	}
	return sectionRank[idData]
}

// hasSection reports whether a module needs a section.
func hasSection(m *Module, id byte) bool {
	switch id {
	case idType:
		return len(m.Groups) > 0
	case idImport:
		return len(m.Imports) > 0
	case idFunction:
		return len(m.Funcs) > 0
	case idTable:
		return len(m.Tables) > 0
	case idMemory:
		return len(m.Mems) > 0
	case idTag:
		return len(m.Tags) > 0
	case idGlobal:
		return len(m.Globals) > 0
	case idExport:
		return len(m.Exports) > 0
	case idStart:
		return m.Start != nil
	case idElement:
		return len(m.Elems) > 0
	case idDataCount:
		return m.DataNum != nil
	case idCode:
		return len(m.Code) > 0
	case idData:
		return len(m.Data) > 0
	}
	return false
}

// appendContents appends what is in a section.
func appendContents(b []byte, m *Module, id byte) []byte {
	switch id {
	case idType:
		return appendTypeSection(b, m)
	case idImport:
		return appendVector(b, m.Imports, appendImport)
	case idFunction:
		return appendIndices(b, m.Funcs)
	case idTable:
		return appendVector(b, m.Tables, appendTable)
	case idMemory:
		return appendVector(b, m.Mems, func(b []byte, t *MemType) []byte { return appendLimits(b, t.Limits) })
	case idTag:
		return appendVector(b, m.Tags, func(b []byte, t *uint32) []byte { return appendTagType(b, *t) })
	case idGlobal:
		return appendVector(b, m.Globals, appendGlobal)
	case idExport:
		return appendVector(b, m.Exports, appendExport)
	case idStart:
		return AppendULEB(b, uint64(*m.Start))
	case idElement:
		return appendVector(b, m.Elems, appendElem)
	case idDataCount:
		return AppendULEB(b, uint64(*m.DataNum))
	case idCode:
		return appendVector(b, m.Code, appendCode)
	}
	return appendVector(b, m.Data, appendData)
}

// appendVector appends a vector (spec 5.1.3).
func appendVector[T any](b []byte, list []T, one func([]byte, *T) []byte) []byte {
	b = AppendULEB(b, uint64(len(list)))
	for i := range list {
		b = one(b, &list[i])
	}
	return b
}

func appendIndices(b []byte, list []uint32) []byte {
	return appendVector(b, list, func(b []byte, i *uint32) []byte { return AppendULEB(b, uint64(*i)) })
}
