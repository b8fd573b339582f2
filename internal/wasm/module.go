package wasm

import (
	"strconv"
	"strings"
)

// Module is a decoded module (spec 2.5). In every index space the imports come first; the slices Funcs, Tables, Mems,
// Tags and Globals hold the definitions that follow them. Bytes alias the input of Decode and must not be changed.
type Module struct {
	Types   []SubType // all recursion groups, one after the other
	Groups  []Group   // the recursion groups that Types is divided into
	Imports []Import
	Funcs   []uint32 // the type index of each function defined here
	Tables  []Table
	Mems    []MemType
	Tags    []uint32 // the type index of each tag defined here
	Globals []Global
	Exports []Export
	Start   *uint32 // the start function
	Elems   []Elem
	DataNum *uint32 // what the data count section says
	Code    []Code  // the bodies of Funcs
	Data    []Data
	Customs []Custom // in the order of the module

	// The numbers of imports of each kind, that is, the first index of a definition.
	ImportedFuncs, ImportedTables, ImportedMems, ImportedGlobals, ImportedTags int

	Size int64 // the length of the binary module in bytes; 0 if it was not decoded

	names    *nameIndex       // what FuncName has found out; nil if the module was not decoded
	sections [idTag + 1]int64 // where each section begins, by id; 0 if the module has none of it

	codeStart, codeSize int64 // of the contents of the code section
}

// Group is a recursion group: the types [Start, Start+Len) of the module (spec 2.3.10).
type Group struct {
	Start, Len uint32
}

// CompKind says which of the composite types a type is.
type CompKind uint8

// The kinds of composite types (spec 2.3.9).
const (
	CompFunc CompKind = iota
	CompStruct
	CompArray
)

func (k CompKind) String() string { return [...]string{"func", "struct", "array"}[k] }

// SubType is a type definition (spec 2.3.10).
type SubType struct {
	Final  bool     // may not have subtypes
	Supers []uint32 // the declared supertypes; valid modules have at most one
	Kind   CompKind
	Func   FuncType    // for CompFunc
	Fields []FieldType // for CompStruct, and the one of CompArray
}

// FuncType is a function type (spec 2.3.6).
type FuncType struct {
	Params, Results []ValType
}

// String returns the type in the style of the specification: [i32 i64] -> [f32].
func (t FuncType) String() string { return TypesString(t.Params) + " -> " + TypesString(t.Results) }

// TypesString returns the types in the style of the specification: [i32 i64].
func TypesString(types []ValType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return "[" + strings.Join(names, " ") + "]"
}

// FieldType is the type of a struct's field or of an array's elements (spec 2.3.8).
type FieldType struct {
	Type    ValType // I8 and I16 included
	Mutable bool
}

// Limits are the size limits of a memory, in pages, or of a table, in elements (spec 2.3.11).
type Limits struct {
	Min    uint64
	Max    uint64 // if HasMax
	HasMax bool
	Is64   bool // addresses are i64
	Shared bool // for memories
}

// Address returns the type of addresses within the limits.
func (l Limits) Address() ValType {
	if l.Is64 {
		return I64
	}
	return I32
}

// String returns the limits in the order of the text format: i64 1 2 shared.
func (l Limits) String() string {
	s := strconv.FormatUint(l.Min, 10)
	if l.HasMax {
		s += " " + strconv.FormatUint(l.Max, 10)
	}
	if l.Is64 {
		s = "i64 " + s
	}
	if l.Shared {
		s += " shared"
	}
	return s
}

// MemType is the type of a memory; its limits count pages of 64 KiB.
type MemType struct {
	Limits
}

// TableType is the type of a table.
type TableType struct {
	Limits
	Elem ValType
}

// GlobalType is the type of a global.
type GlobalType struct {
	Type    ValType
	Mutable bool
}

// ExternKind is the kind of an import or export.
type ExternKind uint8

// The kinds of imports and exports, with their codes in the binary format.
const (
	ExternFunc ExternKind = iota
	ExternTable
	ExternMem
	ExternGlobal
	ExternTag
)

func (k ExternKind) String() string {
	return [...]string{"func", "table", "memory", "global", "tag"}[k]
}

// Import is an import (spec 2.5.10). The fields that Kind does not name are zero.
type Import struct {
	Module, Name string
	Kind         ExternKind
	Type         uint32 // type index of a function or tag
	Table        TableType
	Mem          MemType
	Global       GlobalType
}

// Table is a table defined in the module. Without an initialiser, Init is empty and all elements are null.
type Table struct {
	Type TableType
	Init Expr
}

// Global is a global defined in the module.
type Global struct {
	Type GlobalType
	Init Expr
}

// Export is an export (spec 2.5.9).
type Export struct {
	Name  string
	Kind  ExternKind
	Index uint32
}

// Expr is an expression in binary form, its final end instruction included.
type Expr struct {
	Bytes  []byte
	Offset int64 // of Bytes in the module
}

// SegmentMode says what becomes of a segment at instantiation.
type SegmentMode uint8

// The modes of segments (spec 2.5.7, 2.5.8).
const (
	ModeActive SegmentMode = iota
	ModePassive
	ModeDeclarative // element segments only
)

// Elem is an element segment. Either Funcs or Exprs holds its elements.
type Elem struct {
	Mode    SegmentMode
	Table   uint32 // if active
	Offset  Expr   // if active
	Type    ValType
	Funcs   []uint32 // function indices, the short form
	Exprs   []Expr
	IsExprs bool // Exprs is used, even if there are none
}

// Len returns the number of elements.
func (e *Elem) Len() int { return max(len(e.Funcs), len(e.Exprs)) }

// Code is the body of a function.
type Code struct {
	Locals []Locals
	Body   []byte // the instructions, the final end included
	Offset int64  // of Body in the module

	localsSize uint32 // of the declarations of locals in front of Body, in bytes; 0 if the module was not decoded
}

// Locals is a run of locals of one type.
type Locals struct {
	Count uint32
	Type  ValType
}

// Data is a data segment.
type Data struct {
	Mode   SegmentMode
	Mem    uint32 // if active
	Offset Expr   // if active
	Bytes  []byte
}

// Custom is a custom section.
type Custom struct {
	Name   string
	Bytes  []byte
	Offset int64 // of Bytes in the module
	After  byte  // the id of the last non-custom section in front of it, 0 if there is none
}

// FuncTypeIndex returns the type index of the function with an index of the function index space.
func (m *Module) FuncTypeIndex(index uint32) (typeIndex uint32, ok bool) {
	if index < uint32(m.ImportedFuncs) {
		return m.importOf(ExternFunc, index).Type, true
	}
	if index -= uint32(m.ImportedFuncs); index < uint32(len(m.Funcs)) {
		return m.Funcs[index], true
	}
	return 0, false
}

// FuncType returns the type of the function with a valid index of the function index space.
func (m *Module) FuncType(index uint32) *FuncType {
	i, _ := m.FuncTypeIndex(index)
	return &m.Types[i].Func
}

// TableType returns the type of the table with an index of the table index space.
func (m *Module) TableType(index uint32) (t TableType, ok bool) {
	if index < uint32(m.ImportedTables) {
		return m.importOf(ExternTable, index).Table, true
	}
	if index -= uint32(m.ImportedTables); index < uint32(len(m.Tables)) {
		return m.Tables[index].Type, true
	}
	return t, false
}

// MemType returns the type of the memory with an index of the memory index space.
func (m *Module) MemType(index uint32) (t MemType, ok bool) {
	if index < uint32(m.ImportedMems) {
		return m.importOf(ExternMem, index).Mem, true
	}
	if index -= uint32(m.ImportedMems); index < uint32(len(m.Mems)) {
		return m.Mems[index], true
	}
	return t, false
}

// GlobalType returns the type of the global with an index of the global index space.
func (m *Module) GlobalType(index uint32) (t GlobalType, ok bool) {
	if index < uint32(m.ImportedGlobals) {
		return m.importOf(ExternGlobal, index).Global, true
	}
	if index -= uint32(m.ImportedGlobals); index < uint32(len(m.Globals)) {
		return m.Globals[index].Type, true
	}
	return t, false
}

// TagTypeIndex returns the type index of the tag with an index of the tag index space.
func (m *Module) TagTypeIndex(index uint32) (typeIndex uint32, ok bool) {
	if index < uint32(m.ImportedTags) {
		return m.importOf(ExternTag, index).Type, true
	}
	if index -= uint32(m.ImportedTags); index < uint32(len(m.Tags)) {
		return m.Tags[index], true
	}
	return 0, false
}

// importOf returns the nth import of a kind. Callers that look up many keep their own table.
func (m *Module) importOf(kind ExternKind, n uint32) *Import {
	for i := range m.Imports {
		if m.Imports[i].Kind == kind {
			if n == 0 {
				return &m.Imports[i]
			}
			n--
		}
	}
	return nil
}

// Custom returns the first custom section of that name, or nil.
func (m *Module) Custom(name string) *Custom {
	for i := range m.Customs {
		if m.Customs[i].Name == name {
			return &m.Customs[i]
		}
	}
	return nil
}
