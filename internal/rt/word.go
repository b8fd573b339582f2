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

// PutWord is Put for a T that takes one slot at most; of others it returns the first half.
func PutWord[T any](v T) uint64 {
	// As in Put.
	switch p := unsafe.Pointer(&v); unsafe.Sizeof(v) {
	case 4:
		return uint64(*(*uint32)(p))
	case 8, 16:
		return *(*uint64)(p)
	}
	return 0
}

// Word is Get for a T that takes one slot at most.
func Word[T any](word uint64) (v T) {
	// As in Get.
	switch p := unsafe.Pointer(&v); unsafe.Sizeof(v) {
	case 4:
		*(*uint32)(p) = uint32(word)
	case 8:
		*(*uint64)(p) = word
	}
	return v
}

// SlotsOf is how many slots a T takes: as Put has it.
func SlotsOf[T any]() int { return int(unsafe.Sizeof(*new(T))+7) / 8 }

// Load is Get for a T that begins some slots behind the one at an address.
func Load[T any](slots *uint64, at int) T {
	// The slots of a function's arguments lie side by side; a T of two slots is two uint64.
	p := (*uint64)(unsafe.Add(unsafe.Pointer(slots), at*8))
	if unsafe.Sizeof(*new(T)) == 16 {
		return *(*T)(unsafe.Pointer(p))
	}
	return Word[T](*p)
}

// StoreAt is Put for a T that begins at an address.
func StoreAt[T any](slots *uint64, v T) {
	// As in Load.
	switch unsafe.Sizeof(v) {
	case 0:
	case 16:
		*(*T)(unsafe.Pointer(slots)) = v
	default:
		*slots = PutWord(v)
	}
}

// Behind is the slot behind the one at an address.
func Behind(slot *uint64) *uint64 {
	// Of several that lie side by side.
	return (*uint64)(unsafe.Add(unsafe.Pointer(slot), 8))
}

// SameContext reports whether two contexts are the same one for certain: it compares them as words, which takes no call.
func SameContext(a, b context.Context) bool {
	// An interface is two words.
	return *(*[2]uintptr)(unsafe.Pointer(&a)) == *(*[2]uintptr)(unsafe.Pointer(&b))
}
