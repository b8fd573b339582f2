package abi

// Helper is a service of the runtime that generated code calls by number.
type Helper uint32

// The helpers. Their order is part of the on-disk code format, so new ones go to the end.
const (
	HelperNone Helper = iota
	HelperMemoryGrow
	HelperMemoryFill
	HelperMemoryCopy
	HelperMemoryInit
	HelperDataDrop
	HelperTableGrow
	HelperTableFill
	HelperTableCopy
	HelperTableInit
	HelperElemDrop
	HelperIsSubtype
	HelperThrow
	HelperThrowRef
	HelperCaught
	HelperCaughtRef
	HelperRethrow

	HelperCount
)

// HelperInfo is the row of a helper. Types are spelled i32, i64 and ref, separated by spaces; * stands for arguments of any types.
type HelperInfo struct {
	Name    string
	Params  string
	Results string
	Throws  bool // does not return, but unwinds to a handler
	Doc     string
}

// helpers is the only list of the helpers and what they do. Indices are those of the calling instance. Addresses, numbers of bytes, pages
// and elements are zero-extended where the instruction has them as i32. Those of instructions trap as the instruction does.
var helpers = [HelperCount]HelperInfo{
	HelperNone:       {Name: "none", Doc: "no helper"},
	HelperMemoryGrow: {Name: "memory.grow", Params: "i32 i64", Results: "i64", Doc: "memory, pages -> previous pages, or -1"},
	HelperMemoryFill: {Name: "memory.fill", Params: "i32 i64 i32 i64", Doc: "memory, to, byte, n"},
	HelperMemoryCopy: {Name: "memory.copy", Params: "i32 i32 i64 i64 i64", Doc: "memory, source memory, to, from, n"},
	HelperMemoryInit: {Name: "memory.init", Params: "i32 i32 i64 i64 i64", Doc: "segment, memory, to, from, n"},
	HelperDataDrop:   {Name: "data.drop", Params: "i32", Doc: "segment"},
	HelperTableGrow:  {Name: "table.grow", Params: "i32 ref i64", Results: "i64", Doc: "table, init, elements -> previous elements, or -1"},
	HelperTableFill:  {Name: "table.fill", Params: "i32 i64 ref i64", Doc: "table, to, value, n"},
	HelperTableCopy:  {Name: "table.copy", Params: "i32 i32 i64 i64 i64", Doc: "table, source table, to, from, n"},
	HelperTableInit:  {Name: "table.init", Params: "i32 i32 i64 i64 i64", Doc: "segment, table, to, from, n"},
	HelperElemDrop:   {Name: "elem.drop", Params: "i32", Doc: "segment"},
	HelperIsSubtype:  {Name: "is_subtype", Params: "i32 i32", Results: "i32", Doc: "type id, type id -> whether the first is a subtype of the second"},
	HelperThrow:      {Name: "throw", Params: "i32 *", Throws: true, Doc: "tag, the exception's arguments"},
	HelperThrowRef:   {Name: "throw_ref", Params: "ref", Throws: true, Doc: "exception; traps if it is null"},
	HelperCaught: {Name: "caught", Results: "i64 i64",
		Doc: "where a handler begins: -> word of the exception's tag, as the context has it, address of its arguments in slots of 8 bytes; good up to the next call"},
	HelperCaughtRef: {Name: "caught_ref", Results: "ref", Doc: "in a handler, up to the next other call: -> reference to the exception"},
	HelperRethrow:   {Name: "rethrow", Throws: true, Doc: "in a handler, up to the next other call: throws the exception on"},
}

// Info returns the row of h.
func (h Helper) Info() *HelperInfo { return &helpers[h] }

func (h Helper) String() string { return helpers[h].Name }
