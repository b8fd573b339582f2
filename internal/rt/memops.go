package rt

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
	// What is filled already fills as much again: copying is much faster than storing bytes one by one.
	b[0] = value
	for i := 1; i < len(b); i *= 2 {
		copy(b[i:], b[:i])
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
