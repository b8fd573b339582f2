package num

import "math"

// Relaxed SIMD: instructions for which the spec permits several results. Weft picks one, the same on every machine
// and tier.
//
//   - Where an unrelaxed counterpart exists, the relaxed instruction is that one: swizzle, truncations, lane selection
//     (bit by bit), minimum, maximum, fixed-point product.
//   - Multiply-add is fused, with a single rounding: that is what the FMA instructions of both compiled targets do.
//   - Dot products take both operands as signed; the sum of two products saturates to 16 bits.

func I8x16RelaxedSwizzle(x, y V128) V128 { return I8x16Swizzle(x, y) }

func I32x4RelaxedTruncF32x4S(x V128) V128     { return I32x4TruncSatF32x4S(x) }
func I32x4RelaxedTruncF32x4U(x V128) V128     { return I32x4TruncSatF32x4U(x) }
func I32x4RelaxedTruncF64x2SZero(x V128) V128 { return I32x4TruncSatF64x2SZero(x) }
func I32x4RelaxedTruncF64x2UZero(x V128) V128 { return I32x4TruncSatF64x2UZero(x) }

func I8x16RelaxedLaneselect(x, y, mask V128) V128 { return V128Bitselect(x, y, mask) }
func I16x8RelaxedLaneselect(x, y, mask V128) V128 { return V128Bitselect(x, y, mask) }
func I32x4RelaxedLaneselect(x, y, mask V128) V128 { return V128Bitselect(x, y, mask) }
func I64x2RelaxedLaneselect(x, y, mask V128) V128 { return V128Bitselect(x, y, mask) }

func F32x4RelaxedMin(x, y V128) V128 { return F32x4Min(x, y) }
func F32x4RelaxedMax(x, y V128) V128 { return F32x4Max(x, y) }
func F64x2RelaxedMin(x, y V128) V128 { return F64x2Min(x, y) }
func F64x2RelaxedMax(x, y V128) V128 { return F64x2Max(x, y) }

func I16x8RelaxedQ15mulrS(x, y V128) V128 { return I16x8Q15mulrSatS(x, y) }

// fmaF32 is x*y + z rounded once. In f64 the product is exact and the sum is rounded; rounding that again to f32
// would go wrong where the first rounding lands on a tie of the second. So the sum is rounded to odd instead: if it
// is inexact, the neighbour whose last bit is set stands for it, which the second rounding never takes for a tie.
func fmaF32(x, y, z float32) float32 {
	product, addend := float64(x)*float64(y), float64(z)
	sum := product + addend
	// Knuth's two-sum: what the rounding of sum lost, exactly; a NaN if sum is not finite. Fusing the product into
	// these sums would change nothing, since it is exact.
	part := sum - product
	lost := (product - (sum - part)) + (addend - part)
	pattern := math.Float64bits(sum)
	if pattern&1 == 0 {
		switch {
		case lost > 0 && sum > 0, lost < 0 && sum < 0:
			pattern++
		case lost > 0, lost < 0:
			pattern--
		}
	}
	return float32(math.Float64frombits(pattern))
}

// F32x4RelaxedMadd is x*y + z, rounded once.
func F32x4RelaxedMadd(x, y, z V128) V128 {
	return V128{
		pairF32(fmaF32(lowF32(x.Lo), lowF32(y.Lo), lowF32(z.Lo)), fmaF32(highF32(x.Lo), highF32(y.Lo), highF32(z.Lo))),
		pairF32(fmaF32(lowF32(x.Hi), lowF32(y.Hi), lowF32(z.Hi)), fmaF32(highF32(x.Hi), highF32(y.Hi), highF32(z.Hi))),
	}
}

// F32x4RelaxedNmadd is -(x*y) + z, rounded once.
func F32x4RelaxedNmadd(x, y, z V128) V128 { return F32x4RelaxedMadd(F32x4Neg(x), y, z) }

// fmaF64 is x*y + z rounded once. Go's portable version, for machines without the instruction, returns a signalling
// NaN in z unchanged.
func fmaF64(x, y, z float64) float64 {
	sum := math.FMA(x, y, z)
	if sum != sum {
		return quietF64(sum)
	}
	return sum
}

// F64x2RelaxedMadd is x*y + z, rounded once.
func F64x2RelaxedMadd(x, y, z V128) V128 {
	return V128{
		fromF64(fmaF64(toF64(x.Lo), toF64(y.Lo), toF64(z.Lo))),
		fromF64(fmaF64(toF64(x.Hi), toF64(y.Hi), toF64(z.Hi))),
	}
}

// F64x2RelaxedNmadd is -(x*y) + z, rounded once.
func F64x2RelaxedNmadd(x, y, z V128) V128 { return F64x2RelaxedMadd(F64x2Neg(x), y, z) }

// dotPair sums the products of the two signed bytes at the bottom of x and y, in the low 16 bits. Only four factors
// of -2^7 saturate.
func dotPair(x, y uint64) uint64 {
	sum := int32(int8(x))*int32(int8(y)) + int32(int8(x>>8))*int32(int8(y>>8))
	return uint64(uint16(min(sum, 1<<15-1)))
}

// dotPairs is I16x8RelaxedDotI8x16I7x16S for one half.
func dotPairs(x, y uint64) uint64 {
	return dotPair(x, y) | dotPair(x>>16, y>>16)<<16 | dotPair(x>>32, y>>32)<<32 | dotPair(x>>48, y>>48)<<48
}

// I16x8RelaxedDotI8x16I7x16S multiplies bytes and adds neighbouring products.
func I16x8RelaxedDotI8x16I7x16S(x, y V128) V128 {
	return V128{dotPairs(x.Lo, y.Lo), dotPairs(x.Hi, y.Hi)}
}

// I32x4RelaxedDotI8x16I7x16AddS adds neighbouring lanes of that dot product, and z.
func I32x4RelaxedDotI8x16I7x16AddS(x, y, z V128) V128 {
	return I32x4Add(I32x4ExtaddPairwiseI16x8S(I16x8RelaxedDotI8x16I7x16S(x, y)), z)
}
