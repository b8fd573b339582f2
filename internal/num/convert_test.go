package num

import (
	"math"
	"math/big"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
)

// truncModel truncates in exact arithmetic; saturated is the result of the saturating instruction.
func truncModel(x float64, width uint, sign bool) (result uint64, trap abi.Trap, saturated uint64) {
	if x != x {
		return 0, abi.TrapInvalidConversion, 0
	}
	least, greatest := new(big.Int), new(big.Int).SetUint64(ones(width))
	if sign {
		greatest.SetUint64(ones(width - 1))
		least.Not(greatest)
	}
	limited := func(v *big.Int) uint64 { return new(big.Int).And(v, new(big.Int).SetUint64(ones(width))).Uint64() }
	if math.IsInf(x, 1) {
		return 0, abi.TrapIntegerOverflow, limited(greatest)
	}
	if math.IsInf(x, -1) {
		return 0, abi.TrapIntegerOverflow, limited(least)
	}
	whole, _ := new(big.Float).SetFloat64(x).Int(nil)
	switch {
	case whole.Cmp(greatest) > 0:
		return 0, abi.TrapIntegerOverflow, limited(greatest)
	case whole.Cmp(least) < 0:
		return 0, abi.TrapIntegerOverflow, limited(least)
	}
	return limited(whole), abi.TrapNone, limited(whole)
}

func TestTruncation(t *testing.T) {
	check := func(x float64, width uint, sign bool, got uint64, trap abi.Trap, saturated uint64) {
		t.Helper()
		want, wantTrap, wantSaturated := truncModel(x, width, sign)
		if got != want || trap != wantTrap || saturated != wantSaturated {
			t.Fatalf("%v to %d bits, signed %v: got %#x, %v, saturated %#x, want %#x, %v, %#x",
				x, width, sign, got, trap, saturated, want, wantTrap, wantSaturated)
		}
	}
	for _, p := range f64Patterns() {
		x := math.Float64frombits(p)
		v, trap := I32TruncF64S(x)
		check(x, 32, true, uint64(v), trap, uint64(I32TruncSatF64S(x)))
		v, trap = I32TruncF64U(x)
		check(x, 32, false, uint64(v), trap, uint64(I32TruncSatF64U(x)))
		w, trap := I64TruncF64S(x)
		check(x, 64, true, w, trap, I64TruncSatF64S(x))
		w, trap = I64TruncF64U(x)
		check(x, 64, false, w, trap, I64TruncSatF64U(x))
	}
	for _, p := range f32Patterns() {
		x := math.Float32frombits(p)
		v, trap := I32TruncF32S(x)
		check(float64(x), 32, true, uint64(v), trap, uint64(I32TruncSatF32S(x)))
		v, trap = I32TruncF32U(x)
		check(float64(x), 32, false, uint64(v), trap, uint64(I32TruncSatF32U(x)))
		w, trap := I64TruncF32S(x)
		check(float64(x), 64, true, w, trap, I64TruncSatF32S(x))
		w, trap = I64TruncF32U(x)
		check(float64(x), 64, false, w, trap, I64TruncSatF32U(x))
	}
}

// TestTruncationTraps spells out the edges that the patterns must contain.
func TestTruncationTraps(t *testing.T) {
	for _, c := range []struct {
		name string
		x    float64
		f    func(float64) (uint64, abi.Trap)
		want uint64
		trap abi.Trap
	}{
		{"i64.trunc_f64_u", math.Nextafter(0x1p64, 0), I64TruncF64U, 0xfffffffffffff800, abi.TrapNone},
		{"i64.trunc_f64_u", math.Nextafter(-1, 0), I64TruncF64U, 0, abi.TrapNone},
		{"i64.trunc_f64_u", -1, I64TruncF64U, 0, abi.TrapIntegerOverflow},
		{"i64.trunc_f64_u", 0x1p64, I64TruncF64U, 0, abi.TrapIntegerOverflow},
		{"i64.trunc_f64_s", -0x1p63, I64TruncF64S, 1 << 63, abi.TrapNone},
		{"i64.trunc_f64_s", math.Nextafter(-0x1p63, math.Inf(-1)), I64TruncF64S, 0, abi.TrapIntegerOverflow},
		{"i64.trunc_f64_s", 0x1p63, I64TruncF64S, 0, abi.TrapIntegerOverflow},
		{"i64.trunc_f64_s", math.NaN(), I64TruncF64S, 0, abi.TrapInvalidConversion},
		{"i64.trunc_f64_s", math.Inf(-1), I64TruncF64S, 0, abi.TrapIntegerOverflow},
		{"i32.trunc_f64_s", -0x1p31 - 0.9, widened(I32TruncF64S), 1 << 31, abi.TrapNone},
		{"i32.trunc_f64_s", -0x1p31 - 1, widened(I32TruncF64S), 0, abi.TrapIntegerOverflow},
		{"i32.trunc_f64_s", 0x1p31 - 0.1, widened(I32TruncF64S), 1<<31 - 1, abi.TrapNone},
		{"i32.trunc_f64_u", 0x1p32 - 0.1, widened(I32TruncF64U), 1<<32 - 1, abi.TrapNone},
		{"i32.trunc_f64_u", -0.9, widened(I32TruncF64U), 0, abi.TrapNone},
		{"i32.trunc_f64_u", math.NaN(), widened(I32TruncF64U), 0, abi.TrapInvalidConversion},
	} {
		if got, trap := c.f(c.x); got != c.want || trap != c.trap {
			t.Errorf("%s of %v: got %#x, %v, want %#x, %v", c.name, c.x, got, trap, c.want, c.trap)
		}
	}
}

func widened(f func(float64) (uint32, abi.Trap)) func(float64) (uint64, abi.Trap) {
	return func(x float64) (uint64, abi.Trap) {
		v, trap := f(x)
		return uint64(v), trap
	}
}

func TestConvert(t *testing.T) {
	f32 := func(x *big.Int) float32 {
		v, _ := new(big.Float).SetInt(x).Float32()
		return v
	}
	f64 := func(x *big.Int) float64 {
		v, _ := new(big.Float).SetInt(x).Float64()
		return v
	}
	check := func(x uint64) {
		s64, u64 := big.NewInt(int64(x)), new(big.Int).SetUint64(x)
		s32, u32 := big.NewInt(int64(int32(x))), big.NewInt(int64(uint32(x)))
		checkF32(t, F32ConvertI64S(x), f32(s64), uint32(x))
		checkF32(t, F32ConvertI64U(x), f32(u64), uint32(x))
		checkF32(t, F32ConvertI32S(uint32(x)), f32(s32), uint32(x))
		checkF32(t, F32ConvertI32U(uint32(x)), f32(u32), uint32(x))
		checkF64(t, F64ConvertI64S(x), f64(s64), x)
		checkF64(t, F64ConvertI64U(x), f64(u64), x)
		checkF64(t, F64ConvertI32S(uint32(x)), f64(s32), x)
		checkF64(t, F64ConvertI32U(uint32(x)), f64(u32), x)
	}
	// For every magnitude: the two neighbours a float of 24 bits can hold, the tie between them and what is next to the
	// tie; then the same for 53 bits.
	for top := uint(0); top < 64; top++ {
		for _, digits := range []uint{24, 53} {
			unit := uint64(1) << max(int(top)-int(digits)+1, 0)
			for _, x := range []uint64{1 << top, 1<<top + unit, 1<<top + 2*unit} {
				for _, offset := range []uint64{0, unit/2 - 1, unit / 2, unit/2 + 1, unit - 1} {
					check(x + offset)
					check(-(x + offset))
				}
			}
		}
	}
	random := newRand()
	for range 20000 {
		check(random.Uint64() >> random.UintN(64))
	}
}

func TestDemotePromote(t *testing.T) {
	for _, p := range f64Patterns() {
		x := math.Float64frombits(p)
		want := float32(math.NaN())
		if x == x {
			want, _ = new(big.Float).SetFloat64(x).Float32()
		}
		for _, got := range []float32{F32DemoteF64(x), highF32(F32x4DemoteF64x2Zero(V128{Hi: p}).Lo)} {
			if x == x {
				checkF32(t, got, want, uint32(p))
			} else if err := nanRule(uint64(math.Float32bits(got)), sign32, quiet32, canonical32, demotedNaN(p)); err != nil {
				t.Fatalf("%#x: %v", p, err)
			}
		}
	}
	for _, p := range f32Patterns() {
		x := math.Float32frombits(p)
		for _, got := range []float64{F64PromoteF32(x), toF64(F64x2PromoteLowF32x4(F32x4Splat(p)).Hi)} {
			if x != x {
				want := canonical64 | uint64(p&0x7fffff)<<29 | uint64(p&sign32)<<32
				if math.Float64bits(got) != want {
					t.Fatalf("NaN %#x: got %#x, want %#x", p, math.Float64bits(got), want)
				}
				continue
			}
			exact := new(big.Float).SetFloat64(got)
			if math.IsInf(float64(x), 0) {
				checkF64(t, got, math.Inf(1-2*int(p>>31)), uint64(p))
			} else if value, accuracy := exact.Float32(); accuracy != big.Exact || math.Float32bits(value) != p {
				t.Fatalf("%#x: promoted to %v", p, got)
			}
		}
	}
	if got := math.Float32bits(F32DemoteF64(math.Float64frombits(0xfff4000060000000))); got != 0xffe00003 {
		t.Errorf("demoted signalling NaN: got %#x, want 0xffe00003", got)
	}
}

// demotedNaN is an f32 NaN that is canonical if and only if the f64 NaN p is.
func demotedNaN(p uint64) uint64 {
	if p&^sign64 == canonical64 {
		return canonical32
	}
	return canonical32 + 1
}

func TestVectorConversions(t *testing.T) {
	type conversion struct {
		name string
		f    func(V128) V128
		lane func(uint64) uint64 // the scalar instruction on bit patterns
		from uint
		to   uint
	}
	f32 := func(x uint64) float32 { return math.Float32frombits(uint32(x)) }
	bits32 := func(x float32) uint64 { return uint64(math.Float32bits(x)) }
	cases := []conversion{
		{"i32x4.trunc_sat_f32x4_s", I32x4TruncSatF32x4S,
			func(x uint64) uint64 { return uint64(I32TruncSatF32S(f32(x))) }, 32, 32},
		{"i32x4.trunc_sat_f32x4_u", I32x4TruncSatF32x4U,
			func(x uint64) uint64 { return uint64(I32TruncSatF32U(f32(x))) }, 32, 32},
		{"i32x4.trunc_sat_f64x2_s_zero", I32x4TruncSatF64x2SZero,
			func(x uint64) uint64 { return uint64(I32TruncSatF64S(toF64(x))) }, 64, 32},
		{"i32x4.trunc_sat_f64x2_u_zero", I32x4TruncSatF64x2UZero,
			func(x uint64) uint64 { return uint64(I32TruncSatF64U(toF64(x))) }, 64, 32},
		{"f32x4.convert_i32x4_s", F32x4ConvertI32x4S,
			func(x uint64) uint64 { return bits32(F32ConvertI32S(uint32(x))) }, 32, 32},
		{"f32x4.convert_i32x4_u", F32x4ConvertI32x4U,
			func(x uint64) uint64 { return bits32(F32ConvertI32U(uint32(x))) }, 32, 32},
		{"f64x2.convert_low_i32x4_s", F64x2ConvertLowI32x4S,
			func(x uint64) uint64 { return fromF64(F64ConvertI32S(uint32(x))) }, 32, 64},
		{"f64x2.convert_low_i32x4_u", F64x2ConvertLowI32x4U,
			func(x uint64) uint64 { return fromF64(F64ConvertI32U(uint32(x))) }, 32, 64},
		{"f32x4.demote_f64x2_zero", F32x4DemoteF64x2Zero, func(x uint64) uint64 { return bits32(F32DemoteF64(toF64(x))) }, 64, 32},
		{"f64x2.promote_low_f32x4", F64x2PromoteLowF32x4, func(x uint64) uint64 { return fromF64(F64PromoteF32(f32(x))) }, 32, 64},
	}
	for i, relaxed := range []func(V128) V128{
		I32x4RelaxedTruncF32x4S, I32x4RelaxedTruncF32x4U, I32x4RelaxedTruncF64x2SZero, I32x4RelaxedTruncF64x2UZero,
	} {
		c := cases[i]
		c.name, c.f = "relaxed "+c.name, relaxed
		cases = append(cases, c)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var values []uint64
			for _, p := range f32Patterns() {
				values = append(values, uint64(p))
			}
			if c.from == 64 {
				values = f64Patterns()
			}
			for count := int(128 / c.from); len(values) >= count; values = values[1:] {
				x := fromLanes(c.from, values[:count])
				want := lanesOf(x, c.from)
				for i, lane := range want {
					want[i] = c.lane(lane)
				}
				expect(t, c.f(x), fromLanes(c.to, want[:min(count, int(128/c.to))]), x)
			}
		})
	}
}
