package num

// V128 is a vector of 128 bits. Lane 0 of every shape is the least significant part of Lo, so the halves are the
// two little-endian words of the vector's bytes in memory.
type V128 struct{ Lo, Hi uint64 }

// V128Bitselect takes each bit from x where mask has a one and from y where it has a zero.
func V128Bitselect(x, y, mask V128) V128 {
	return V128{y.Lo ^ (x.Lo^y.Lo)&mask.Lo, y.Hi ^ (x.Hi^y.Hi)&mask.Hi}
}

// Splats repeat a value in every lane; multiplying by a word with a one in each lane copies it there.

func I8x16Splat(x uint32) V128 {
	h := uint64(uint8(x)) * low8
	return V128{h, h}
}

func I16x8Splat(x uint32) V128 {
	h := uint64(uint16(x)) * low16
	return V128{h, h}
}

func I32x4Splat(x uint32) V128 {
	h := uint64(x) * low32
	return V128{h, h}
}

func I64x2Splat(x uint64) V128 { return V128{x, x} }
func F32x4Splat(x uint32) V128 { return I32x4Splat(x) }
func F64x2Splat(x uint64) V128 { return V128{x, x} }

// half is the half of x with lane number lane when each half holds n lanes.
func half(x V128, lane, n uint8) uint64 {
	if lane < n {
		return x.Lo
	}
	return x.Hi
}

// Lane access: lane must be less than the number of lanes, as validation ensures; the shift counts are masked
// so that Go emits no range check for them.

func I8x16ExtractLaneS(x V128, lane uint8) uint32 {
	return uint32(int8(half(x, lane, 8) >> (lane & 7 * 8)))
}

func I8x16ExtractLaneU(x V128, lane uint8) uint32 {
	return uint32(uint8(half(x, lane, 8) >> (lane & 7 * 8)))
}

func I16x8ExtractLaneS(x V128, lane uint8) uint32 {
	return uint32(int16(half(x, lane, 4) >> (lane & 3 * 16)))
}

func I16x8ExtractLaneU(x V128, lane uint8) uint32 {
	return uint32(uint16(half(x, lane, 4) >> (lane & 3 * 16)))
}

func I32x4ExtractLane(x V128, lane uint8) uint32 {
	return uint32(half(x, lane, 2) >> (lane & 1 * 32))
}

func I64x2ExtractLane(x V128, lane uint8) uint64 { return half(x, lane, 1) }
func F32x4ExtractLane(x V128, lane uint8) uint32 { return I32x4ExtractLane(x, lane) }
func F64x2ExtractLane(x V128, lane uint8) uint64 { return half(x, lane, 1) }

// replace puts value where mask has ones, both moved up by shift bits, into the low half or else the high one.
func replace(x V128, low bool, value, mask uint64, shift uint8) V128 {
	value, mask = value&mask<<shift, mask<<shift
	if low {
		x.Lo = x.Lo&^mask | value
	} else {
		x.Hi = x.Hi&^mask | value
	}
	return x
}

func I8x16ReplaceLane(x V128, y uint32, lane uint8) V128 {
	return replace(x, lane < 8, uint64(y), 0xff, lane&7*8)
}

func I16x8ReplaceLane(x V128, y uint32, lane uint8) V128 {
	return replace(x, lane < 4, uint64(y), 0xffff, lane&3*16)
}

func I32x4ReplaceLane(x V128, y uint32, lane uint8) V128 {
	return replace(x, lane < 2, uint64(y), 0xffffffff, lane&1*32)
}

func I64x2ReplaceLane(x V128, y uint64, lane uint8) V128 {
	if lane == 0 {
		return V128{y, x.Hi}
	}
	return V128{x.Lo, y}
}

func F32x4ReplaceLane(x V128, y uint32, lane uint8) V128 { return I32x4ReplaceLane(x, y, lane) }
func F64x2ReplaceLane(x V128, y uint64, lane uint8) V128 { return I64x2ReplaceLane(x, y, lane) }
