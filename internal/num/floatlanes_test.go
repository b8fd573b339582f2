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

// TestFloatLaneOrder catches lanes that trade places, which equal lanes would hide: every lane of vectors of different
// ordinary numbers must be what the scalar function makes of its operands.
func TestFloatLaneOrder(t *testing.T) {
	unary := func(f func(V128) V128) func(x, y V128) V128 { return func(x, _ V128) V128 { return f(x) } }
	cases := []struct {
		name     string
		f32, f64 func(x, y V128) V128
		scalar   func(x, y float64) float64 // on f32 operands, rounding its result again does no harm
	}{
		{"add", F32x4Add, F64x2Add, func(x, y float64) float64 { return x + y }},
		{"sub", F32x4Sub, F64x2Sub, func(x, y float64) float64 { return x - y }},
		{"mul", F32x4Mul, F64x2Mul, func(x, y float64) float64 { return x * y }},
		{"div", F32x4Div, F64x2Div, func(x, y float64) float64 { return x / y }},
		{"min", F32x4Min, F64x2Min, math.Min},
		{"max", F32x4Max, F64x2Max, math.Max},
		{"sqrt", unary(F32x4Sqrt), unary(F64x2Sqrt), func(x, _ float64) float64 { return math.Sqrt(x) }},
		{"ceil", unary(F32x4Ceil), unary(F64x2Ceil), func(x, _ float64) float64 { return math.Ceil(x) }},
		{"floor", unary(F32x4Floor), unary(F64x2Floor), func(x, _ float64) float64 { return math.Floor(x) }},
		{"trunc", unary(F32x4Trunc), unary(F64x2Trunc), func(x, _ float64) float64 { return math.Trunc(x) }},
		{"nearest", unary(F32x4Nearest), unary(F64x2Nearest), func(x, _ float64) float64 { return math.RoundToEven(x) }},
	}
	random := newRand()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for range 50 {
				var x, y, want V128
				for i := range uint8(4) {
					a, b := float32(random.Float64()*100), float32(random.Float64()*100)
					x = F32x4ReplaceLane(x, math.Float32bits(a), i)
					y = F32x4ReplaceLane(y, math.Float32bits(b), i)
					want = F32x4ReplaceLane(want, math.Float32bits(float32(c.scalar(float64(a), float64(b)))), i)
				}
				expect(t, c.f32(x, y), want, x, y)
				v, w := F64x2PromoteLowF32x4(x), F64x2PromoteLowF32x4(y)
				want = V128{fromF64(c.scalar(toF64(v.Lo), toF64(w.Lo))), fromF64(c.scalar(toF64(v.Hi), toF64(w.Hi)))}
				expect(t, c.f64(v, w), want, v, w)
			}
		})
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
