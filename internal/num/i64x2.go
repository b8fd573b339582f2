package num

// i64x2: two integer lanes of 64 bits, one to a half.

// mask is all ones if cond holds and else all zeros. Go compiles it without a branch.
func mask(cond bool) uint64 {
	var one uint64
	if cond {
		one = 1
	}
	return -one
}

func I64x2Eq(x, y V128) V128 {
	return V128{mask(x.Lo == y.Lo), mask(x.Hi == y.Hi)}
}

func I64x2Ne(x, y V128) V128 {
	return V128{mask(x.Lo != y.Lo), mask(x.Hi != y.Hi)}
}

func I64x2LtS(x, y V128) V128 {
	return V128{mask(int64(x.Lo) < int64(y.Lo)), mask(int64(x.Hi) < int64(y.Hi))}
}

func I64x2GtS(x, y V128) V128 {
	return V128{mask(int64(x.Lo) > int64(y.Lo)), mask(int64(x.Hi) > int64(y.Hi))}
}

func I64x2LeS(x, y V128) V128 {
	return V128{mask(int64(x.Lo) <= int64(y.Lo)), mask(int64(x.Hi) <= int64(y.Hi))}
}

func I64x2GeS(x, y V128) V128 {
	return V128{mask(int64(x.Lo) >= int64(y.Lo)), mask(int64(x.Hi) >= int64(y.Hi))}
}

func I64x2Add(x, y V128) V128 { return V128{x.Lo + y.Lo, x.Hi + y.Hi} }
func I64x2Sub(x, y V128) V128 { return V128{x.Lo - y.Lo, x.Hi - y.Hi} }
func I64x2Mul(x, y V128) V128 { return V128{x.Lo * y.Lo, x.Hi * y.Hi} }
func I64x2Neg(x V128) V128    { return V128{-x.Lo, -x.Hi} }

// abs64 leaves the least integer as it is, since its negation has no representation.
func abs64(x uint64) uint64 {
	sign := uint64(int64(x) >> 63)
	return (x ^ sign) - sign
}

func I64x2Abs(x V128) V128 { return V128{abs64(x.Lo), abs64(x.Hi)} }

// Shifts take their count modulo 64.

func I64x2Shl(x V128, n uint32) V128  { return V128{x.Lo << (n & 63), x.Hi << (n & 63)} }
func I64x2ShrU(x V128, n uint32) V128 { return V128{x.Lo >> (n & 63), x.Hi >> (n & 63)} }

func I64x2ShrS(x V128, n uint32) V128 {
	return V128{uint64(int64(x.Lo) >> (n & 63)), uint64(int64(x.Hi) >> (n & 63))}
}

// I64x2AllTrue tells whether no lane is zero.
func I64x2AllTrue(x V128) bool { return x.Lo != 0 && x.Hi != 0 }

// I64x2Bitmask gathers the top bit of each lane.
func I64x2Bitmask(x V128) uint32 { return uint32(x.Lo>>63 | x.Hi>>63<<1) }
