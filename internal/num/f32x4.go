package num

import "math"

// f32x4: four float lanes, two to a half.

func lowF32(h uint64) float32  { return math.Float32frombits(uint32(h)) }
func highF32(h uint64) float32 { return math.Float32frombits(uint32(h >> 32)) }

func pairF32(low, high float32) uint64 {
	return uint64(math.Float32bits(low)) | uint64(math.Float32bits(high))<<32
}

// maskPair is two 32-bit lanes of ones or zeros.
func maskPair(low, high bool) uint64 { return mask(low)&0xffffffff | mask(high)<<32 }

// Comparisons are false if an operand is a NaN, except not equal.

func F32x4Eq(x, y V128) V128 {
	return V128{
		maskPair(lowF32(x.Lo) == lowF32(y.Lo), highF32(x.Lo) == highF32(y.Lo)),
		maskPair(lowF32(x.Hi) == lowF32(y.Hi), highF32(x.Hi) == highF32(y.Hi)),
	}
}

func F32x4Ne(x, y V128) V128 {
	return V128{
		maskPair(lowF32(x.Lo) != lowF32(y.Lo), highF32(x.Lo) != highF32(y.Lo)),
		maskPair(lowF32(x.Hi) != lowF32(y.Hi), highF32(x.Hi) != highF32(y.Hi)),
	}
}

func F32x4Lt(x, y V128) V128 {
	return V128{
		maskPair(lowF32(x.Lo) < lowF32(y.Lo), highF32(x.Lo) < highF32(y.Lo)),
		maskPair(lowF32(x.Hi) < lowF32(y.Hi), highF32(x.Hi) < highF32(y.Hi)),
	}
}

func F32x4Gt(x, y V128) V128 {
	return V128{
		maskPair(lowF32(x.Lo) > lowF32(y.Lo), highF32(x.Lo) > highF32(y.Lo)),
		maskPair(lowF32(x.Hi) > lowF32(y.Hi), highF32(x.Hi) > highF32(y.Hi)),
	}
}

func F32x4Le(x, y V128) V128 {
	return V128{
		maskPair(lowF32(x.Lo) <= lowF32(y.Lo), highF32(x.Lo) <= highF32(y.Lo)),
		maskPair(lowF32(x.Hi) <= lowF32(y.Hi), highF32(x.Hi) <= highF32(y.Hi)),
	}
}

func F32x4Ge(x, y V128) V128 {
	return V128{
		maskPair(lowF32(x.Lo) >= lowF32(y.Lo), highF32(x.Lo) >= highF32(y.Lo)),
		maskPair(lowF32(x.Hi) >= lowF32(y.Hi), highF32(x.Hi) >= highF32(y.Hi)),
	}
}

// Bit operations: exact for every pattern, signalling NaNs included.

func F32x4Abs(x V128) V128 { return V128{x.Lo &^ high32, x.Hi &^ high32} }
func F32x4Neg(x V128) V128 { return V128{x.Lo ^ high32, x.Hi ^ high32} }

// Arithmetic, lane by lane as in the scalar instructions.

func F32x4Add(x, y V128) V128 {
	return V128{
		pairF32(lowF32(x.Lo)+lowF32(y.Lo), highF32(x.Lo)+highF32(y.Lo)),
		pairF32(lowF32(x.Hi)+lowF32(y.Hi), highF32(x.Hi)+highF32(y.Hi)),
	}
}

func F32x4Sub(x, y V128) V128 {
	return V128{
		pairF32(lowF32(x.Lo)-lowF32(y.Lo), highF32(x.Lo)-highF32(y.Lo)),
		pairF32(lowF32(x.Hi)-lowF32(y.Hi), highF32(x.Hi)-highF32(y.Hi)),
	}
}

func F32x4Mul(x, y V128) V128 {
	return V128{
		pairF32(lowF32(x.Lo)*lowF32(y.Lo), highF32(x.Lo)*highF32(y.Lo)),
		pairF32(lowF32(x.Hi)*lowF32(y.Hi), highF32(x.Hi)*highF32(y.Hi)),
	}
}

func F32x4Div(x, y V128) V128 {
	return V128{
		pairF32(lowF32(x.Lo)/lowF32(y.Lo), highF32(x.Lo)/highF32(y.Lo)),
		pairF32(lowF32(x.Hi)/lowF32(y.Hi), highF32(x.Hi)/highF32(y.Hi)),
	}
}

func F32x4Min(x, y V128) V128 {
	return V128{
		pairF32(F32Min(lowF32(x.Lo), lowF32(y.Lo)), F32Min(highF32(x.Lo), highF32(y.Lo))),
		pairF32(F32Min(lowF32(x.Hi), lowF32(y.Hi)), F32Min(highF32(x.Hi), highF32(y.Hi))),
	}
}

func F32x4Max(x, y V128) V128 {
	return V128{
		pairF32(F32Max(lowF32(x.Lo), lowF32(y.Lo)), F32Max(highF32(x.Lo), highF32(y.Lo))),
		pairF32(F32Max(lowF32(x.Hi), lowF32(y.Hi)), F32Max(highF32(x.Hi), highF32(y.Hi))),
	}
}

// F32x4Pmin is y where y < x and else x, bit for bit.
func F32x4Pmin(x, y V128) V128 { return V128Bitselect(y, x, F32x4Lt(y, x)) }

// F32x4Pmax is y where x < y and else x, bit for bit.
func F32x4Pmax(x, y V128) V128 { return V128Bitselect(y, x, F32x4Lt(x, y)) }

func F32x4Sqrt(x V128) V128 {
	return V128{
		pairF32(F32Sqrt(lowF32(x.Lo)), F32Sqrt(highF32(x.Lo))),
		pairF32(F32Sqrt(lowF32(x.Hi)), F32Sqrt(highF32(x.Hi))),
	}
}

func F32x4Ceil(x V128) V128 {
	return V128{
		pairF32(F32Ceil(lowF32(x.Lo)), F32Ceil(highF32(x.Lo))),
		pairF32(F32Ceil(lowF32(x.Hi)), F32Ceil(highF32(x.Hi))),
	}
}

func F32x4Floor(x V128) V128 {
	return V128{
		pairF32(F32Floor(lowF32(x.Lo)), F32Floor(highF32(x.Lo))),
		pairF32(F32Floor(lowF32(x.Hi)), F32Floor(highF32(x.Hi))),
	}
}

func F32x4Trunc(x V128) V128 {
	return V128{
		pairF32(F32Trunc(lowF32(x.Lo)), F32Trunc(highF32(x.Lo))),
		pairF32(F32Trunc(lowF32(x.Hi)), F32Trunc(highF32(x.Hi))),
	}
}

func F32x4Nearest(x V128) V128 {
	return V128{
		pairF32(F32Nearest(lowF32(x.Lo)), F32Nearest(highF32(x.Lo))),
		pairF32(F32Nearest(lowF32(x.Hi)), F32Nearest(highF32(x.Hi))),
	}
}
