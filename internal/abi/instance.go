package abi

// The context of an instance: raw memory that generated code finds through its context register, without pointers that the Go
// collector must see. It is a header of fixed places and then, for each index space of the module, a run of words whose place an
// [InstanceLayout] tells. So code depends on the module alone, and instances of it share the code.

// Offsets in the header. Reserved words up to InstanceHeaderBytes are zero.
const (
	InstanceMemoryBase = 8 * iota // base of memory 0, for the register that holds it
	InstanceMemory                // address of the descriptor of memory 0
	InstanceHelpers               // address of the runtime's table of helpers
	InstanceHost                  // what the runtime knows the instance by
	InstanceRecords               // address of the record of the first function that the module defines; the others follow it
	InstanceOwner                 // address of the runtime's own instance, which generated code does not touch
	InstanceFuel                  // units of fuel that are left, signed; code that is metered keeps it

	InstanceHeaderBytes = 64
)

// The word of a call of the host. With HostWordBit clear it is the address of the calling instance's context plus the number of a [Helper];
// contexts are aligned to ContextAlign, so it can be taken apart. With the bit set, the rest is the address of the record of a function that is
// no generated code. With OwnWordBit set, it is the index of a function that the caller's module defines and that is interpreted as yet, among those.
const (
	HostWordBit  = 63
	OwnWordBit   = 62
	ContextAlign = 64
)

// The descriptor of a memory. Its base never changes, its length does by memory.grow.
const (
	MemoryBase   = 0
	MemoryLength = 8 // in bytes
)

// The descriptor of a table. Both words change by table.grow.
const (
	TableElements = 0 // address of the references, a word each
	TableLength   = 8
)

// The record of a function, whose address is the reference to it.
const (
	FuncCode    = 0  // address of the code
	FuncContext = 8  // what the code is to have in the context register
	FuncTypeID  = 16 // u32: the engine's number of its type

	FuncRecordBytes = 64
)

// GlobalCellBytes is the size of a global: two words, of which all but v128 use the first; an i32 or f32 has the high half of that zero.
const GlobalCellBytes = 16

// MaxMemoryBytes is more than a memory can have: an access so far from its address is out of bounds without a look.
const MaxMemoryBytes = 1 << 62

// InstanceCounts are the lengths of a module's index spaces.
type InstanceCounts struct {
	Mems, Tables, Tags, Types      int // imported ones included
	ImportedFuncs, ImportedGlobals int
	Globals                        int // defined in the module
}

// InstanceLayout says where things are in the contexts of a module's instances.
type InstanceLayout struct {
	InstanceCounts
	mems, tables, importedGlobals, importedFuncs, tags, types int

	SizeBytes int // of a context, a multiple of 16; contexts are aligned to ContextAlign
}

// NewInstanceLayout lays out the contexts of a module's instances. Globals come first, within reach of short displacements.
func NewInstanceLayout(c InstanceCounts) *InstanceLayout {
	l := &InstanceLayout{InstanceCounts: c}
	at := InstanceHeaderBytes + c.Globals*GlobalCellBytes
	run := func(n, size int) int {
		start := at
		at += n * size
		return start
	}
	l.mems = run(max(c.Mems-1, 0), 8) - 8 // memory 0 is in the header
	l.tables = run(c.Tables, 8)
	l.importedGlobals = run(c.ImportedGlobals, 8)
	l.importedFuncs = run(c.ImportedFuncs, 8)
	l.tags = run(c.Tags, 8)
	l.types = run(c.Types, 4)
	l.SizeBytes = (at + 15) &^ 15
	return l
}

// Memory is the offset of the address of a memory's descriptor.
func (l *InstanceLayout) Memory(index uint32) int {
	if index == 0 {
		return InstanceMemory
	}
	return l.mems + 8*int(index)
}

// Table is the offset of the address of a table's descriptor.
func (l *InstanceLayout) Table(index uint32) int { return l.tables + 8*int(index) }

// Global is the offset of a global: of the address of its cell if it is imported, else of the cell itself.
func (l *InstanceLayout) Global(index uint32) (offset int, imported bool) {
	if int(index) < l.ImportedGlobals {
		return l.importedGlobals + 8*int(index), true
	}
	return InstanceHeaderBytes + GlobalCellBytes*(int(index)-l.ImportedGlobals), false
}

// ImportedFunc is the offset of the address of an imported function's record.
func (l *InstanceLayout) ImportedFunc(index uint32) int { return l.importedFuncs + 8*int(index) }

// Record is the offset of a defined function's record from where InstanceRecords points.
func (l *InstanceLayout) Record(index uint32) int {
	return FuncRecordBytes * (int(index) - l.ImportedFuncs)
}

// Tag is the offset of a word that is the same for the same tag, in whatever instance, and different for different ones.
func (l *InstanceLayout) Tag(index uint32) int { return l.tags + 8*int(index) }

// TypeID is the offset of the u32 that is the engine's number of the type with a type index.
func (l *InstanceLayout) TypeID(index uint32) int { return l.types + 4*int(index) }
