package num

import (
	"fmt"
	"math"
	"math/big"
	"testing"
)

// Float functions are tested on bit patterns: a model works on exact numbers, and NaN results are held to the rule of
// spec 4.3.3: quiet, and canonical unless an operand is a NaN that is not.

const (
	canonical32 = 0x7fc00000
	canonical64 = 0x7ff8000000000000
)

func f32Patterns() []uint32 {
	patterns := []uint32{
		0, 1, 2, 0x007fffff, 0x00800000, 0x00800001, // zero, denormals, the least normals
		0x3effffff, 0x3f000000, 0x3f000001, 0x3f7fffff, 0x3f800000, 0x3f800001, // around 0.5 and 1
		0x3fc00000, 0x40200000, 0x40600000, 0x40000000, 0x40400000, // 1.5, 2.5, 3.5, 2, 3
		0x4a7fffff, 0x4a800000, 0x4afffffe, 0x4affffff, 0x4b000000, 0x4b000001, 0x4b7fffff, 0x4b800000, // around 2^22, 2^23, 2^24
		0x4effffff, 0x4f000000, 0x4f000001, 0x4f7fffff, 0x4f800000, 0x4f800001, // around 2^31 and 2^32
		0x5effffff, 0x5f000000, 0x5f000001, 0x5f7fffff, 0x5f800000, // around 2^63 and 2^64
		0x7f7fffff, 0x7f000000, 0x7f800000, // greatest, 2^127, infinity
		canonical32, canonical32 + 1, 0x7fffffff, 0x7f800001, 0x7fa00000, // NaNs, the last two signalling
	}
	for _, p := range patterns {
		patterns = append(patterns, p|sign32)
	}
	random := newRand()
	for range 100 {
		patterns = append(patterns, random.Uint32(), math.Float32bits(float32(random.NormFloat64()*100)))
	}
	return patterns
}

func f64Patterns() []uint64 {
	patterns := []uint64{
		0, 1, 2, 1<<52 - 1, 1 << 52, 1<<52 + 1, // zero, denormals, the least normals
		canonical64, canonical64 + 1, 1<<63 - 1, 0x7ff0000000000001, 0x7ff4000000000000, // NaNs, the last two signalling
		math.Float64bits(math.Inf(1)), math.Float64bits(math.MaxFloat64),
		// Around what an f32 can hold: its greatest value and the tie above it, its least and half of that.
		0x47efffffe0000000, 0x47efffffefffffff, 0x47effffff0000000, 0x36a0000000000000, 0x3690000000000000, 0x3690000000000001,
		0x3810000000000000, 0x380fffffffffffff, 0x3ff0000010000000, 0x3ff0000030000000, 0x3ff0000010000001,
	}
	for _, x := range []float64{0.5, 1, 1.5, 2, 2.5, 3, 3.5, 0x1p31, 0x1p32, 0x1p51, 0x1p52, 0x1p53, 0x1p63, 0x1p64, 0x1p31 - 0.5,
		0x1p31 + 0.5, 0x1p31 - 1, 0x1p31 + 1, 0x1p32 - 1, 0x1p32 - 0.5} {
		p := math.Float64bits(x)
		patterns = append(patterns, p-1, p, p+1)
	}
	for _, p := range patterns {
		patterns = append(patterns, p|sign64)
	}
	random := newRand()
	for range 100 {
		patterns = append(patterns, random.Uint64(), math.Float64bits(random.NormFloat64()*100))
	}
	return patterns
}

// nanRule checks a NaN result against the operands it came from, all widened so that f32 and f64 share one test:
// quiet and canonical are the bits that make a NaN quiet and canonical in its format.
func nanRule(got, sign, quiet, canonical uint64, operands ...uint64) error {
	if got&quiet == 0 {
		return fmt.Errorf("%#x is a signalling NaN", got)
	}
	for _, x := range operands {
		if x&^sign > canonical&^quiet && x&^sign != canonical {
			return nil
		}
	}
	if got&^sign != canonical {
		return fmt.Errorf("%#x is not canonical", got)
	}
	return nil
}

// checkF32 compares a result with the model's, or with the NaN rule if the model says NaN.
func checkF32(t *testing.T, got, want float32, operands ...uint32) {
	t.Helper()
	if want == want {
		if math.Float32bits(got) != math.Float32bits(want) {
			t.Fatalf("%#x: got %v (%#x), want %v (%#x)", operands, got, math.Float32bits(got), want, math.Float32bits(want))
		}
		return
	}
	var wide []uint64
	for _, x := range operands {
		wide = append(wide, uint64(x))
	}
	bits := uint64(math.Float32bits(got))
	if got == got {
		t.Fatalf("%#x: got %v, want a NaN", operands, got)
	}
	if err := nanRule(bits, sign32, quiet32, canonical32, wide...); err != nil {
		t.Fatalf("%#x: %v", operands, err)
	}
}

func checkF64(t *testing.T, got, want float64, operands ...uint64) {
	t.Helper()
	if want == want {
		if math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%#x: got %v (%#x), want %v (%#x)", operands, got, math.Float64bits(got), want, math.Float64bits(want))
		}
		return
	}
	if got == got {
		t.Fatalf("%#x: got %v, want a NaN", operands, got)
	}
	if err := nanRule(math.Float64bits(got), sign64, quiet64, canonical64, operands...); err != nil {
		t.Fatalf("%#x: %v", operands, err)
	}
}

// roundModel rounds in exact arithmetic; choose picks floor or floor+1 given the fraction x - floor, never zero.
// The sign of zero results is that of x.
func roundModel(x float64, choose func(floor *big.Int, fraction float64, negative bool) bool) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) >= 0x1p53 {
		return x
	}
	floor, _ := new(big.Float).SetFloat64(x).Int(nil)
	if new(big.Float).SetInt(floor).Cmp(big.NewFloat(x)) > 0 {
		floor.Sub(floor, big.NewInt(1))
	}
	whole, _ := new(big.Float).SetInt(floor).Float64()
	// Below 2^53 the fraction is exact, or so close to 1 that it rounds to a value that decides the same way.
	if fraction := x - whole; fraction != 0 && choose(floor, fraction, x < 0) {
		whole++
	}
	return math.Copysign(whole, x)
}

var roundings = []struct {
	name   string
	f32    func(float32) float32
	f64    func(float64) float64
	v32    func(V128) V128
	v64    func(V128) V128
	choose func(floor *big.Int, fraction float64, negative bool) bool
}{
	{"ceil", F32Ceil, F64Ceil, F32x4Ceil, F64x2Ceil,
		func(*big.Int, float64, bool) bool { return true }},
	{"floor", F32Floor, F64Floor, F32x4Floor, F64x2Floor,
		func(*big.Int, float64, bool) bool { return false }},
	{"trunc", F32Trunc, F64Trunc, F32x4Trunc, F64x2Trunc,
		func(_ *big.Int, _ float64, negative bool) bool { return negative }},
	{"nearest", F32Nearest, F64Nearest, F32x4Nearest, F64x2Nearest,
		func(floor *big.Int, fraction float64, _ bool) bool {
			return fraction > 0.5 || fraction == 0.5 && floor.Bit(0) == 1
		}},
}

func TestRounding(t *testing.T) {
	for _, c := range roundings {
		t.Run(c.name, func(t *testing.T) {
			for _, p := range f32Patterns() {
				x := math.Float32frombits(p)
				want := float32(roundModel(float64(x), c.choose))
				checkF32(t, c.f32(x), want, p)
				checkF32(t, highF32(c.v32(F32x4ReplaceLane(V128{}, p, 3)).Hi), want, p)
			}
			for _, p := range f64Patterns() {
				x := math.Float64frombits(p)
				want := roundModel(x, c.choose)
				checkF64(t, c.f64(x), want, p)
				checkF64(t, toF64(c.v64(V128{Hi: p}).Hi), want, p)
			}
		})
	}
}

// exactSqrt rounds a root computed with twice the digits.
func exactSqrt(x float64) *big.Float {
	return new(big.Float).SetPrec(300).Sqrt(new(big.Float).SetPrec(300).SetFloat64(x))
}

func TestSqrt(t *testing.T) {
	for _, p := range f32Patterns() {
		x := math.Float32frombits(p)
		want := x
		switch {
		case x < 0:
			want = float32(math.NaN())
		case x > 0 && !math.IsInf(float64(x), 0):
			want, _ = exactSqrt(float64(x)).Float32()
		}
		checkF32(t, F32Sqrt(x), want, p)
		checkF32(t, lowF32(F32x4Sqrt(F32x4Splat(p)).Hi), want, p)
	}
	for _, p := range f64Patterns() {
		x := math.Float64frombits(p)
		want := x
		switch {
		case x < 0:
			want = math.NaN()
		case x > 0 && !math.IsInf(x, 0):
			want, _ = exactSqrt(x).Float64()
		}
		checkF64(t, F64Sqrt(x), want, p)
		checkF64(t, toF64(F64x2Sqrt(V128{Hi: p}).Hi), want, p)
	}
}

// minModel compares with -0 below +0; max is its mirror image.
func minModel(x, y float64) float64 {
	if x != x || y != y {
		return math.NaN()
	}
	if y < x || x == y && math.Signbit(y) {
		return y
	}
	return x
}

func maxModel(x, y float64) float64 { return -minModel(-x, -y) }

func TestMinMax(t *testing.T) {
	for _, p := range f32Patterns() {
		for _, q := range f32Patterns() {
			x, y := math.Float32frombits(p), math.Float32frombits(q)
			least, greatest := float32(minModel(float64(x), float64(y))), float32(maxModel(float64(x), float64(y)))
			checkF32(t, F32Min(x, y), least, p, q)
			checkF32(t, F32Max(x, y), greatest, p, q)
			vx, vy := F32x4Splat(p), F32x4Splat(q)
			checkF32(t, highF32(F32x4Min(vx, vy).Lo), least, p, q)
			checkF32(t, highF32(F32x4RelaxedMin(vx, vy).Lo), least, p, q)
			checkF32(t, highF32(F32x4Max(vx, vy).Lo), greatest, p, q)
			checkF32(t, highF32(F32x4RelaxedMax(vx, vy).Lo), greatest, p, q)
		}
	}
	for _, p := range f64Patterns() {
		for _, q := range f64Patterns() {
			x, y := math.Float64frombits(p), math.Float64frombits(q)
			least, greatest := minModel(x, y), maxModel(x, y)
			checkF64(t, F64Min(x, y), least, p, q)
			checkF64(t, F64Max(x, y), greatest, p, q)
			vx, vy := F64x2Splat(p), F64x2Splat(q)
			checkF64(t, toF64(F64x2Min(vx, vy).Hi), least, p, q)
			checkF64(t, toF64(F64x2RelaxedMin(vx, vy).Hi), least, p, q)
			checkF64(t, toF64(F64x2Max(vx, vy).Hi), greatest, p, q)
			checkF64(t, toF64(F64x2RelaxedMax(vx, vy).Hi), greatest, p, q)
		}
	}
}

// TestMinMaxNaN pins which NaN comes back: the first operand's, quiet, with its payload.
func TestMinMaxNaN(t *testing.T) {
	signalling, payload := math.Float32frombits(0xff800001), math.Float32frombits(0x7fc00002)
	for _, f := range []func(x, y float32) float32{F32Min, F32Max} {
		for _, c := range []struct {
			x, y float32
			want uint32
		}{{signalling, payload, 0xffc00001}, {payload, signalling, 0x7fc00002}, {1, signalling, 0xffc00001}} {
			if got := math.Float32bits(f(c.x, c.y)); got != c.want {
				t.Errorf("%#x, %#x: got %#x, want %#x", math.Float32bits(c.x), math.Float32bits(c.y), got, c.want)
			}
		}
	}
}

func TestSignOperations(t *testing.T) {
	for _, p := range f32Patterns() {
		magnitude := p & 0x7fffffff
		for _, c := range []struct{ got, want uint32 }{
			{F32Abs(p), magnitude}, {F32Neg(p), p + sign32},
			{F32Copysign(p, 0xffffffff), magnitude + sign32}, {F32Copysign(p, 0x7fffffff), magnitude},
			{uint32(F32x4Abs(F32x4Splat(p)).Hi), magnitude}, {uint32(F32x4Neg(F32x4Splat(p)).Hi >> 32), p + sign32},
		} {
			if c.got != c.want {
				t.Fatalf("%#x: got %#x, want %#x", p, c.got, c.want)
			}
		}
	}
	for _, p := range f64Patterns() {
		magnitude := p & math.MaxInt64
		for _, c := range []struct{ got, want uint64 }{
			{F64Abs(p), magnitude}, {F64Neg(p), p + sign64},
			{F64Copysign(p, math.MaxUint64), magnitude + sign64}, {F64Copysign(p, math.MaxInt64), magnitude},
			{F64x2Abs(F64x2Splat(p)).Hi, magnitude}, {F64x2Neg(F64x2Splat(p)).Lo, p + sign64},
		} {
			if c.got != c.want {
				t.Fatalf("%#x: got %#x, want %#x", p, c.got, c.want)
			}
		}
	}
}
