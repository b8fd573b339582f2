package num

import (
	"fmt"
	"testing"
)

// read gives a lane its value under a signedness: 'S' or 'U'.
func read(lane uint64, width uint, sign byte) int64 {
	if sign == 'S' {
		return signed(lane, width)
	}
	return int64(lane)
}

func TestExtend(t *testing.T) {
	for _, c := range []struct {
		from      uint
		sign      byte
		low, high func(V128) V128
		load      func(uint64) V128
	}{
		{8, 'S', I16x8ExtendLowI8x16S, I16x8ExtendHighI8x16S, V128Load8x8S},
		{8, 'U', I16x8ExtendLowI8x16U, I16x8ExtendHighI8x16U, V128Load8x8U},
		{16, 'S', I32x4ExtendLowI16x8S, I32x4ExtendHighI16x8S, V128Load16x4S},
		{16, 'U', I32x4ExtendLowI16x8U, I32x4ExtendHighI16x8U, V128Load16x4U},
		{32, 'S', I64x2ExtendLowI32x4S, I64x2ExtendHighI32x4S, V128Load32x2S},
		{32, 'U', I64x2ExtendLowI32x4U, I64x2ExtendHighI32x4U, V128Load32x2U},
	} {
		t.Run(fmt.Sprintf("i%d%c", c.from, c.sign), func(t *testing.T) {
			operands(c.from, func(x, _ V128) {
				wide := lanesOf(x, c.from)
				for i, lane := range wide {
					wide[i] = uint64(read(lane, c.from, c.sign))
				}
				n := len(wide) / 2
				low, high := fromLanes(2*c.from, wide[:n]), fromLanes(2*c.from, wide[n:])
				expect(t, c.low(x), low, x)
				expect(t, c.high(x), high, x)
				expect(t, c.load(x.Lo), low, x)
			})
		})
	}
}

func TestExtmul(t *testing.T) {
	for _, c := range []struct {
		from      uint
		sign      byte
		low, high func(x, y V128) V128
	}{
		{8, 'S', I16x8ExtmulLowI8x16S, I16x8ExtmulHighI8x16S}, {8, 'U', I16x8ExtmulLowI8x16U, I16x8ExtmulHighI8x16U},
		{16, 'S', I32x4ExtmulLowI16x8S, I32x4ExtmulHighI16x8S}, {16, 'U', I32x4ExtmulLowI16x8U, I32x4ExtmulHighI16x8U},
		{32, 'S', I64x2ExtmulLowI32x4S, I64x2ExtmulHighI32x4S}, {32, 'U', I64x2ExtmulLowI32x4U, I64x2ExtmulHighI32x4U},
	} {
		t.Run(fmt.Sprintf("i%d%c", c.from, c.sign), func(t *testing.T) {
			operands(c.from, func(x, y V128) {
				wide, ys := lanesOf(x, c.from), lanesOf(y, c.from)
				for i, lane := range wide {
					wide[i] = uint64(read(lane, c.from, c.sign) * read(ys[i], c.from, c.sign))
				}
				n := len(wide) / 2
				expect(t, c.low(x, y), fromLanes(2*c.from, wide[:n]), x, y)
				expect(t, c.high(x, y), fromLanes(2*c.from, wide[n:]), x, y)
			})
		})
	}
}

func TestExtaddPairwise(t *testing.T) {
	for _, c := range []struct {
		from uint
		sign byte
		f    func(V128) V128
	}{
		{8, 'S', I16x8ExtaddPairwiseI8x16S}, {8, 'U', I16x8ExtaddPairwiseI8x16U},
		{16, 'S', I32x4ExtaddPairwiseI16x8S}, {16, 'U', I32x4ExtaddPairwiseI16x8U},
	} {
		t.Run(fmt.Sprintf("i%d%c", c.from, c.sign), func(t *testing.T) {
			operands(c.from, func(x, y V128) {
				xs := lanesOf(x, c.from)
				var want []uint64
				for i := 0; i < len(xs); i += 2 {
					want = append(want, uint64(read(xs[i], c.from, c.sign)+read(xs[i+1], c.from, c.sign)))
				}
				expect(t, c.f(x), fromLanes(2*c.from, want), x)
			})
		})
	}
}

func TestNarrow(t *testing.T) {
	for _, c := range []struct {
		to    uint
		f     func(x, y V128) V128
		clamp func(int64, uint) uint64
	}{
		{8, I8x16NarrowI16x8S, clampS}, {8, I8x16NarrowI16x8U, clampU},
		{16, I16x8NarrowI32x4S, clampS}, {16, I16x8NarrowI32x4U, clampU},
	} {
		t.Run(fmt.Sprintf("i%d", c.to), func(t *testing.T) {
			operands(2*c.to, func(x, y V128) {
				want := append(lanesOf(x, 2*c.to), lanesOf(y, 2*c.to)...)
				for i, lane := range want {
					want[i] = c.clamp(signed(lane, 2*c.to), c.to)
				}
				expect(t, c.f(x, y), fromLanes(c.to, want), x, y)
			})
		})
	}
}

func TestDot(t *testing.T) {
	check := func(x, y V128) {
		xs, ys := lanesOf(x, 16), lanesOf(y, 16)
		var want []uint64
		for i := 0; i < len(xs); i += 2 {
			want = append(want, uint64(signed(xs[i], 16)*signed(ys[i], 16)+signed(xs[i+1], 16)*signed(ys[i+1], 16)))
		}
		expect(t, I32x4DotI16x8S(x, y), fromLanes(32, want), x, y)
	}
	operands(16, check)
	least := I16x8Splat(0x8000)
	check(least, least)
}

func TestRelaxedDot(t *testing.T) {
	check := func(x, y, z V128) {
		xs, ys := lanesOf(x, 8), lanesOf(y, 8)
		var pairs, quads []uint64
		for i := 0; i < len(xs); i += 2 {
			sum := signed(xs[i], 8)*signed(ys[i], 8) + signed(xs[i+1], 8)*signed(ys[i+1], 8)
			pairs = append(pairs, clampS(sum, 16))
		}
		for i, lane := range lanesOf(z, 32) {
			quads = append(quads, lane+pairs[2*i]+pairs[2*i+1])
		}
		expect(t, I16x8RelaxedDotI8x16I7x16S(x, y), fromLanes(16, pairs), x, y)
		expect(t, I32x4RelaxedDotI8x16I7x16AddS(x, y, z), fromLanes(32, quads), x, y, z)
	}
	random := newRand()
	operands(8, func(x, y V128) { check(x, y, V128{random.Uint64(), random.Uint64()}) })
	least := I8x16Splat(0x80)
	check(least, least, I32x4Splat(1<<31-1))
}
