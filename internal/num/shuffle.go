package num

// put stores h as eight little-endian bytes; Go merges them into one store.
func put(t *[8]byte, h uint64) {
	t[0] = byte(h)
	t[1] = byte(h >> 8)
	t[2] = byte(h >> 16)
	t[3] = byte(h >> 24)
	t[4] = byte(h >> 32)
	t[5] = byte(h >> 40)
	t[6] = byte(h >> 48)
	t[7] = byte(h >> 56)
}

// gather looks up eight bytes of t by the eight indices in h, taken modulo 32.
func gather(t *[32]byte, h uint64) uint64 {
	return uint64(t[h&31]) | uint64(t[h>>8&31])<<8 | uint64(t[h>>16&31])<<16 | uint64(t[h>>24&31])<<24 |
		uint64(t[h>>32&31])<<32 | uint64(t[h>>40&31])<<40 | uint64(t[h>>48&31])<<48 | uint64(t[h>>56&31])<<56
}

// I8x16Shuffle picks bytes of x (indices 0 to 15) and y (16 to 31); the immediate's indices are the bytes of lanes,
// each below 32 as validation ensures.
func I8x16Shuffle(x, y, lanes V128) V128 {
	var t [32]byte
	put((*[8]byte)(t[0:8]), x.Lo)
	put((*[8]byte)(t[8:16]), x.Hi)
	put((*[8]byte)(t[16:24]), y.Lo)
	put((*[8]byte)(t[24:32]), y.Hi)
	return V128{gather(&t, lanes.Lo), gather(&t, lanes.Hi)}
}

// I8x16Swizzle picks bytes of x by the indices in y; an index above 15 yields 0. Such indices are pointed into the
// empty upper half of the table by setting their bit 4.
func I8x16Swizzle(x, y V128) V128 {
	var t [32]byte
	put((*[8]byte)(t[0:8]), x.Lo)
	put((*[8]byte)(t[8:16]), x.Hi)
	return V128{
		gather(&t, y.Lo|nonzero(y.Lo&(low8*0xf0), high8)>>3),
		gather(&t, y.Hi|nonzero(y.Hi&(low8*0xf0), high8)>>3),
	}
}
