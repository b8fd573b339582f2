package num

import "testing"

// BenchmarkVector calls through a function value, as nothing inlines there: the figures include one call.
func BenchmarkVector(b *testing.B) {
	for _, c := range []struct {
		name string
		f    func(x, y V128) V128
	}{
		{"i8x16.add", I8x16Add}, {"i8x16.eq", I8x16Eq}, {"i8x16.lt_s", I8x16LtS}, {"i8x16.min_u", I8x16MinU},
		{"i8x16.add_sat_s", I8x16AddSatS}, {"i8x16.sub_sat_u", I8x16SubSatU}, {"i8x16.swizzle", I8x16Swizzle},
		{"i8x16.narrow_i16x8_s", I8x16NarrowI16x8S}, {"i16x8.mul", I16x8Mul}, {"i16x8.q15mulr_sat_s", I16x8Q15mulrSatS},
		{"i16x8.extmul_low_i8x16_s", I16x8ExtmulLowI8x16S}, {"i32x4.add", I32x4Add}, {"i32x4.mul", I32x4Mul},
		{"i32x4.min_s", I32x4MinS}, {"i32x4.dot_i16x8_s", I32x4DotI16x8S}, {"i64x2.mul", I64x2Mul},
		{"f32x4.add", F32x4Add}, {"f32x4.mul", F32x4Mul}, {"f32x4.min", F32x4Min}, {"f32x4.lt", F32x4Lt},
		{"f32x4.pmin", F32x4Pmin}, {"f64x2.add", F64x2Add}, {"f64x2.min", F64x2Min},
		{"i16x8.relaxed_dot", I16x8RelaxedDotI8x16I7x16S},
	} {
		b.Run(c.name, func(b *testing.B) {
			x, y := V128{0x3f8000003f900000, 0x3fb000003fa00000}, V128{0x3fc3210f3fd01234, 0x0102030405060708}
			for b.Loop() {
				x = c.f(x, y)
			}
		})
	}
}

func BenchmarkShuffle(b *testing.B) {
	x, lanes := V128{1, 2}, V128{0x1f0e1d0c1b0a1908, 0x0710061105120413}
	for b.Loop() {
		x = I8x16Shuffle(x, lanes, lanes)
	}
}

func BenchmarkShift(b *testing.B) {
	x := V128{0x8899aabbccddeeff, 0x0123456789abcdef}
	for b.Loop() {
		x = I8x16ShrS(x, 1)
	}
}

func BenchmarkMadd(b *testing.B) {
	half := F32x4Splat(0x3f000000)
	b.Run("f32x4", func(b *testing.B) {
		x := half
		for b.Loop() {
			x = F32x4RelaxedMadd(x, half, half)
		}
	})
	b.Run("f64x2", func(b *testing.B) {
		x := half
		for b.Loop() {
			x = F64x2RelaxedMadd(x, half, half)
		}
	})
}
