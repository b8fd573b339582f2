package num

// i8x16: 16 integer lanes of 8 bits, 8 to a half; see swar.go for the technique.

// Comparisons yield a mask per lane. The unsigned and signed orders differ only in how they read the top bit.

func I8x16Eq(x, y V128) V128 {
	return V128{^spread(nonzero(x.Lo^y.Lo, high8), 8), ^spread(nonzero(x.Hi^y.Hi, high8), 8)}
}

func I8x16Ne(x, y V128) V128 {
	return V128{spread(nonzero(x.Lo^y.Lo, high8), 8), spread(nonzero(x.Hi^y.Hi, high8), 8)}
}

func I8x16LtS(x, y V128) V128 {
	return V128{spread(lessS(x.Lo, y.Lo, high8), 8), spread(lessS(x.Hi, y.Hi, high8), 8)}
}

func I8x16GtS(x, y V128) V128 {
	return V128{spread(lessS(y.Lo, x.Lo, high8), 8), spread(lessS(y.Hi, x.Hi, high8), 8)}
}

func I8x16LeS(x, y V128) V128 {
	return V128{^spread(lessS(y.Lo, x.Lo, high8), 8), ^spread(lessS(y.Hi, x.Hi, high8), 8)}
}

func I8x16GeS(x, y V128) V128 {
	return V128{^spread(lessS(x.Lo, y.Lo, high8), 8), ^spread(lessS(x.Hi, y.Hi, high8), 8)}
}

func I8x16LtU(x, y V128) V128 {
	return V128{spread(lessU(x.Lo, y.Lo, high8), 8), spread(lessU(x.Hi, y.Hi, high8), 8)}
}

func I8x16GtU(x, y V128) V128 {
	return V128{spread(lessU(y.Lo, x.Lo, high8), 8), spread(lessU(y.Hi, x.Hi, high8), 8)}
}

func I8x16LeU(x, y V128) V128 {
	return V128{^spread(lessU(y.Lo, x.Lo, high8), 8), ^spread(lessU(y.Hi, x.Hi, high8), 8)}
}

func I8x16GeU(x, y V128) V128 {
	return V128{^spread(lessU(x.Lo, y.Lo, high8), 8), ^spread(lessU(x.Hi, y.Hi, high8), 8)}
}

// Minimum and maximum select by comparison.

func I8x16MinS(x, y V128) V128 { return V128Bitselect(x, y, I8x16LtS(x, y)) }
func I8x16MinU(x, y V128) V128 { return V128Bitselect(x, y, I8x16LtU(x, y)) }
func I8x16MaxS(x, y V128) V128 { return V128Bitselect(y, x, I8x16LtS(x, y)) }
func I8x16MaxU(x, y V128) V128 { return V128Bitselect(y, x, I8x16LtU(x, y)) }

// Arithmetic modulo 2^8.

func I8x16Add(x, y V128) V128 {
	return V128{addLanes(x.Lo, y.Lo, high8), addLanes(x.Hi, y.Hi, high8)}
}

func I8x16Sub(x, y V128) V128 {
	return V128{subLanes(x.Lo, y.Lo, high8), subLanes(x.Hi, y.Hi, high8)}
}

func I8x16Neg(x V128) V128 { return I8x16Sub(V128{}, x) }

// I8x16Abs leaves the least integer as it is, since its negation has no representation.
func I8x16Abs(x V128) V128 {
	return V128{absLanes(x.Lo, high8, 8), absLanes(x.Hi, high8, 8)}
}

// Saturating arithmetic: results out of range become the nearest integer in range.

func I8x16AddSatS(x, y V128) V128 {
	return V128{addSatS(x.Lo, y.Lo, high8, 8), addSatS(x.Hi, y.Hi, high8, 8)}
}

func I8x16AddSatU(x, y V128) V128 {
	return V128{addSatU(x.Lo, y.Lo, high8, 8), addSatU(x.Hi, y.Hi, high8, 8)}
}

func I8x16SubSatS(x, y V128) V128 {
	return V128{subSatS(x.Lo, y.Lo, high8, 8), subSatS(x.Hi, y.Hi, high8, 8)}
}

func I8x16SubSatU(x, y V128) V128 {
	return V128{subSatU(x.Lo, y.Lo, high8, 8), subSatU(x.Hi, y.Hi, high8, 8)}
}

// I8x16AvgrU is the unsigned mean, rounded up.
func I8x16AvgrU(x, y V128) V128 {
	return V128{averageU(x.Lo, y.Lo, high8), averageU(x.Hi, y.Hi, high8)}
}

// popcnt8 counts the ones of each byte: first in pairs of bits, then in nibbles, then in bytes.
func popcnt8(x uint64) uint64 {
	x -= x >> 1 & (low8 * 0x55)
	x = x&(low8*0x33) + x>>2&(low8*0x33)
	return (x + x>>4) & (low8 * 0x0f)
}

func I8x16Popcnt(x V128) V128 { return V128{popcnt8(x.Lo), popcnt8(x.Hi)} }

// Shifts take their count modulo 8.

func I8x16Shl(x V128, n uint32) V128 {
	return V128{shlLanes(x.Lo, n, high8, 8), shlLanes(x.Hi, n, high8, 8)}
}

func I8x16ShrS(x V128, n uint32) V128 {
	return V128{shrSLanes(x.Lo, n, high8, 8), shrSLanes(x.Hi, n, high8, 8)}
}

func I8x16ShrU(x V128, n uint32) V128 {
	return V128{shrULanes(x.Lo, n, high8, 8), shrULanes(x.Hi, n, high8, 8)}
}

// I8x16AllTrue tells whether no lane is zero.
func I8x16AllTrue(x V128) bool { return nonzero(x.Lo, high8)&nonzero(x.Hi, high8) == high8 }

// signs8 gathers the top bits of eight lanes into the low byte: the product moves the flag of lane i from bit 8i to
// bit 56+i.
func signs8(x uint64) uint64 { return ((x & high8) >> 7) * 0x0102040810204080 >> 56 }

// I8x16Bitmask gathers the top bit of each lane.
func I8x16Bitmask(x V128) uint32 { return uint32(signs8(x.Lo) | signs8(x.Hi)<<8) }
