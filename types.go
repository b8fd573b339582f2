package weft

import (
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/wasm"
)

// ValueType is the type of a WebAssembly value (spec 2.3.4). Values are comparable with ==. For a reference to a type that a module
// defines, ValueType says no more than that it is such a reference.
type ValueType struct{ t wasm.ValType }

// The value types that hosts can name. String gives the spelling of the text format.
var (
	I32       = ValueType{wasm.I32}
	I64       = ValueType{wasm.I64}
	F32       = ValueType{wasm.F32}
	F64       = ValueType{wasm.F64}
	Vec128    = ValueType{wasm.V128}
	FuncRef   = ValueType{wasm.FuncRef}
	ExternRef = ValueType{wasm.ExternRef}
)

// String returns the spelling of t in the text format, such as i32 or funcref.
func (t ValueType) String() string { return t.t.String() }

// IsRef reports whether t is a reference type.
func (t ValueType) IsRef() bool { return t.t.IsRef() }

// Slots returns the number of 64-bit slots that a value of the type takes in a HostFunc's stack: two for v128, otherwise one.
func (t ValueType) Slots() int { return t.t.Slots() }

func wasmTypes(ts []ValueType) []wasm.ValType {
	out := make([]wasm.ValType, len(ts))
	for i, t := range ts {
		out[i] = t.t
	}
	return out
}

func valueTypes(ts []wasm.ValType) []ValueType {
	out := make([]ValueType, len(ts))
	for i, t := range ts {
		out[i] = ValueType{t}
	}
	return out
}

// ExternType is the type of an import or export: a FuncType, MemoryType, TableType, GlobalType or TagType.
type ExternType interface {
	// Kind is func, memory, table, global or tag.
	Kind() string
	String() string
}

// FuncType is the type of a function (spec 2.3.6).
type FuncType struct {
	Params, Results []ValueType
}

// MemoryType is the type of a memory (spec 2.3.12). Sizes are in pages of 64 KiB.
type MemoryType struct {
	Min    uint64
	Max    uint64 // if HasMax
	HasMax bool
	Is64   bool // addresses are i64
	Shared bool // may be used by several threads; needs a maximum
}

// TableType is the type of a table (spec 2.3.13). Sizes are in elements.
type TableType struct {
	Element ValueType // a reference type
	Min     uint64
	Max     uint64 // if HasMax
	HasMax  bool
	Is64    bool // indices are i64
}

// GlobalType is the type of a global (spec 2.3.14).
type GlobalType struct {
	Value   ValueType
	Mutable bool
}

// TagType is the type of an exception tag (spec 2.3.15): the types of the values that its exceptions carry.
type TagType struct {
	Params []ValueType
}

func (FuncType) Kind() string   { return "func" }
func (MemoryType) Kind() string { return "memory" }
func (TableType) Kind() string  { return "table" }
func (GlobalType) Kind() string { return "global" }
func (TagType) Kind() string    { return "tag" }

// String returns the type in the style of the specification: [i32 i64] -> [f32].
func (t FuncType) String() string { return typeList(t.Params) + " -> " + typeList(t.Results) }

func (t MemoryType) String() string { return wasm.Limits(t.limits()).String() }

func (t TableType) String() string {
	return wasm.Limits(t.limits()).String() + " " + t.Element.String()
}

func (t GlobalType) String() string {
	if t.Mutable {
		return "(mut " + t.Value.String() + ")"
	}
	return t.Value.String()
}

func (t TagType) String() string { return typeList(t.Params) }

func typeList(ts []ValueType) string {
	names := make([]string, len(ts))
	for i, t := range ts {
		names[i] = t.String()
	}
	return "[" + strings.Join(names, " ") + "]"
}

func (t MemoryType) limits() wasm.Limits {
	return wasm.Limits{Min: t.Min, Max: t.Max, HasMax: t.HasMax, Is64: t.Is64, Shared: t.Shared}
}

func (t TableType) limits() wasm.Limits {
	return wasm.Limits{Min: t.Min, Max: t.Max, HasMax: t.HasMax, Is64: t.Is64}
}

func funcType(t wasm.FuncType) FuncType {
	return FuncType{Params: valueTypes(t.Params), Results: valueTypes(t.Results)}
}

func memoryType(t wasm.MemType) MemoryType {
	return MemoryType{Min: t.Min, Max: t.Max, HasMax: t.HasMax, Is64: t.Is64, Shared: t.Shared}
}

func tableType(t wasm.TableType) TableType {
	return TableType{Element: ValueType{t.Elem}, Min: t.Min, Max: t.Max, HasMax: t.HasMax, Is64: t.Is64}
}

func globalType(t wasm.GlobalType) GlobalType { return GlobalType{ValueType{t.Type}, t.Mutable} }

// checkLimits is the validity of limits (spec 3.2.11) for what hosts make.
func checkLimits(what string, l wasm.Limits, most uint64) error {
	switch {
	case l.Min > most || l.HasMax && l.Max > most:
		return fmt.Errorf("weft: %s type %v: size must be at most %d", what, l, most)
	case l.HasMax && l.Min > l.Max:
		return fmt.Errorf("weft: %s type %v: minimum is greater than maximum", what, l)
	case l.Shared && !l.HasMax:
		return fmt.Errorf("weft: %s type %v: a shared memory must have a maximum", what, l)
	}
	return nil
}
