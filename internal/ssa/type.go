package ssa

// Type is the type of a value.
type Type uint8

// The types. A reference is a machine word that a precise collector has to know of, and therefore not an I64.
const (
	TypeNone  Type = iota // no value
	TypeI32               // in a 64-bit register, the upper half is undefined
	TypeI64               // an integer or a machine address
	TypeF32               // in a vector register
	TypeF64               // in a vector register
	TypeV128              // in a vector register
	TypeRef               // a reference to an object of the guest
	TypeTuple             // several results of one operation, to be read by proj
	TypeFlags             // the condition flags of the machine; lives only between operations of a target

	TypeVar // in an [Info] only: the type of the value itself
)

var typeNames = [...]string{"none", "i32", "i64", "f32", "f64", "v128", "ref", "tuple", "flags", "t"}

func (t Type) String() string { return typeNames[t] }

// SizeBytes is the room that a value of the type takes in memory.
func (t Type) SizeBytes() int {
	switch t {
	case TypeI32, TypeF32:
		return 4
	case TypeI64, TypeF64, TypeRef:
		return 8
	case TypeV128:
		return 16
	}
	return 0
}

// IsVector reports whether values of the type live in vector registers.
func (t Type) IsVector() bool { return t == TypeF32 || t == TypeF64 || t == TypeV128 }

// typeByName returns the type with this spelling.
func typeByName(name string) (Type, bool) {
	for t, n := range typeNames {
		if n == name && Type(t) != TypeVar {
			return Type(t), true
		}
	}
	return TypeNone, false
}

// Sig is the signature of a function.
type Sig struct {
	Params  []Type
	Results []Type
}

// Type is the type of a call's value: none, the only result, or a tuple.
func (s *Sig) Type() Type {
	switch len(s.Results) {
	case 0:
		return TypeNone
	case 1:
		return s.Results[0]
	}
	return TypeTuple
}

func (s *Sig) equal(o *Sig) bool {
	return sameTypes(s.Params, o.Params) && sameTypes(s.Results, o.Results)
}

func sameTypes(a, b []Type) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
