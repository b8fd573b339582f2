package num

import (
	"math/big"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
)

// scalars are pairs of integers of width bits: all pairs of edges, then random ones.
func scalars(width uint, yield func(x, y uint64)) {
	operands(width, func(x, y V128) {
		ys := lanesOf(y, width)
		for i, lane := range lanesOf(x, width) {
			yield(lane, ys[i])
		}
	})
}

// divModel divides by truncation in exact arithmetic.
func divModel(x, y *big.Int, width uint, remainder bool) (uint64, abi.Trap) {
	if y.Sign() == 0 {
		return 0, abi.TrapDivideByZero
	}
	q, r := new(big.Int).QuoRem(x, y, new(big.Int))
	if remainder {
		q = r
	}
	if q.Cmp(new(big.Int).Lsh(big.NewInt(1), width-1)) == 0 && x.Sign() < 0 {
		return 0, abi.TrapIntegerOverflow
	}
	return new(big.Int).And(q, new(big.Int).SetUint64(ones(width))).Uint64(), abi.TrapNone
}

func TestDivision(t *testing.T) {
	wide := func(f func(x, y uint32) (uint32, abi.Trap)) func(x, y uint64) (uint64, abi.Trap) {
		return func(x, y uint64) (uint64, abi.Trap) {
			v, trap := f(uint32(x), uint32(y))
			return uint64(v), trap
		}
	}
	for _, c := range []struct {
		name      string
		width     uint
		signed    bool
		remainder bool
		f         func(x, y uint64) (uint64, abi.Trap)
	}{
		{"i32.div_s", 32, true, false, wide(I32DivS)}, {"i32.div_u", 32, false, false, wide(I32DivU)},
		{"i32.rem_s", 32, true, true, wide(I32RemS)}, {"i32.rem_u", 32, false, true, wide(I32RemU)},
		{"i64.div_s", 64, true, false, I64DivS}, {"i64.div_u", 64, false, false, I64DivU},
		{"i64.rem_s", 64, true, true, I64RemS}, {"i64.rem_u", 64, false, true, I64RemU},
	} {
		t.Run(c.name, func(t *testing.T) {
			value := func(x uint64) *big.Int {
				if c.signed {
					return big.NewInt(signed(x, c.width))
				}
				return new(big.Int).SetUint64(x)
			}
			traps := map[abi.Trap]int{}
			scalars(c.width, func(x, y uint64) {
				want, wantTrap := divModel(value(x), value(y), c.width, c.remainder)
				got, trap := c.f(x, y)
				if got != want || trap != wantTrap {
					t.Fatalf("%#x, %#x: got %#x, %v, want %#x, %v", x, y, got, trap, want, wantTrap)
				}
				traps[trap]++
			})
			if traps[abi.TrapDivideByZero] == 0 || (traps[abi.TrapIntegerOverflow] > 0) != (c.signed && !c.remainder) {
				t.Errorf("operands met the traps %v", traps)
			}
		})
	}
}

func TestWideArithmetic(t *testing.T) {
	two64 := new(big.Int).Lsh(big.NewInt(1), 64)
	two128 := new(big.Int).Lsh(big.NewInt(1), 128)
	joined := func(lo, hi uint64) *big.Int {
		v := new(big.Int).SetUint64(hi)
		return v.Mul(v, two64).Add(v, new(big.Int).SetUint64(lo))
	}
	check := func(name string, lo, hi uint64, want *big.Int) {
		t.Helper()
		if got := joined(lo, hi); got.Cmp(want.Mod(want, two128)) != 0 {
			t.Fatalf("%s: got %x, want %x", name, got, want)
		}
	}
	scalars(64, func(x, y uint64) {
		lo, hi := I64MulWideU(x, y)
		check("mul_wide_u", lo, hi, new(big.Int).Mul(joined(x, 0), joined(y, 0)))
		lo, hi = I64MulWideS(x, y)
		check("mul_wide_s", lo, hi, new(big.Int).Mul(big.NewInt(int64(x)), big.NewInt(int64(y))))
		for _, high := range [][2]uint64{{0, 0}, {y, x}, {1 << 63, ^uint64(0)}} {
			a, b := joined(x, high[0]), joined(y, high[1])
			lo, hi = I64Add128(x, high[0], y, high[1])
			check("add128", lo, hi, new(big.Int).Add(a, b))
			lo, hi = I64Sub128(x, high[0], y, high[1])
			check("sub128", lo, hi, new(big.Int).Sub(a, b))
		}
	})
}
