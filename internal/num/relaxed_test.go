package num

import (
	"math"
	"math/big"
	"testing"
)

// fmaModel is x*y + z in exact arithmetic; the f64 range spans less than 4400 bits.
func fmaModel(x, y, z float64) *big.Float {
	product := new(big.Float).SetPrec(4400).Mul(big.NewFloat(x), big.NewFloat(y))
	return product.Add(product, big.NewFloat(z))
}

func TestMaddF32(t *testing.T) {
	check := func(p, q, r uint32) {
		x, y, z := math.Float32frombits(p), math.Float32frombits(q), math.Float32frombits(r)
		want := float32(float64(x)*float64(y) + float64(z)) // right unless a rounding happens
		if finite(float64(x), float64(y), float64(z)) {
			want, _ = fmaModel(float64(x), float64(y), float64(z)).Float32()
		}
		vx, vy, vz := F32x4Splat(p), F32x4Splat(q), F32x4Splat(r)
		checkF32(t, highF32(F32x4RelaxedMadd(vx, vy, vz).Hi), want, p, q, r)
		checkF32(t, lowF32(F32x4RelaxedNmadd(F32x4Neg(vx), vy, vz).Hi), want, p, q, r)
	}
	patterns := f32Patterns()
	for i, p := range patterns {
		for j, q := range patterns {
			for k := (i + j) % 11; k < len(patterns); k += 11 {
				check(p, q, patterns[k])
			}
		}
	}
	// Sums whose f64 rounding lands on a tie of f32: a power of two, half a unit in the last place, and a product far below it.
	for exponent := uint32(30); exponent < 250; exponent++ {
		one := exponent << 23
		halfUnit := (exponent - 24) << 23
		for _, sign := range []uint32{0, sign32} {
			// The addend has an odd or even last digit; the product is half its unit plus or minus very little.
			for _, addend := range []uint32{one, one + 1, one + 2} {
				check(halfUnit+1, 0x3f7ffffe, addend|sign)
				check(halfUnit+1, 0x3f7fffff, addend|sign)
				check(halfUnit, 0x3f800001, addend|sign)
				check(halfUnit-1, 0x3f800001, addend|sign)
			}
		}
	}
	random := newRand()
	for range 20000 {
		p, q := random.Uint32(), random.Uint32()
		// An addend near the negated product, so that most digits cancel.
		product := math.Float32frombits(p) * math.Float32frombits(q)
		check(p, q, math.Float32bits(-product)+random.Uint32N(5))
		check(p, q, random.Uint32())
	}
}

// TestMaddF32DoubleRounding spells out a case that f64 arithmetic gets wrong: the product is a little less than half a
// unit of the odd addend, which f64 rounds to exactly half, and then to even means up.
func TestMaddF32DoubleRounding(t *testing.T) {
	x, y, z := float32(0x1.000002p-24), float32(0x1.fffffcp-1), float32(0x1.000002p0)
	if twice := float32(float64(x)*float64(y) + float64(z)); twice != 0x1.000004p0 {
		t.Fatalf("rounded twice: got %x, want 0x1.000004p0", twice)
	}
	if got := fmaF32(x, y, z); got != z {
		t.Errorf("got %x, want %x", got, z)
	}
}

// TestMaddLaneOrder gives every lane its own operands, small enough for the results to be exact.
func TestMaddLaneOrder(t *testing.T) {
	f32 := func(a, b, c, d float32) V128 { return V128{pairF32(a, b), pairF32(c, d)} }
	f64 := func(a, b float64) V128 { return V128{fromF64(a), fromF64(b)} }
	x, y, z := f32(1, 9, 25, 16), f32(4, 3, 50, 2), f32(0.5, 7, -3, 11)
	expect(t, F32x4RelaxedMadd(x, y, z), f32(4.5, 34, 1247, 43), x, y, z)
	expect(t, F32x4RelaxedNmadd(x, y, z), f32(-3.5, -20, -1253, -21), x, y, z)
	u, v, w := f64(9, 16), f64(3, 32), f64(-5, 0.25)
	expect(t, F64x2RelaxedMadd(u, v, w), f64(22, 512.25), u, v, w)
	expect(t, F64x2RelaxedNmadd(u, v, w), f64(-32, -511.75), u, v, w)
}

func TestMaddF64(t *testing.T) {
	check := func(p, q, r uint64) {
		x, y, z := math.Float64frombits(p), math.Float64frombits(q), math.Float64frombits(r)
		want := x*y + z // right unless a rounding happens
		if finite(x, y, z) {
			want, _ = fmaModel(x, y, z).Float64()
		} else if finite(x, y) {
			want = z
		}
		vx, vy, vz := F64x2Splat(p), F64x2Splat(q), F64x2Splat(r)
		checkF64(t, toF64(F64x2RelaxedMadd(vx, vy, vz).Hi), want, p, q, r)
		checkF64(t, toF64(F64x2RelaxedNmadd(F64x2Neg(vx), vy, vz).Lo), want, p, q, r)
	}
	patterns := f64Patterns()
	for i, p := range patterns {
		for j := i % 5; j < len(patterns); j += 5 {
			for k := (i + j) % 29; k < len(patterns); k += 29 {
				check(p, patterns[j], patterns[k])
			}
		}
	}
}
