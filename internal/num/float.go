package num

import "math"

const (
	sign32  = 1 << 31
	sign64  = 1 << 63
	quiet32 = 1 << 22 // set in a quiet NaN, clear in a signalling one
	quiet64 = 1 << 51
)

// Bit operations: exact for every pattern, signalling NaNs included.

func F32Abs(x uint32) uint32         { return x &^ sign32 }
func F32Neg(x uint32) uint32         { return x ^ sign32 }
func F32Copysign(x, y uint32) uint32 { return x&^sign32 | y&sign32 }
func F64Abs(x uint64) uint64         { return x &^ sign64 }
func F64Neg(x uint64) uint64         { return x ^ sign64 }
func F64Copysign(x, y uint64) uint64 { return x&^sign64 | y&sign64 }

// quietF32 turns a NaN into a quiet one with the same payload.
func quietF32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) | quiet32) }

// quietF64 turns a NaN into a quiet one with the same payload.
func quietF64(x float64) float64 { return math.Float64frombits(math.Float64bits(x) | quiet64) }

// The f32 roundings go through float64: widening quiets a NaN and is exact otherwise, the rounded value is a float32
// again.

// F32Sqrt rounds the square root once: a double has more than twice the bits of a float plus two, so that rounding
// the double root again cannot differ from rounding the exact one.
func F32Sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func F32Ceil(x float32) float32    { return float32(math.Ceil(float64(x))) }
func F32Floor(x float32) float32   { return float32(math.Floor(float64(x))) }
func F32Trunc(x float32) float32   { return float32(math.Trunc(float64(x))) }
func F32Nearest(x float32) float32 { return float32(math.RoundToEven(float64(x))) }

// The f64 roundings test for NaN themselves, because Go's portable versions return a signalling NaN unchanged.

func F64Sqrt(x float64) float64 {
	if x != x {
		return quietF64(x)
	}
	return math.Sqrt(x)
}

func F64Ceil(x float64) float64 {
	if x != x {
		return quietF64(x)
	}
	return math.Ceil(x)
}

func F64Floor(x float64) float64 {
	if x != x {
		return quietF64(x)
	}
	return math.Floor(x)
}

func F64Trunc(x float64) float64 {
	if x != x {
		return quietF64(x)
	}
	return math.Trunc(x)
}

// F64Nearest rounds to the nearest integer, ties to the even one.
func F64Nearest(x float64) float64 {
	if x != x {
		return quietF64(x)
	}
	return math.RoundToEven(x)
}

// min and max: a NaN operand wins, and -0 is less than +0.

func F32Min(x, y float32) float32 {
	if x != x || y != y {
		return nanF32(x, y)
	}
	return min(x, y)
}

func F32Max(x, y float32) float32 {
	if x != x || y != y {
		return nanF32(x, y)
	}
	return max(x, y)
}

func F64Min(x, y float64) float64 {
	if x != x || y != y {
		return nanF64(x, y)
	}
	return min(x, y)
}

func F64Max(x, y float64) float64 {
	if x != x || y != y {
		return nanF64(x, y)
	}
	return max(x, y)
}

// nanF32 is the NaN that an operation on x and y, at least one of them a NaN, returns.
func nanF32(x, y float32) float32 {
	if x != x {
		return quietF32(x)
	}
	return quietF32(y)
}

// nanF64 is the NaN that an operation on x and y, at least one of them a NaN, returns.
func nanF64(x, y float64) float64 {
	if x != x {
		return quietF64(x)
	}
	return quietF64(y)
}
