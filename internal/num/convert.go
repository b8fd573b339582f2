package num

import "github.com/weft-wasm/weft/internal/abi"

// Conversions between integers and floats (spec 4.3.4). Go's own conversions are exact or rounded to nearest even, and
// defined as long as the truncated value fits, so only the ranges need care, and 64-bit integers to f32. The f32
// sources widen to f64 first, which is exact.

// truncTrap tells why x, outside the range of the integer type, cannot be truncated.
func truncTrap(x float64) abi.Trap {
	if x != x {
		return abi.TrapInvalidConversion
	}
	return abi.TrapIntegerOverflow
}

// The range tests are open at both ends where a fraction below the least integer still truncates into the range. NaN
// fails them all.

func I32TruncF64S(x float64) (uint32, abi.Trap) {
	if x > -0x1p31-1 && x < 0x1p31 {
		return uint32(int32(x)), abi.TrapNone
	}
	return 0, truncTrap(x)
}

func I32TruncF64U(x float64) (uint32, abi.Trap) {
	if x > -1 && x < 0x1p32 {
		return uint32(int64(x)), abi.TrapNone
	}
	return 0, truncTrap(x)
}

func I64TruncF64S(x float64) (uint64, abi.Trap) {
	if x >= -0x1p63 && x < 0x1p63 {
		return uint64(int64(x)), abi.TrapNone
	}
	return 0, truncTrap(x)
}

func I64TruncF64U(x float64) (uint64, abi.Trap) {
	if x > -1 && x < 0x1p64 {
		return uint64(x), abi.TrapNone
	}
	return 0, truncTrap(x)
}

func I32TruncF32S(x float32) (uint32, abi.Trap) { return I32TruncF64S(float64(x)) }
func I32TruncF32U(x float32) (uint32, abi.Trap) { return I32TruncF64U(float64(x)) }
func I64TruncF32S(x float32) (uint64, abi.Trap) { return I64TruncF64S(float64(x)) }
func I64TruncF32U(x float32) (uint64, abi.Trap) { return I64TruncF64U(float64(x)) }

// Saturating truncation: NaN becomes 0, and what is out of range becomes the nearest integer in range.

func I32TruncSatF64S(x float64) uint32 {
	switch {
	case x >= 0x1p31:
		return 1<<31 - 1
	case x <= -0x1p31:
		return 1 << 31
	case x != x:
		return 0
	}
	return uint32(int32(x))
}

func I32TruncSatF64U(x float64) uint32 {
	switch {
	case x >= 0x1p32:
		return 1<<32 - 1
	case x > 0:
		return uint32(int64(x))
	}
	return 0
}

func I64TruncSatF64S(x float64) uint64 {
	switch {
	case x >= 0x1p63:
		return 1<<63 - 1
	case x <= -0x1p63:
		return 1 << 63
	case x != x:
		return 0
	}
	return uint64(int64(x))
}

func I64TruncSatF64U(x float64) uint64 {
	switch {
	case x >= 0x1p64:
		return 1<<64 - 1
	case x > 0:
		return uint64(x)
	}
	return 0
}

func I32TruncSatF32S(x float32) uint32 { return I32TruncSatF64S(float64(x)) }
func I32TruncSatF32U(x float32) uint32 { return I32TruncSatF64U(float64(x)) }
func I64TruncSatF32S(x float32) uint64 { return I64TruncSatF64S(float64(x)) }
func I64TruncSatF32U(x float32) uint64 { return I64TruncSatF64U(float64(x)) }

func F32ConvertI32S(x uint32) float32 { return float32(int32(x)) }
func F32ConvertI32U(x uint32) float32 { return float32(x) }
func F64ConvertI32S(x uint32) float64 { return float64(int32(x)) }
func F64ConvertI32U(x uint32) float64 { return float64(x) }
func F64ConvertI64S(x uint64) float64 { return float64(int64(x)) }
func F64ConvertI64U(x uint64) float64 { return float64(x) }

// The conversions of 64-bit integers to f32 go through f64, because Go 1.26 misrounds float32(x) on 32-bit machines.
// An f64 holds integers up to 2^53. Of a greater one the low 11 bits are dropped, which leaves at most 53, and if
// they were not all zero the last bit left is set: it is far below the digits of an f32, but keeps the rounding to one
// from taking the number for a tie.

func F32ConvertI64S(x uint64) float32 {
	if signed := int64(x); signed < -1<<53 || signed > 1<<53 {
		return float32(float64(signed>>11|int64(sticky11(x))) * (1 << 11))
	}
	return float32(float64(int64(x)))
}

func F32ConvertI64U(x uint64) float32 {
	if x > 1<<53 {
		return float32(float64(int64(x>>11|sticky11(x))) * (1 << 11))
	}
	return float32(float64(int64(x)))
}

// sticky11 is 1 if any of the low 11 bits of x is set.
func sticky11(x uint64) uint64 { return (x&(1<<11-1) + (1<<11 - 1)) >> 11 }

// F32DemoteF64 rounds to f32. A NaN keeps its sign and the top of its payload and becomes quiet.
func F32DemoteF64(x float64) float32 { return float32(x) }

// F64PromoteF32 is exact. A NaN keeps its sign and payload and becomes quiet.
func F64PromoteF32(x float32) float64 { return float64(x) }
