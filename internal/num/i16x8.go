package num

// i16x8: 8 integer lanes of 16 bits, 4 to a half; see swar.go for the technique.

// Comparisons yield a mask per lane. The unsigned and signed orders differ only in how they read the top bit.

func I16x8Eq(x, y V128) V128 {
	return V128{^spread(nonzero(x.Lo^y.Lo, high16), 16), ^spread(nonzero(x.Hi^y.Hi, high16), 16)}
}

func I16x8Ne(x, y V128) V128 {
	return V128{spread(nonzero(x.Lo^y.Lo, high16), 16), spread(nonzero(x.Hi^y.Hi, high16), 16)}
}

func I16x8LtS(x, y V128) V128 {
	return V128{spread(lessS(x.Lo, y.Lo, high16), 16), spread(lessS(x.Hi, y.Hi, high16), 16)}
}

func I16x8GtS(x, y V128) V128 {
	return V128{spread(lessS(y.Lo, x.Lo, high16), 16), spread(lessS(y.Hi, x.Hi, high16), 16)}
}

func I16x8LeS(x, y V128) V128 {
	return V128{^spread(lessS(y.Lo, x.Lo, high16), 16), ^spread(lessS(y.Hi, x.Hi, high16), 16)}
}

func I16x8GeS(x, y V128) V128 {
	return V128{^spread(lessS(x.Lo, y.Lo, high16), 16), ^spread(lessS(x.Hi, y.Hi, high16), 16)}
}

func I16x8LtU(x, y V128) V128 {
	return V128{spread(lessU(x.Lo, y.Lo, high16), 16), spread(lessU(x.Hi, y.Hi, high16), 16)}
}

func I16x8GtU(x, y V128) V128 {
	return V128{spread(lessU(y.Lo, x.Lo, high16), 16), spread(lessU(y.Hi, x.Hi, high16), 16)}
}

func I16x8LeU(x, y V128) V128 {
	return V128{^spread(lessU(y.Lo, x.Lo, high16), 16), ^spread(lessU(y.Hi, x.Hi, high16), 16)}
}

func I16x8GeU(x, y V128) V128 {
	return V128{^spread(lessU(x.Lo, y.Lo, high16), 16), ^spread(lessU(x.Hi, y.Hi, high16), 16)}
}

// Minimum and maximum select by comparison.

func I16x8MinS(x, y V128) V128 { return V128Bitselect(x, y, I16x8LtS(x, y)) }
func I16x8MinU(x, y V128) V128 { return V128Bitselect(x, y, I16x8LtU(x, y)) }
func I16x8MaxS(x, y V128) V128 { return V128Bitselect(y, x, I16x8LtS(x, y)) }
func I16x8MaxU(x, y V128) V128 { return V128Bitselect(y, x, I16x8LtU(x, y)) }

// Arithmetic modulo 2^16.

func I16x8Add(x, y V128) V128 {
	return V128{addLanes(x.Lo, y.Lo, high16), addLanes(x.Hi, y.Hi, high16)}
}

func I16x8Sub(x, y V128) V128 {
	return V128{subLanes(x.Lo, y.Lo, high16), subLanes(x.Hi, y.Hi, high16)}
}

func I16x8Neg(x V128) V128 { return I16x8Sub(V128{}, x) }

// I16x8Abs leaves the least integer as it is, since its negation has no representation.
func I16x8Abs(x V128) V128 {
	return V128{absLanes(x.Lo, high16, 16), absLanes(x.Hi, high16, 16)}
}

// mul16 multiplies the four lanes of a half. The low 16 bits of a product depend on nothing above them, so the lanes
// over the one wanted may stay in the factors.
func mul16(x, y uint64) uint64 {
	return x*y&0xffff | (x>>16)*(y>>16)&0xffff<<16 | (x>>32)*(y>>32)&0xffff<<32 | (x>>48)*(y>>48)<<48
}

func I16x8Mul(x, y V128) V128 { return V128{mul16(x.Lo, y.Lo), mul16(x.Hi, y.Hi)} }

// q15mulr is one lane of I16x8Q15mulrSatS; x and y hold it in their low 16 bits, and so does the result.
func q15mulr(x, y uint64) uint64 {
	product := (int32(int16(x))*int32(int16(y)) + 1<<14) >> 15
	return uint64(min(product, 1<<15-1)) & 0xffff
}

// q15mulr4 is I16x8Q15mulrSatS for one half.
func q15mulr4(x, y uint64) uint64 {
	return q15mulr(x, y) | q15mulr(x>>16, y>>16)<<16 | q15mulr(x>>32, y>>32)<<32 | q15mulr(x>>48, y>>48)<<48
}

// I16x8Q15mulrSatS multiplies fixed-point numbers with 15 fraction bits and rounds; only -1 times -1 saturates.
func I16x8Q15mulrSatS(x, y V128) V128 { return V128{q15mulr4(x.Lo, y.Lo), q15mulr4(x.Hi, y.Hi)} }

// Saturating arithmetic: results out of range become the nearest integer in range.

func I16x8AddSatS(x, y V128) V128 {
	return V128{addSatS(x.Lo, y.Lo, high16, 16), addSatS(x.Hi, y.Hi, high16, 16)}
}

func I16x8AddSatU(x, y V128) V128 {
	return V128{addSatU(x.Lo, y.Lo, high16, 16), addSatU(x.Hi, y.Hi, high16, 16)}
}

func I16x8SubSatS(x, y V128) V128 {
	return V128{subSatS(x.Lo, y.Lo, high16, 16), subSatS(x.Hi, y.Hi, high16, 16)}
}

func I16x8SubSatU(x, y V128) V128 {
	return V128{subSatU(x.Lo, y.Lo, high16, 16), subSatU(x.Hi, y.Hi, high16, 16)}
}

// I16x8AvgrU is the unsigned mean, rounded up.
func I16x8AvgrU(x, y V128) V128 {
	return V128{averageU(x.Lo, y.Lo, high16), averageU(x.Hi, y.Hi, high16)}
}

// Shifts take their count modulo 16.

func I16x8Shl(x V128, n uint32) V128 {
	return V128{shlLanes(x.Lo, n, high16, 16), shlLanes(x.Hi, n, high16, 16)}
}

func I16x8ShrS(x V128, n uint32) V128 {
	return V128{shrSLanes(x.Lo, n, high16, 16), shrSLanes(x.Hi, n, high16, 16)}
}

func I16x8ShrU(x V128, n uint32) V128 {
	return V128{shrULanes(x.Lo, n, high16, 16), shrULanes(x.Hi, n, high16, 16)}
}

// I16x8AllTrue tells whether no lane is zero.
func I16x8AllTrue(x V128) bool { return nonzero(x.Lo, high16)&nonzero(x.Hi, high16) == high16 }

// signs4 gathers the top bits of four lanes into the low nibble: the product moves the flag of lane i from bit 16i to
// bit 48+i.
func signs4(x uint64) uint64 { return ((x & high16) >> 15) * 0x0001000200040008 >> 48 & 15 }

// I16x8Bitmask gathers the top bit of each lane.
func I16x8Bitmask(x V128) uint32 { return uint32(signs4(x.Lo) | signs4(x.Hi)<<4) }
