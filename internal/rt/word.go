package rt

import (
	"context"
	"unsafe"
)

// Put stores a number or a vector in its slots, as [HostFunc] has them, and returns the slots behind it. T is a Go type as wide as its WebAssembly
// type: 4 or 8 bytes, or 16 with the low half first. It is no reference. A T of no bytes has no slots.
func Put[T any](slots []uint64, from *T) []uint64 {
	// T is as wide as what it is read as, and holds no pointers.
	p := unsafe.Pointer(from)
	switch unsafe.Sizeof(*from) {
	case 0:
		return slots
	case 4:
		slots[0] = uint64(*(*uint32)(p))
	case 8:
		slots[0] = *(*uint64)(p)
	case 16:
		slots[1] = (*[2]uint64)(p)[1]
		slots[0] = (*[2]uint64)(p)[0]
		return slots[2:]
	}
	return slots[1:]
}

// Get loads what Put has stored, and returns the slots behind it.
func Get[T any](slots []uint64, to *T) []uint64 {
	// As in Put. A T that holds 8 or 16 bytes and no pointers need not be aligned as these are.
	p := unsafe.Pointer(to)
	switch unsafe.Sizeof(*to) {
	case 0:
		return slots
	case 4:
		*(*uint32)(p) = uint32(slots[0])
	case 8:
		*(*uint64)(p) = slots[0]
	case 16:
		(*[2]uint64)(p)[1] = slots[1]
		(*[2]uint64)(p)[0] = slots[0]
		return slots[2:]
	}
	return slots[1:]
}

// SameContext reports whether two contexts are the same one for certain: it compares them as words, which takes no call.
func SameContext(a, b context.Context) bool {
	// An interface is two words.
	return *(*[2]uintptr)(unsafe.Pointer(&a)) == *(*[2]uintptr)(unsafe.Pointer(&b))
}
