package rt

import (
	"encoding/binary"
	"unsafe"
)

// The accessors of linear memory. Each checks that its bytes are within mem and reports whether they are. The address must be below
// 1<<63, so that one signed comparison does; 32-bit addresses plus their offsets are, and the interpreter saturates 64-bit ones.
//
// The unsafe part of each is sound because the comparison before it has just shown that the bytes are within the slice.

// Load8 reads one byte.
func Load8(mem []byte, at uint64) (v uint8, ok bool) {
	if int64(at) > int64(len(mem))-1 {
		return 0, false
	}
	return *(*uint8)(pointer(mem, at)), true
}

// Load16 reads two bytes, little-endian.
func Load16(mem []byte, at uint64) (v uint16, ok bool) {
	if int64(at) > int64(len(mem))-2 {
		return 0, false
	}
	return binary.LittleEndian.Uint16((*[2]byte)(pointer(mem, at))[:]), true
}

// Load32 reads four bytes, little-endian.
func Load32(mem []byte, at uint64) (v uint32, ok bool) {
	if int64(at) > int64(len(mem))-4 {
		return 0, false
	}
	return binary.LittleEndian.Uint32((*[4]byte)(pointer(mem, at))[:]), true
}

// Load64 reads eight bytes, little-endian.
func Load64(mem []byte, at uint64) (v uint64, ok bool) {
	if int64(at) > int64(len(mem))-8 {
		return 0, false
	}
	return binary.LittleEndian.Uint64((*[8]byte)(pointer(mem, at))[:]), true
}

// Load128 reads sixteen bytes, little-endian, as two halves.
func Load128(mem []byte, at uint64) (lo, hi uint64, ok bool) {
	if int64(at) > int64(len(mem))-16 {
		return 0, 0, false
	}
	b := (*[16]byte)(pointer(mem, at))
	return binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:]), true
}

// Store8 writes one byte.
func Store8(mem []byte, at uint64, v uint8) bool {
	if int64(at) > int64(len(mem))-1 {
		return false
	}
	*(*uint8)(pointer(mem, at)) = v
	return true
}

// Store16 writes two bytes, little-endian.
func Store16(mem []byte, at uint64, v uint16) bool {
	if int64(at) > int64(len(mem))-2 {
		return false
	}
	binary.LittleEndian.PutUint16((*[2]byte)(pointer(mem, at))[:], v)
	return true
}

// Store32 writes four bytes, little-endian.
func Store32(mem []byte, at uint64, v uint32) bool {
	if int64(at) > int64(len(mem))-4 {
		return false
	}
	binary.LittleEndian.PutUint32((*[4]byte)(pointer(mem, at))[:], v)
	return true
}

// Store64 writes eight bytes, little-endian.
func Store64(mem []byte, at uint64, v uint64) bool {
	if int64(at) > int64(len(mem))-8 {
		return false
	}
	binary.LittleEndian.PutUint64((*[8]byte)(pointer(mem, at))[:], v)
	return true
}

// Store128 writes sixteen bytes, little-endian, from two halves.
func Store128(mem []byte, at uint64, lo, hi uint64) bool {
	if int64(at) > int64(len(mem))-16 {
		return false
	}
	b := (*[16]byte)(pointer(mem, at))
	binary.LittleEndian.PutUint64(b[:8], lo)
	binary.LittleEndian.PutUint64(b[8:], hi)
	return true
}

func pointer(mem []byte, at uint64) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(unsafe.SliceData(mem)), at)
}
