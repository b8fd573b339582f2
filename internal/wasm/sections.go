package wasm

import "github.com/weft-wasm/weft/internal/op"

// The ids of sections (spec 5.5.2).
const (
	idCustom    = 0
	idType      = 1
	idImport    = 2
	idFunction  = 3
	idTable     = 4
	idMemory    = 5
	idGlobal    = 6
	idExport    = 7
	idStart     = 8
	idElement   = 9
	idCode      = 10
	idData      = 11
	idDataCount = 12
	idTag       = 13
)

// sectionOrder has the sections in the order that modules have to keep, from which their ids differ for two latecomers.
var sectionOrder = [...]byte{
	idType, idImport, idFunction, idTable, idMemory, idTag, idGlobal, idExport, idStart, idElement, idDataCount, idCode, idData,
}

// sectionRank has the place of each section in the order, from 1; 0 stands in front of all.
var sectionRank = func() (rank [idTag + 1]int) {
	for i, id := range sectionOrder {
		rank[id] = i + 1
	}
	return rank
}()

var sectionNames = [...]string{
	idCustom: "custom", idType: "type", idImport: "import", idFunction: "function", idTable: "table", idMemory: "memory",
	idGlobal: "global", idExport: "export", idStart: "start", idElement: "element", idCode: "code", idData: "data",
	idDataCount: "data count", idTag: "tag",
}

// sectionFeature returns the features a section came with.
func sectionFeature(id byte) Features {
	switch id {
	case idDataCount:
		return FeatureSet(op.FeatureBulk)
	case idTag:
		return FeatureSet(op.FeatureExceptions)
	}
	return 0
}

// SectionOffset returns where in the binary module the section of that name begins ("type", "data count" and so on), and -1 if the
// module has no such section or was not decoded.
func (m *Module) SectionOffset(name string) int64 {
	for id, n := range sectionNames {
		if n == name && m.sections[id] > 0 {
			return m.sections[id]
		}
	}
	return -1
}

// CodeSpan returns where in the binary module the contents of the code section begin, and how many bytes they are; 0 and 0 if the module has no such
// section or was not decoded.
func (m *Module) CodeSpan() (start, size int64) { return m.codeStart, m.codeSize }

// BodyStarts returns where the bodies of the functions begin, in front of their locals, in the binary module that the module was decoded from. It
// needs no bodies to have been decoded.
func (m *Module) BodyStarts(binary []byte) []int64 {
	r := reader{b: binary[:m.codeStart+m.codeSize], pos: int(m.codeStart), inner: true}
	starts := make([]int64, 0, len(m.Funcs))
	for n := r.u32(); n > 0 && len(starts) < len(m.Funcs); n-- {
		size := r.length("body")
		starts = append(starts, int64(r.pos))
		if r.bytes(size); r.err != nil {
			break
		}
	}
	return starts
}
