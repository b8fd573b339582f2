package coredump

import "github.com/weft-wasm/weft/internal/wasm"

// Dump is a core dump.
type Dump struct {
	Program   string
	Modules   []string // their names
	Instances []Instance
	Threads   []Thread
	Memories  []Memory
	Globals   []Global
}

// Instance is an instance of a module. Its memories and globals are indices of those of the dump, in the order of the instance's index spaces.
type Instance struct {
	Module            uint32
	Memories, Globals []uint32
}

// Thread is what was running, innermost frame first.
type Thread struct {
	Name   string
	Frames []Frame
}

// Frame is a call.
type Frame struct {
	Instance uint32
	Func     uint32 // in the index space of the instance's module
	Offset   uint32 // of the instruction from the start of the function's body
	Locals   []Value
	Stack    []Value // operands
}

// Value is a number. Its type is wasm.Bottom if it is not known.
type Value struct {
	Type wasm.ValType
	Bits uint64
}

// Memory is a memory and what is in it. The minimum of its type is its size.
type Memory struct {
	Type     wasm.MemType
	Segments []Segment // what is not in one is zero
}

// Segment is a piece of a memory.
type Segment struct {
	Offset uint64
	Bytes  []byte
}

// Global is the value of a global: for v128 in two halves, and nothing for a reference.
type Global struct {
	Type   wasm.ValType
	Lo, Hi uint64
}

// The names of the custom sections.
const (
	sectionCore      = "core"
	sectionModules   = "coremodules"
	sectionInstances = "coreinstances"
	sectionStack     = "corestack"
)

// pageSize is the size of a page of memory, in bytes.
const pageSize = 1 << 16

// IsSection reports whether custom sections of a name are those of core dumps.
func IsSection(name string) bool {
	switch name {
	case sectionCore, sectionModules, sectionInstances, sectionStack:
		return true
	}
	return false
}
