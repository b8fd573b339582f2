package num

// Instructions whose result lanes are twice or half as wide as their operands'.

// widen8U moves four bytes into four 16-bit lanes, first the upper two apart from the lower two, then each pair.
func widen8U(x uint32) uint64 {
	h := uint64(x)
	h = (h | h<<16) & even16
	return (h | h<<8) & even8
}

// widen8S extends the sign too: 0x80 * 0x1fe = 0xff00 fills the upper byte of a negative lane.
func widen8S(x uint32) uint64 {
	h := widen8U(x)
	return h | h&(low16<<7)*0x1fe
}

// widen16U moves two 16-bit lanes into two 32-bit lanes.
func widen16U(x uint32) uint64 { return (uint64(x) | uint64(x)<<16) & even16 }

// widen16S extends the sign too: 0x8000 * 0x1fffe = 0xffff0000.
func widen16S(x uint32) uint64 {
	h := widen16U(x)
	return h | h&(low32<<15)*0x1fffe
}

func widen32S(x uint32) uint64 { return uint64(int32(x)) }

// Loads that extend: bits are the eight bytes read, lane 0 least significant.

func V128Load8x8S(bits uint64) V128 { return V128{widen8S(uint32(bits)), widen8S(uint32(bits >> 32))} }
func V128Load8x8U(bits uint64) V128 { return V128{widen8U(uint32(bits)), widen8U(uint32(bits >> 32))} }
func V128Load16x4S(bits uint64) V128 {
	return V128{widen16S(uint32(bits)), widen16S(uint32(bits >> 32))}
}
func V128Load16x4U(bits uint64) V128 {
	return V128{widen16U(uint32(bits)), widen16U(uint32(bits >> 32))}
}
func V128Load32x2S(bits uint64) V128 {
	return V128{widen32S(uint32(bits)), widen32S(uint32(bits >> 32))}
}
func V128Load32x2U(bits uint64) V128 { return V128{bits & 0xffffffff, bits >> 32} }

// Extending half a vector is what the loads do with their eight bytes.

func I16x8ExtendLowI8x16S(x V128) V128  { return V128Load8x8S(x.Lo) }
func I16x8ExtendHighI8x16S(x V128) V128 { return V128Load8x8S(x.Hi) }
func I16x8ExtendLowI8x16U(x V128) V128  { return V128Load8x8U(x.Lo) }
func I16x8ExtendHighI8x16U(x V128) V128 { return V128Load8x8U(x.Hi) }
func I32x4ExtendLowI16x8S(x V128) V128  { return V128Load16x4S(x.Lo) }
func I32x4ExtendHighI16x8S(x V128) V128 { return V128Load16x4S(x.Hi) }
func I32x4ExtendLowI16x8U(x V128) V128  { return V128Load16x4U(x.Lo) }
func I32x4ExtendHighI16x8U(x V128) V128 { return V128Load16x4U(x.Hi) }
func I64x2ExtendLowI32x4S(x V128) V128  { return V128Load32x2S(x.Lo) }
func I64x2ExtendHighI32x4S(x V128) V128 { return V128Load32x2S(x.Hi) }
func I64x2ExtendLowI32x4U(x V128) V128  { return V128Load32x2U(x.Lo) }
func I64x2ExtendHighI32x4U(x V128) V128 { return V128Load32x2U(x.Hi) }

// Extended products: the exact product fits the wider lane, so multiplying extended operands modulo its width is
// exact.

func I16x8ExtmulLowI8x16S(x, y V128) V128  { return I16x8Mul(V128Load8x8S(x.Lo), V128Load8x8S(y.Lo)) }
func I16x8ExtmulHighI8x16S(x, y V128) V128 { return I16x8Mul(V128Load8x8S(x.Hi), V128Load8x8S(y.Hi)) }
func I16x8ExtmulLowI8x16U(x, y V128) V128  { return I16x8Mul(V128Load8x8U(x.Lo), V128Load8x8U(y.Lo)) }
func I16x8ExtmulHighI8x16U(x, y V128) V128 { return I16x8Mul(V128Load8x8U(x.Hi), V128Load8x8U(y.Hi)) }
func I32x4ExtmulLowI16x8S(x, y V128) V128  { return I32x4Mul(V128Load16x4S(x.Lo), V128Load16x4S(y.Lo)) }
func I32x4ExtmulHighI16x8S(x, y V128) V128 { return I32x4Mul(V128Load16x4S(x.Hi), V128Load16x4S(y.Hi)) }
func I32x4ExtmulLowI16x8U(x, y V128) V128  { return I32x4Mul(V128Load16x4U(x.Lo), V128Load16x4U(y.Lo)) }
func I32x4ExtmulHighI16x8U(x, y V128) V128 { return I32x4Mul(V128Load16x4U(x.Hi), V128Load16x4U(y.Hi)) }
func I64x2ExtmulLowI32x4S(x, y V128) V128  { return I64x2Mul(V128Load32x2S(x.Lo), V128Load32x2S(y.Lo)) }
func I64x2ExtmulHighI32x4S(x, y V128) V128 { return I64x2Mul(V128Load32x2S(x.Hi), V128Load32x2S(y.Hi)) }
func I64x2ExtmulLowI32x4U(x, y V128) V128  { return I64x2Mul(V128Load32x2U(x.Lo), V128Load32x2U(y.Lo)) }
func I64x2ExtmulHighI32x4U(x, y V128) V128 { return I64x2Mul(V128Load32x2U(x.Hi), V128Load32x2U(y.Hi)) }

// Pairwise sums of neighbouring lanes. Flipping the sign bits adds 2^7 (2^15) to each signed lane and makes it
// unsigned, and the bias of both is subtracted from the sum.

func pairs8U(h uint64) uint64  { return h&even8 + h>>8&even8 }
func pairs8S(h uint64) uint64  { return subLanes(pairs8U(h^high8), low16<<8, high16) }
func pairs16U(h uint64) uint64 { return h&even16 + h>>16&even16 }
func pairs16S(h uint64) uint64 { return subLanes(pairs16U(h^high16), low32<<16, high32) }

func I16x8ExtaddPairwiseI8x16S(x V128) V128 { return V128{pairs8S(x.Lo), pairs8S(x.Hi)} }
func I16x8ExtaddPairwiseI8x16U(x V128) V128 { return V128{pairs8U(x.Lo), pairs8U(x.Hi)} }
func I32x4ExtaddPairwiseI16x8S(x V128) V128 { return V128{pairs16S(x.Lo), pairs16S(x.Hi)} }
func I32x4ExtaddPairwiseI16x8U(x V128) V128 { return V128{pairs16U(x.Lo), pairs16U(x.Hi)} }

// Narrowing reads lanes as signed and saturates them to the half as wide type, signed or unsigned. Go's min and max
// compile to conditional moves.

func clamp8S(h uint64) uint64  { return uint64(uint8(max(min(int16(h), 1<<7-1), -1<<7))) }
func clamp8U(h uint64) uint64  { return uint64(max(min(int16(h), 1<<8-1), 0)) }
func clamp16S(h uint64) uint64 { return uint64(uint16(max(min(int32(h), 1<<15-1), -1<<15))) }
func clamp16U(h uint64) uint64 { return uint64(max(min(int32(h), 1<<16-1), 0)) }

func narrow8S(h uint64) uint64 {
	return clamp8S(h) | clamp8S(h>>16)<<8 | clamp8S(h>>32)<<16 | clamp8S(h>>48)<<24
}

func narrow8U(h uint64) uint64 {
	return clamp8U(h) | clamp8U(h>>16)<<8 | clamp8U(h>>32)<<16 | clamp8U(h>>48)<<24
}

func narrow16S(h uint64) uint64 { return clamp16S(h) | clamp16S(h>>32)<<16 }
func narrow16U(h uint64) uint64 { return clamp16U(h) | clamp16U(h>>32)<<16 }

func I8x16NarrowI16x8S(x, y V128) V128 {
	return V128{narrow8S(x.Lo) | narrow8S(x.Hi)<<32, narrow8S(y.Lo) | narrow8S(y.Hi)<<32}
}

func I8x16NarrowI16x8U(x, y V128) V128 {
	return V128{narrow8U(x.Lo) | narrow8U(x.Hi)<<32, narrow8U(y.Lo) | narrow8U(y.Hi)<<32}
}

func I16x8NarrowI32x4S(x, y V128) V128 {
	return V128{narrow16S(x.Lo) | narrow16S(x.Hi)<<32, narrow16S(y.Lo) | narrow16S(y.Hi)<<32}
}

func I16x8NarrowI32x4U(x, y V128) V128 {
	return V128{narrow16U(x.Lo) | narrow16U(x.Hi)<<32, narrow16U(y.Lo) | narrow16U(y.Hi)<<32}
}
