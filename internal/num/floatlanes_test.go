package num

import (
	"math"
	"math/big"
	"testing"
)

// exact applies an operation to finite operands with enough digits that rounding its result to a float is rounding
// the exact result: sums and products are exact, and a quotient of 53-bit numbers cannot come closer to a tie than that.
func exact(op byte, x, y float64) *big.Float {
	const digits = 4400
	a, b := new(big.Float).SetPrec(digits).SetFloat64(x), new(big.Float).SetPrec(digits).SetFloat64(y)
	switch op {
	case '+':
		return a.Add(a, b)
	case '-':
		return a.Sub(a, b)
	case '*':
		return a.Mul(a, b)
	}
	return a.Quo(a, b)
}

// special computes with a NaN, infinity or zero divisor, where nothing is rounded.
func special(op byte, x, y float64) float64 {
	switch op {
	case '+':
		return x + y
	case '-':
		return x - y
	case '*':
		return x * y
	}
	return x / y
}

func finite(values ...float64) bool {
	for _, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

func TestFloatLaneArithmetic(t *testing.T) {
	for _, c := range []struct {
		op  byte
		f32 func(x, y V128) V128
		f64 func(x, y V128) V128
	}{
		{'+', F32x4Add, F64x2Add}, {'-', F32x4Sub, F64x2Sub}, {'*', F32x4Mul, F64x2Mul}, {'/', F32x4Div, F64x2Div},
	} {
		t.Run(string(c.op), func(t *testing.T) {
			f32s := f32Patterns()
			for i, p := range f32s {
				for j := i % 3; j < len(f32s); j += 3 {
					q := f32s[j]
					x, y := float64(math.Float32frombits(p)), float64(math.Float32frombits(q))
					want := float32(special(c.op, x, y))
					if finite(x, y) && !(c.op == '/' && y == 0) {
						want, _ = exact(c.op, x, y).Float32()
					}
					got := c.f32(F32x4Splat(p), F32x4Splat(q))
					for _, half := range []uint64{got.Lo, got.Hi} {
						checkF32(t, lowF32(half), want, p, q)
						checkF32(t, highF32(half), want, p, q)
					}
				}
			}
			f64s := f64Patterns()
			for i, p := range f64s {
				for j := i % 7; j < len(f64s); j += 7 {
					q := f64s[j]
					x, y := math.Float64frombits(p), math.Float64frombits(q)
					want := special(c.op, x, y)
					if finite(x, y) && !(c.op == '/' && y == 0) {
						want, _ = exact(c.op, x, y).Float64()
					}
					got := c.f64(F64x2Splat(p), F64x2Splat(q))
					checkF64(t, toF64(got.Lo), want, p, q)
					checkF64(t, toF64(got.Hi), want, p, q)
				}
			}
		})
	}
}

// TestFloatLaneOrder catches lanes that trade places, which equal lanes would hide.
func TestFloatLaneOrder(t *testing.T) {
	f32 := func(a, b, c, d float32) V128 { return V128{pairF32(a, b), pairF32(c, d)} }
	f64 := func(a, b float64) V128 { return V128{fromF64(a), fromF64(b)} }
	x, y := f32(1, 9, 25, 16), f32(4, 3, 50, 2)
	v, w := f64(9, 16), f64(3, 32)
	for _, c := range []struct {
		name      string
		got, want V128
	}{
		{"f32x4.add", F32x4Add(x, y), f32(5, 12, 75, 18)}, {"f32x4.sub", F32x4Sub(x, y), f32(-3, 6, -25, 14)},
		{"f32x4.mul", F32x4Mul(x, y), f32(4, 27, 1250, 32)}, {"f32x4.div", F32x4Div(x, y), f32(0.25, 3, 0.5, 8)},
		{"f32x4.min", F32x4Min(x, y), f32(1, 3, 25, 2)}, {"f32x4.max", F32x4Max(x, y), f32(4, 9, 50, 16)},
		{"f32x4.sqrt", F32x4Sqrt(x), f32(1, 3, 5, 4)}, {"f32x4.ceil", F32x4Ceil(x), x}, {"f32x4.floor", F32x4Floor(x), x},
		{"f32x4.trunc", F32x4Trunc(x), x}, {"f32x4.nearest", F32x4Nearest(x), x},
		{"f32x4.madd", F32x4RelaxedMadd(x, y, x), f32(5, 36, 1275, 48)},
		{"f32x4.nmadd", F32x4RelaxedNmadd(x, y, x), f32(-3, -18, -1225, -16)},
		{"f64x2.sub", F64x2Sub(v, w), f64(6, -16)}, {"f64x2.div", F64x2Div(v, w), f64(3, 0.5)},
		{"f64x2.min", F64x2Min(v, w), f64(3, 16)}, {"f64x2.max", F64x2Max(v, w), f64(9, 32)},
		{"f64x2.sqrt", F64x2Sqrt(v), f64(3, 4)}, {"f64x2.ceil", F64x2Ceil(v), v}, {"f64x2.floor", F64x2Floor(v), v},
		{"f64x2.trunc", F64x2Trunc(v), v}, {"f64x2.nearest", F64x2Nearest(v), v},
		{"f64x2.madd", F64x2RelaxedMadd(v, w, v), f64(36, 528)}, {"f64x2.nmadd", F64x2RelaxedNmadd(v, w, v), f64(-18, -496)},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %016x, want %016x", c.name, c.got, c.want)
		}
	}
}

func TestFloatLaneComparisons(t *testing.T) {
	for _, c := range []struct {
		name     string
		f32, f64 func(x, y V128) V128
		holds    func(order int) bool // order is -1, 0 or 1, or 2 if an operand is a NaN
	}{
		{"eq", F32x4Eq, F64x2Eq, func(order int) bool { return order == 0 }},
		{"ne", F32x4Ne, F64x2Ne, func(order int) bool { return order != 0 }},
		{"lt", F32x4Lt, F64x2Lt, func(order int) bool { return order == -1 }},
		{"gt", F32x4Gt, F64x2Gt, func(order int) bool { return order == 1 }},
		{"le", F32x4Le, F64x2Le, func(order int) bool { return order == -1 || order == 0 }},
		{"ge", F32x4Ge, F64x2Ge, func(order int) bool { return order == 1 || order == 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			patterns := f32Patterns()
			for i, p := range patterns {
				for _, q := range patterns {
					// The second lane compares a neighbour, so that a lane's mask cannot leak.
					r := patterns[(i+1)%len(patterns)]
					x := fromLanes(32, []uint64{uint64(p), uint64(r), uint64(q), uint64(p)})
					y := fromLanes(32, []uint64{uint64(q), uint64(q), uint64(p), uint64(p)})
					want := lanesOf(x, 32)
					for lane, other := range lanesOf(y, 32) {
						want[lane] = maskIf(c.holds(orderF32(uint32(want[lane]), uint32(other))))
					}
					expect(t, c.f32(x, y), fromLanes(32, want), x, y)
				}
			}
			for _, p := range f64Patterns() {
				for _, q := range f64Patterns() {
					want := V128{maskIf(c.holds(orderF64(p, q))), maskIf(c.holds(orderF64(q, p)))}
					expect(t, c.f64(V128{p, q}, V128{q, p}), want, V128{p, q})
				}
			}
		})
	}
}

// orderF64 compares patterns as the sign and magnitude numbers they are, without float instructions.
func orderF64(p, q uint64) int {
	const infinity = 0x7ff << 52
	if p&^sign64 > infinity || q&^sign64 > infinity {
		return 2
	}
	value := func(p uint64) int64 {
		if p&sign64 != 0 {
			return -int64(p &^ sign64)
		}
		return int64(p)
	}
	switch a, b := value(p), value(q); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// orderF32 widens the patterns so that their fields line up with those of an f64.
func orderF32(p, q uint32) int {
	widen := func(p uint32) uint64 {
		wide := uint64(p&sign32)<<32 | uint64(p&^sign32)<<29
		if p&0x7f800000 == 0x7f800000 {
			wide |= 0x7ff << 52
		}
		return wide
	}
	return orderF64(widen(p), widen(q))
}

func TestPseudoMinMax(t *testing.T) {
	for _, p := range f32Patterns() {
		for _, q := range f32Patterns() {
			least, greatest := p, p
			if orderF32(q, p) == -1 {
				least = q
			}
			if orderF32(p, q) == -1 {
				greatest = q
			}
			expect(t, F32x4Pmin(F32x4Splat(p), F32x4Splat(q)), F32x4Splat(least), F32x4Splat(p), F32x4Splat(q))
			expect(t, F32x4Pmax(F32x4Splat(p), F32x4Splat(q)), F32x4Splat(greatest), F32x4Splat(p), F32x4Splat(q))
		}
	}
	for _, p := range f64Patterns() {
		for _, q := range f64Patterns() {
			least, greatest := p, p
			if orderF64(q, p) == -1 {
				least = q
			}
			if orderF64(p, q) == -1 {
				greatest = q
			}
			expect(t, F64x2Pmin(F64x2Splat(p), F64x2Splat(q)), F64x2Splat(least), F64x2Splat(p), F64x2Splat(q))
			expect(t, F64x2Pmax(F64x2Splat(p), F64x2Splat(q)), F64x2Splat(greatest), F64x2Splat(p), F64x2Splat(q))
		}
	}
}
