package num

// i32x4: 4 integer lanes of 32 bits, 2 to a half; see swar.go for the technique.

// Comparisons yield a mask per lane. The unsigned and signed orders differ only in how they read the top bit.

func I32x4Eq(x, y V128) V128 {
	return V128{^spread(nonzero(x.Lo^y.Lo, high32), 32), ^spread(nonzero(x.Hi^y.Hi, high32), 32)}
}

func I32x4Ne(x, y V128) V128 {
	return V128{spread(nonzero(x.Lo^y.Lo, high32), 32), spread(nonzero(x.Hi^y.Hi, high32), 32)}
}

func I32x4LtS(x, y V128) V128 {
	return V128{spread(lessS(x.Lo, y.Lo, high32), 32), spread(lessS(x.Hi, y.Hi, high32), 32)}
}

func I32x4GtS(x, y V128) V128 {
	return V128{spread(lessS(y.Lo, x.Lo, high32), 32), spread(lessS(y.Hi, x.Hi, high32), 32)}
}

func I32x4LeS(x, y V128) V128 {
	return V128{^spread(lessS(y.Lo, x.Lo, high32), 32), ^spread(lessS(y.Hi, x.Hi, high32), 32)}
}

func I32x4GeS(x, y V128) V128 {
	return V128{^spread(lessS(x.Lo, y.Lo, high32), 32), ^spread(lessS(x.Hi, y.Hi, high32), 32)}
}

func I32x4LtU(x, y V128) V128 {
	return V128{spread(lessU(x.Lo, y.Lo, high32), 32), spread(lessU(x.Hi, y.Hi, high32), 32)}
}

func I32x4GtU(x, y V128) V128 {
	return V128{spread(lessU(y.Lo, x.Lo, high32), 32), spread(lessU(y.Hi, x.Hi, high32), 32)}
}

func I32x4LeU(x, y V128) V128 {
	return V128{^spread(lessU(y.Lo, x.Lo, high32), 32), ^spread(lessU(y.Hi, x.Hi, high32), 32)}
}

func I32x4GeU(x, y V128) V128 {
	return V128{^spread(lessU(x.Lo, y.Lo, high32), 32), ^spread(lessU(x.Hi, y.Hi, high32), 32)}
}

// Minimum and maximum: with two lanes to a half, conditional moves beat selecting by a comparison.

// pair is two 32-bit lanes.
func pair(low, high uint32) uint64 { return uint64(low) | uint64(high)<<32 }

func minS32(x, y uint64) uint64 {
	return pair(uint32(min(int32(x), int32(y))), uint32(min(int32(x>>32), int32(y>>32))))
}

func minU32(x, y uint64) uint64 {
	return pair(min(uint32(x), uint32(y)), min(uint32(x>>32), uint32(y>>32)))
}

func maxS32(x, y uint64) uint64 {
	return pair(uint32(max(int32(x), int32(y))), uint32(max(int32(x>>32), int32(y>>32))))
}

func maxU32(x, y uint64) uint64 {
	return pair(max(uint32(x), uint32(y)), max(uint32(x>>32), uint32(y>>32)))
}

func I32x4MinS(x, y V128) V128 { return V128{minS32(x.Lo, y.Lo), minS32(x.Hi, y.Hi)} }
func I32x4MinU(x, y V128) V128 { return V128{minU32(x.Lo, y.Lo), minU32(x.Hi, y.Hi)} }
func I32x4MaxS(x, y V128) V128 { return V128{maxS32(x.Lo, y.Lo), maxS32(x.Hi, y.Hi)} }
func I32x4MaxU(x, y V128) V128 { return V128{maxU32(x.Lo, y.Lo), maxU32(x.Hi, y.Hi)} }

// Arithmetic modulo 2^32.

func I32x4Add(x, y V128) V128 {
	return V128{addLanes(x.Lo, y.Lo, high32), addLanes(x.Hi, y.Hi, high32)}
}

func I32x4Sub(x, y V128) V128 {
	return V128{subLanes(x.Lo, y.Lo, high32), subLanes(x.Hi, y.Hi, high32)}
}

func I32x4Neg(x V128) V128 { return I32x4Sub(V128{}, x) }

// I32x4Abs leaves the least integer as it is, since its negation has no representation.
func I32x4Abs(x V128) V128 {
	return V128{absLanes(x.Lo, high32, 32), absLanes(x.Hi, high32, 32)}
}

// mul32 multiplies the two lanes of a half.
func mul32(x, y uint64) uint64 { return x*y&0xffffffff | (x>>32)*(y>>32)<<32 }

func I32x4Mul(x, y V128) V128 { return V128{mul32(x.Lo, y.Lo), mul32(x.Hi, y.Hi)} }

// dot2 sums the products of the two signed 16-bit lanes at the bottom of x and y.
func dot2(x, y uint64) uint64 {
	return uint64(uint32(int32(int16(x))*int32(int16(y)) + int32(int16(x>>16))*int32(int16(y>>16))))
}

// I32x4DotI16x8S multiplies 16-bit lanes and adds neighbouring products. It wraps only if all four factors are -2^15.
func I32x4DotI16x8S(x, y V128) V128 {
	return V128{
		dot2(x.Lo, y.Lo) | dot2(x.Lo>>32, y.Lo>>32)<<32,
		dot2(x.Hi, y.Hi) | dot2(x.Hi>>32, y.Hi>>32)<<32,
	}
}

// Shifts take their count modulo 32.

func I32x4Shl(x V128, n uint32) V128 {
	return V128{shlLanes(x.Lo, n, high32, 32), shlLanes(x.Hi, n, high32, 32)}
}

func I32x4ShrS(x V128, n uint32) V128 {
	return V128{shrSLanes(x.Lo, n, high32, 32), shrSLanes(x.Hi, n, high32, 32)}
}

func I32x4ShrU(x V128, n uint32) V128 {
	return V128{shrULanes(x.Lo, n, high32, 32), shrULanes(x.Hi, n, high32, 32)}
}

// I32x4AllTrue tells whether no lane is zero.
func I32x4AllTrue(x V128) bool { return nonzero(x.Lo, high32)&nonzero(x.Hi, high32) == high32 }

// I32x4Bitmask gathers the top bit of each lane.
func I32x4Bitmask(x V128) uint32 {
	return uint32(x.Lo>>31&1 | x.Lo>>63<<1 | x.Hi>>31&1<<2 | x.Hi>>63<<3)
}
