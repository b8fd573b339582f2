package wasm

import "fmt"

// ValType is a value type (spec 2.3.1 to 2.3.5), packed into 32 bits so that it compares with ==:
//
//	bits 0-7    the code of the type in the binary format; for a reference, that of its abstract heap type or codeConcrete
//	bit  8      set for a reference
//	bit  9      set for a nullable reference
//	bits 10-31  the type index of a concrete heap type
//
// The zero value is Bottom, the type of an operand in unreachable code. Two concrete references are == if they name the same index of
// the same module; whether two indices are the same type is the business of TypeSet.
type ValType uint32

// The number and vector types, the packed types (for fields only), and the references with a short form.
const (
	Bottom ValType = 0

	I32  ValType = 0x7f
	I64  ValType = 0x7e
	F32  ValType = 0x7d
	F64  ValType = 0x7c
	V128 ValType = 0x7b
	I8   ValType = 0x78
	I16  ValType = 0x77

	FuncRef       = ValType(HeapFunc) | refBit | nullBit
	ExternRef     = ValType(HeapExtern) | refBit | nullBit
	AnyRef        = ValType(HeapAny) | refBit | nullBit
	EqRef         = ValType(HeapEq) | refBit | nullBit
	I31Ref        = ValType(HeapI31) | refBit | nullBit
	StructRef     = ValType(HeapStruct) | refBit | nullBit
	ArrayRef      = ValType(HeapArray) | refBit | nullBit
	ExnRef        = ValType(HeapExn) | refBit | nullBit
	NullRef       = ValType(HeapNone) | refBit | nullBit
	NullExternRef = ValType(HeapNoExtern) | refBit | nullBit
	NullFuncRef   = ValType(HeapNoFunc) | refBit | nullBit
	NullExnRef    = ValType(HeapNoExn) | refBit | nullBit
)

const (
	codeConcrete = 0x01
	refBit       = 1 << 8
	nullBit      = 1 << 9
	indexShift   = 10

	// MaxTypeIndex is the largest type index a ValType can hold; MaxTypes is well below it.
	MaxTypeIndex = 1<<(32-indexShift) - 1
)

// HeapType is a heap type (spec 2.3.3): abstract, or a type index. Its bits are those of ValType without the reference bits.
type HeapType uint32

// The abstract heap types. HeapBottom is the heap type of a reference in unreachable code.
const (
	HeapBottom   HeapType = 0
	HeapFunc     HeapType = 0x70
	HeapExtern   HeapType = 0x6f
	HeapAny      HeapType = 0x6e
	HeapEq       HeapType = 0x6d
	HeapI31      HeapType = 0x6c
	HeapStruct   HeapType = 0x6b
	HeapArray    HeapType = 0x6a
	HeapExn      HeapType = 0x69
	HeapNone     HeapType = 0x71
	HeapNoExtern HeapType = 0x72
	HeapNoFunc   HeapType = 0x73
	HeapNoExn    HeapType = 0x74
)

// HeapIndex returns the concrete heap type with the given type index, which is at most MaxTypeIndex.
func HeapIndex(index uint32) HeapType { return HeapType(codeConcrete | index<<indexShift) }

// Index returns the type index of a concrete heap type.
func (h HeapType) Index() (index uint32, concrete bool) {
	return uint32(h) >> indexShift, h&0xff == codeConcrete
}

// Ref returns the reference type to h.
func Ref(h HeapType, nullable bool) ValType {
	t := ValType(h) | refBit
	if nullable {
		t |= nullBit
	}
	return t
}

// IsRef reports whether t is a reference type.
func (t ValType) IsRef() bool { return t&refBit != 0 }

// IsNum reports whether t is a number type: i32, i64, f32 or f64.
func (t ValType) IsNum() bool { return t >= F64 && t <= I32 }

// IsPacked reports whether t is i8 or i16, which only fields have.
func (t ValType) IsPacked() bool { return t == I8 || t == I16 }

// Nullable reports whether t is a reference type that includes null.
func (t ValType) Nullable() bool { return t&nullBit != 0 }

// Defaultable reports whether t has a default value (spec 3.1.5).
func (t ValType) Defaultable() bool { return !t.IsRef() || t.Nullable() }

// Heap returns the heap type of a reference type.
func (t ValType) Heap() HeapType { return HeapType(t &^ (refBit | nullBit)) }

// AsNonNull returns the reference type t without null.
func (t ValType) AsNonNull() ValType { return t &^ nullBit }

// Unpacked returns the type of the values that a field of type t holds: i32 for a packed one (spec 2.3.8).
func (t ValType) Unpacked() ValType {
	if t.IsPacked() {
		return I32
	}
	return t
}

// Slots returns how many 64-bit slots a value of the type occupies in a frame, a call or a global: two for v128, otherwise one.
func (t ValType) Slots() int {
	if t == V128 {
		return 2
	}
	return 1
}

// SlotsOf returns the number of slots that values of the given types occupy.
func SlotsOf(types []ValType) int {
	n := 0
	for _, t := range types {
		n += t.Slots()
	}
	return n
}

var heapNames = map[HeapType]string{
	HeapBottom: "bot", HeapFunc: "func", HeapExtern: "extern", HeapAny: "any", HeapEq: "eq", HeapI31: "i31",
	HeapStruct: "struct", HeapArray: "array", HeapExn: "exn", HeapNone: "none", HeapNoExtern: "noextern",
	HeapNoFunc: "nofunc", HeapNoExn: "noexn",
}

var valNames = map[ValType]string{
	Bottom: "bot", I32: "i32", I64: "i64", F32: "f32", F64: "f64", V128: "v128", I8: "i8", I16: "i16",
	FuncRef: "funcref", ExternRef: "externref", AnyRef: "anyref", EqRef: "eqref", I31Ref: "i31ref",
	StructRef: "structref", ArrayRef: "arrayref", ExnRef: "exnref", NullRef: "nullref",
	NullExternRef: "nullexternref", NullFuncRef: "nullfuncref", NullExnRef: "nullexnref",
}

// String returns the spelling of h in the text format, with a type index in decimal.
func (h HeapType) String() string {
	if i, ok := h.Index(); ok {
		return fmt.Sprint(i)
	}
	if s, ok := heapNames[h]; ok {
		return s
	}
	return fmt.Sprintf("heap(0x%x)", uint32(h))
}

// String returns the spelling of t in the text format.
func (t ValType) String() string {
	if s, ok := valNames[t]; ok {
		return s
	}
	switch {
	case !t.IsRef():
		return fmt.Sprintf("type(0x%x)", uint32(t))
	case t.Nullable():
		return "(ref null " + t.Heap().String() + ")"
	}
	return "(ref " + t.Heap().String() + ")"
}
