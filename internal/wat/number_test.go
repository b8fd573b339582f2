package wat

import (
	"math"
	"testing"
)

func TestFloatParse(t *testing.T) {
	for _, c := range []struct {
		text string
		f32  float32
		f64  float64
	}{
		{"0", 0, 0},
		{"-0x0p0", float32(math.Copysign(0, -1)), math.Copysign(0, -1)},
		{"+1_000.5", 1000.5, 1000.5},
		{"1.", 1, 1},
		{"0x1.8", 1.5, 1.5},
		{"0xA_b.cP-1_0", 0xab.cp-10, 0xab.cp-10},
		{"1e-400", 0, 0},
		// Halfway between two float32, then a bit more: what is rounded to float64 first, ends up below.
		{"0x1.00000100000000001p0", 0x1.000002p0, 0x1.000001p0},
		{"16777217.0000000001", 16777218, 16777217},
		{"0x1.fffffefffffffp127", math.MaxFloat32, 0x1.fffffefffffffp127},
		{"1.4012984643248170709e-45", math.SmallestNonzeroFloat32, 0x1p-149},
		{"0x0.8p-149", 0, 0x1p-150},
		{"0x0.80001p-149", math.SmallestNonzeroFloat32, 0x0.80001p-149},
		{"inf", float32(math.Inf(1)), math.Inf(1)},
		{"-inf", float32(math.Inf(-1)), math.Inf(-1)},
	} {
		if v, ok := float32Format.parse([]byte(c.text)); !ok || v != uint64(math.Float32bits(c.f32)) {
			t.Errorf("%s as f32: have 0x%x, %v, want 0x%x", c.text, v, ok, math.Float32bits(c.f32))
		}
		if v, ok := float64Format.parse([]byte(c.text)); !ok || v != math.Float64bits(c.f64) {
			t.Errorf("%s as f64: have 0x%x, %v, want 0x%x", c.text, v, ok, math.Float64bits(c.f64))
		}
	}
}

func TestFloatLimits(t *testing.T) {
	for _, c := range []struct {
		text     string
		f32, f64 bool
	}{
		{"0x1.fffffefp127", true, true},
		{"0x1.ffffffp127", false, true}, // rounds to infinity
		{"340282356779733661637539395458142568448", false, true},
		{"340282356779733661637539395458142568447", true, true},
		{"0x1.fffffffffffff8p1023", false, false},
		{"0x1.fffffffffffff7ffffp1023", false, true},
		{"1e309", false, false},
		{"nan:0x7fffff", true, true},
		{"nan:0x800000", false, true},
		{"nan:0xf_ffff_ffff_ffff", false, true},
		{"nan:0x10_0000_0000_0000", false, false},
		{"nan:0x0", false, false},
	} {
		if _, ok := float32Format.parse([]byte(c.text)); ok != c.f32 {
			t.Errorf("%s as f32: have %v, want %v", c.text, ok, c.f32)
		}
		if _, ok := float64Format.parse([]byte(c.text)); ok != c.f64 {
			t.Errorf("%s as f64: have %v, want %v", c.text, ok, c.f64)
		}
	}
}

// TestFloatRoundTrip proves that what is printed for a number is read as the same bits.
func TestFloatRoundTrip(t *testing.T) {
	for _, v := range []uint64{0, 1, 0x7fffff, 0x800000, 0x3f800001, 0x7f7fffff, 0x7f800000, 0x7fc00000, 0x7f800001, 0x7fffffff, 0x4b800001} {
		for _, sign := range []uint64{0, 1 << 31} {
			text := float32Format.append(nil, v|sign)
			if back, ok := float32Format.parse(text); !ok || back != v|sign {
				t.Errorf("f32 0x%x: printed %s, read 0x%x, %v", v|sign, text, back, ok)
			}
		}
	}
	for v := uint64(1); v < 1<<63; v = v*3 + 7 {
		text := float64Format.append(nil, v)
		if back, ok := float64Format.parse(text); !ok || back != v {
			t.Errorf("f64 0x%x: printed %s, read 0x%x, %v", v, text, back, ok)
		}
	}
}

func TestIntParse(t *testing.T) {
	for _, c := range []struct {
		text string
		bits uint
		want uint64
		ok   bool
	}{
		{"0xffff_ffff", 32, 0xffffffff, true},
		{"4294967296", 32, 0, false},
		{"-2147483648", 32, 0x80000000, true},
		{"-2147483649", 32, 0, false},
		{"+0", 8, 0, true},
		{"-1", 8, 0xff, true},
		{"-129", 8, 0, false},
		{"256", 8, 0, false},
		{"18446744073709551615", 64, math.MaxUint64, true},
		{"18446744073709551616", 64, 0, false},
		{"-0x8000000000000000", 64, 1 << 63, true},
		{"-0x8000000000000001", 64, 0, false},
	} {
		if v, ok := parseInt([]byte(c.text), c.bits); v != c.want || ok != c.ok {
			t.Errorf("%s with %d bits: have 0x%x, %v, want 0x%x, %v", c.text, c.bits, v, ok, c.want, c.ok)
		}
	}
}

func TestNumberKind(t *testing.T) {
	for text, want := range map[string]tokenKind{
		"0": tokenInt, "-12_3": tokenInt, "0xAf": tokenInt, "1.5": tokenFloat, "1.": tokenFloat, "1e5": tokenFloat, "0x1p-3": tokenFloat,
		"0x1.": tokenFloat, "+inf": tokenFloat, "-nan:0x1_f": tokenFloat, "0xe5": tokenInt,
		"1_": tokenReserved, "_1": tokenReserved, "1__2": tokenReserved, "0x": tokenReserved, "0x_1": tokenReserved, "1._0": tokenReserved,
		"1e": tokenReserved, "1e+": tokenReserved, ".5": tokenReserved, "0x1e+5": tokenReserved, "nan:0x": tokenReserved, "+": tokenReserved,
		"infinity": tokenReserved, "1p3": tokenReserved, "0X1": tokenReserved,
	} {
		if have := numberKind([]byte(text)); have != want {
			t.Errorf("%s: have %v, want %v", text, have, want)
		}
	}
}
