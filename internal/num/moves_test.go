package num

import "testing"

// Instructions that move lanes without computing.

func TestSplatExtractReplace(t *testing.T) {
	wide := func(f func(V128, uint32, uint8) V128) func(V128, uint64, uint8) V128 {
		return func(x V128, y uint64, lane uint8) V128 { return f(x, uint32(y), lane) }
	}
	random := newRand()
	for _, c := range []struct {
		name    string
		width   uint
		splat   func(uint64) V128
		extract func(V128, uint8) uint64
		replace func(V128, uint64, uint8) V128
	}{
		{"i8x16", 8, func(x uint64) V128 { return I8x16Splat(uint32(x)) },
			func(x V128, lane uint8) uint64 { return uint64(I8x16ExtractLaneU(x, lane)) }, wide(I8x16ReplaceLane)},
		{"i16x8", 16, func(x uint64) V128 { return I16x8Splat(uint32(x)) },
			func(x V128, lane uint8) uint64 { return uint64(I16x8ExtractLaneU(x, lane)) }, wide(I16x8ReplaceLane)},
		{"i32x4", 32, func(x uint64) V128 { return I32x4Splat(uint32(x)) },
			func(x V128, lane uint8) uint64 { return uint64(I32x4ExtractLane(x, lane)) }, wide(I32x4ReplaceLane)},
		{"f32x4", 32, func(x uint64) V128 { return F32x4Splat(uint32(x)) },
			func(x V128, lane uint8) uint64 { return uint64(F32x4ExtractLane(x, lane)) }, wide(F32x4ReplaceLane)},
		{"i64x2", 64, I64x2Splat, I64x2ExtractLane, I64x2ReplaceLane},
		{"f64x2", 64, F64x2Splat, F64x2ExtractLane, F64x2ReplaceLane},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 100 {
				x, y := V128{random.Uint64(), random.Uint64()}, random.Uint64()
				lanes := lanesOf(x, c.width)
				for i, lane := range lanes {
					if got := c.extract(x, uint8(i)); got != lane {
						t.Fatalf("lane %d of %016x: got %#x, want %#x", i, x, got, lane)
					}
					lanes[i] = y
					expect(t, c.replace(x, y, uint8(i)), fromLanes(c.width, lanes), x)
					lanes[i] = lane
				}
				for i := range lanes {
					lanes[i] = y
				}
				expect(t, c.splat(y), fromLanes(c.width, lanes))
			}
		})
	}
}

func TestExtractLaneSigned(t *testing.T) {
	operands(8, func(x, _ V128) {
		for i, lane := range lanesOf(x, 8) {
			if got, want := I8x16ExtractLaneS(x, uint8(i)), uint32(signed(lane, 8)); got != want {
				t.Fatalf("i8x16 lane %d of %016x: got %#x, want %#x", i, x, got, want)
			}
		}
		for i, lane := range lanesOf(x, 16) {
			if got, want := I16x8ExtractLaneS(x, uint8(i)), uint32(signed(lane, 16)); got != want {
				t.Fatalf("i16x8 lane %d of %016x: got %#x, want %#x", i, x, got, want)
			}
		}
	})
}

func TestBitselect(t *testing.T) {
	random := newRand()
	selects := []func(x, y, mask V128) V128{
		V128Bitselect, I8x16RelaxedLaneselect, I16x8RelaxedLaneselect, I32x4RelaxedLaneselect, I64x2RelaxedLaneselect,
	}
	for range 1000 {
		x := V128{random.Uint64(), random.Uint64()}
		y := V128{random.Uint64(), random.Uint64()}
		mask := V128{random.Uint64(), random.Uint64()}
		want := V128{x.Lo&mask.Lo | y.Lo&^mask.Lo, x.Hi&mask.Hi | y.Hi&^mask.Hi}
		for _, f := range selects {
			expect(t, f(x, y, mask), want, x, y, mask)
		}
	}
}

func TestShuffle(t *testing.T) {
	random := newRand()
	for range 2000 {
		x := V128{random.Uint64(), random.Uint64()}
		y := V128{random.Uint64(), random.Uint64()}
		lanes := V128{random.Uint64() & (low8 * 31), random.Uint64() & (low8 * 31)}
		table := append(lanesOf(x, 8), lanesOf(y, 8)...)
		want := lanesOf(lanes, 8)
		for i, index := range want {
			want[i] = table[index]
		}
		expect(t, I8x16Shuffle(x, y, lanes), fromLanes(8, want), x, y, lanes)
	}
}

func TestSwizzle(t *testing.T) {
	x := V128{0x8796a5b4c3d2e1f0, 0x0f1e2d3c4b5a6978}
	operands(8, func(_, y V128) {
		for _, y := range []V128{y, {y.Lo & (low8 * 31), y.Hi & (low8 * 15)}} {
			table := lanesOf(x, 8)
			want := lanesOf(y, 8)
			for i, index := range want {
				want[i] = 0
				if index < 16 {
					want[i] = table[index]
				}
			}
			expect(t, I8x16Swizzle(x, y), fromLanes(8, want), x, y)
			expect(t, I8x16RelaxedSwizzle(x, y), fromLanes(8, want), x, y)
		}
	})
}
