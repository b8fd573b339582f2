package num

import "math"

// f64x2: two float lanes, one to a half.

func toF64(h uint64) float64   { return math.Float64frombits(h) }
func fromF64(x float64) uint64 { return math.Float64bits(x) }

// Comparisons are false if an operand is a NaN, except not equal.

func F64x2Eq(x, y V128) V128 {
	return V128{mask(toF64(x.Lo) == toF64(y.Lo)), mask(toF64(x.Hi) == toF64(y.Hi))}
}

func F64x2Ne(x, y V128) V128 {
	return V128{mask(toF64(x.Lo) != toF64(y.Lo)), mask(toF64(x.Hi) != toF64(y.Hi))}
}

func F64x2Lt(x, y V128) V128 {
	return V128{mask(toF64(x.Lo) < toF64(y.Lo)), mask(toF64(x.Hi) < toF64(y.Hi))}
}

func F64x2Gt(x, y V128) V128 {
	return V128{mask(toF64(x.Lo) > toF64(y.Lo)), mask(toF64(x.Hi) > toF64(y.Hi))}
}

func F64x2Le(x, y V128) V128 {
	return V128{mask(toF64(x.Lo) <= toF64(y.Lo)), mask(toF64(x.Hi) <= toF64(y.Hi))}
}

func F64x2Ge(x, y V128) V128 {
	return V128{mask(toF64(x.Lo) >= toF64(y.Lo)), mask(toF64(x.Hi) >= toF64(y.Hi))}
}

// Bit operations: exact for every pattern, signalling NaNs included.

func F64x2Abs(x V128) V128 { return V128{x.Lo &^ sign64, x.Hi &^ sign64} }
func F64x2Neg(x V128) V128 { return V128{x.Lo ^ sign64, x.Hi ^ sign64} }

// Arithmetic, lane by lane as in the scalar instructions.

func F64x2Add(x, y V128) V128 {
	return V128{fromF64(toF64(x.Lo) + toF64(y.Lo)), fromF64(toF64(x.Hi) + toF64(y.Hi))}
}

func F64x2Sub(x, y V128) V128 {
	return V128{fromF64(toF64(x.Lo) - toF64(y.Lo)), fromF64(toF64(x.Hi) - toF64(y.Hi))}
}

func F64x2Mul(x, y V128) V128 {
	return V128{fromF64(toF64(x.Lo) * toF64(y.Lo)), fromF64(toF64(x.Hi) * toF64(y.Hi))}
}

func F64x2Div(x, y V128) V128 {
	return V128{fromF64(toF64(x.Lo) / toF64(y.Lo)), fromF64(toF64(x.Hi) / toF64(y.Hi))}
}

func F64x2Min(x, y V128) V128 {
	return V128{fromF64(F64Min(toF64(x.Lo), toF64(y.Lo))), fromF64(F64Min(toF64(x.Hi), toF64(y.Hi)))}
}

func F64x2Max(x, y V128) V128 {
	return V128{fromF64(F64Max(toF64(x.Lo), toF64(y.Lo))), fromF64(F64Max(toF64(x.Hi), toF64(y.Hi)))}
}

// F64x2Pmin is y where y < x and else x, bit for bit.
func F64x2Pmin(x, y V128) V128 { return V128Bitselect(y, x, F64x2Lt(y, x)) }

// F64x2Pmax is y where x < y and else x, bit for bit.
func F64x2Pmax(x, y V128) V128 { return V128Bitselect(y, x, F64x2Lt(x, y)) }

func F64x2Sqrt(x V128) V128 {
	return V128{fromF64(F64Sqrt(toF64(x.Lo))), fromF64(F64Sqrt(toF64(x.Hi)))}
}

func F64x2Ceil(x V128) V128 {
	return V128{fromF64(F64Ceil(toF64(x.Lo))), fromF64(F64Ceil(toF64(x.Hi)))}
}

func F64x2Floor(x V128) V128 {
	return V128{fromF64(F64Floor(toF64(x.Lo))), fromF64(F64Floor(toF64(x.Hi)))}
}

func F64x2Trunc(x V128) V128 {
	return V128{fromF64(F64Trunc(toF64(x.Lo))), fromF64(F64Trunc(toF64(x.Hi)))}
}

func F64x2Nearest(x V128) V128 {
	return V128{fromF64(F64Nearest(toF64(x.Lo))), fromF64(F64Nearest(toF64(x.Hi)))}
}
