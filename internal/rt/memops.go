package rt

import "github.com/weft-wasm/weft/internal/abi"

// piece is how many bytes are filled or copied between two looks at whether the guest is to stop. Gigabytes take seconds.
const piece = 1 << 20

// FillUntil is memory.fill in pieces. It returns TrapMemoryOutOfBounds if the range is not in bounds, and nothing is written then, or
// TrapInterrupted if the call is to stop before the last piece.
func FillUntil(stop Stopper, mem []byte, at uint64, value byte, n uint64) abi.Trap {
	if !inBounds(at, n, len(mem)) {
		return abi.TrapMemoryOutOfBounds
	}
	for ; n > piece; at, n = at+piece, n-piece {
		MemoryFill(mem, at, value, piece)
		if stop.Stopped() {
			return abi.TrapInterrupted
		}
	}
	MemoryFill(mem, at, value, n)
	return 0
}

// CopyUntil is memory.copy, or memory.init, in pieces as FillUntil's. Dst and src may overlap, so the pieces go the way that leaves the
// source of later ones intact.
func CopyUntil(stop Stopper, dst, src []byte, to, from, n uint64) abi.Trap {
	if !inBounds(from, n, len(src)) || !inBounds(to, n, len(dst)) {
		return abi.TrapMemoryOutOfBounds
	}
	for n > piece {
		n -= piece
		if to > from {
			MemoryCopy(dst, src, to+n, from+n, piece)
		} else {
			MemoryCopy(dst, src, to, from, piece)
			to, from = to+piece, from+piece
		}
		if stop.Stopped() {
			return abi.TrapInterrupted
		}
	}
	MemoryCopy(dst, src, to, from, n)
	return 0
}

// MemoryFill is memory.fill (spec 4.6.10). It reports whether the range is in bounds; if not, nothing is written.
func MemoryFill(mem []byte, at uint64, value byte, n uint64) bool {
	if !inBounds(at, n, len(mem)) {
		return false
	}
	b := mem[at : at+n]
	if value == 0 || n == 0 {
		clear(b)
		return true
	}
	// What is filled already fills as much again, up to what the nearest cache holds: copying is much faster than storing bytes one by one.
	b[0] = value
	for i := 1; i < len(b); {
		i += copy(b[i:], b[:min(i, 8192)])
	}
	return true
}

// MemoryCopy is memory.copy, and memory.init with the bytes of a segment as src.
func MemoryCopy(dst, src []byte, to, from, n uint64) bool {
	if !inBounds(from, n, len(src)) || !inBounds(to, n, len(dst)) {
		return false
	}
	copy(dst[to:to+n], src[from:from+n])
	return true
}
