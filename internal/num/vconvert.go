package num

// Conversions between integer and float lanes, each like the scalar instruction of the same name. Where the result
// has fewer lanes than a vector holds, the upper half is zero; where the operand has more lanes than the result, its
// lower half counts.

func I32x4TruncSatF32x4S(x V128) V128 {
	return V128{
		pair(I32TruncSatF32S(lowF32(x.Lo)), I32TruncSatF32S(highF32(x.Lo))),
		pair(I32TruncSatF32S(lowF32(x.Hi)), I32TruncSatF32S(highF32(x.Hi))),
	}
}

func I32x4TruncSatF32x4U(x V128) V128 {
	return V128{
		pair(I32TruncSatF32U(lowF32(x.Lo)), I32TruncSatF32U(highF32(x.Lo))),
		pair(I32TruncSatF32U(lowF32(x.Hi)), I32TruncSatF32U(highF32(x.Hi))),
	}
}

func I32x4TruncSatF64x2SZero(x V128) V128 {
	return V128{Lo: pair(I32TruncSatF64S(toF64(x.Lo)), I32TruncSatF64S(toF64(x.Hi)))}
}

func I32x4TruncSatF64x2UZero(x V128) V128 {
	return V128{Lo: pair(I32TruncSatF64U(toF64(x.Lo)), I32TruncSatF64U(toF64(x.Hi)))}
}

func F32x4ConvertI32x4S(x V128) V128 {
	return V128{
		pairF32(float32(int32(x.Lo)), float32(int32(x.Lo>>32))),
		pairF32(float32(int32(x.Hi)), float32(int32(x.Hi>>32))),
	}
}

func F32x4ConvertI32x4U(x V128) V128 {
	return V128{
		pairF32(float32(uint32(x.Lo)), float32(uint32(x.Lo>>32))),
		pairF32(float32(uint32(x.Hi)), float32(uint32(x.Hi>>32))),
	}
}

func F64x2ConvertLowI32x4S(x V128) V128 {
	return V128{fromF64(float64(int32(x.Lo))), fromF64(float64(int32(x.Lo >> 32)))}
}

func F64x2ConvertLowI32x4U(x V128) V128 {
	return V128{fromF64(float64(uint32(x.Lo))), fromF64(float64(uint32(x.Lo >> 32)))}
}

func F32x4DemoteF64x2Zero(x V128) V128 {
	return V128{Lo: pairF32(F32DemoteF64(toF64(x.Lo)), F32DemoteF64(toF64(x.Hi)))}
}

func F64x2PromoteLowF32x4(x V128) V128 {
	return V128{fromF64(F64PromoteF32(lowF32(x.Lo))), fromF64(F64PromoteF32(highF32(x.Lo)))}
}
