package num

import (
	"fmt"
	"math/bits"
	"testing"
)

// binaryModels define the two-operand integer instructions on one lane.
var binaryModels = map[string]func(width uint, x, y uint64) uint64{
	"Add":      func(_ uint, x, y uint64) uint64 { return x + y },
	"Sub":      func(_ uint, x, y uint64) uint64 { return x - y },
	"Mul":      func(_ uint, x, y uint64) uint64 { return x * y },
	"Eq":       func(_ uint, x, y uint64) uint64 { return maskIf(x == y) },
	"Ne":       func(_ uint, x, y uint64) uint64 { return maskIf(x != y) },
	"LtU":      func(_ uint, x, y uint64) uint64 { return maskIf(x < y) },
	"GtU":      func(_ uint, x, y uint64) uint64 { return maskIf(x > y) },
	"LeU":      func(_ uint, x, y uint64) uint64 { return maskIf(x <= y) },
	"GeU":      func(_ uint, x, y uint64) uint64 { return maskIf(x >= y) },
	"LtS":      func(w uint, x, y uint64) uint64 { return maskIf(signed(x, w) < signed(y, w)) },
	"GtS":      func(w uint, x, y uint64) uint64 { return maskIf(signed(x, w) > signed(y, w)) },
	"LeS":      func(w uint, x, y uint64) uint64 { return maskIf(signed(x, w) <= signed(y, w)) },
	"GeS":      func(w uint, x, y uint64) uint64 { return maskIf(signed(x, w) >= signed(y, w)) },
	"MinU":     func(_ uint, x, y uint64) uint64 { return min(x, y) },
	"MaxU":     func(_ uint, x, y uint64) uint64 { return max(x, y) },
	"MinS":     func(w uint, x, y uint64) uint64 { return uint64(min(signed(x, w), signed(y, w))) },
	"MaxS":     func(w uint, x, y uint64) uint64 { return uint64(max(signed(x, w), signed(y, w))) },
	"AddSatU":  func(w uint, x, y uint64) uint64 { return clampU(int64(x)+int64(y), w) },
	"SubSatU":  func(w uint, x, y uint64) uint64 { return clampU(int64(x)-int64(y), w) },
	"AddSatS":  func(w uint, x, y uint64) uint64 { return clampS(signed(x, w)+signed(y, w), w) },
	"SubSatS":  func(w uint, x, y uint64) uint64 { return clampS(signed(x, w)-signed(y, w), w) },
	"AvgrU":    func(_ uint, x, y uint64) uint64 { return (x + y + 1) / 2 },
	"Q15mulrS": func(w uint, x, y uint64) uint64 { return clampS((signed(x, w)*signed(y, w)+1<<14)>>15, w) },
}

func TestBinaryIntegerLanes(t *testing.T) {
	for _, c := range []struct {
		width uint
		model string
		f     func(x, y V128) V128
	}{
		{8, "Add", I8x16Add}, {8, "Sub", I8x16Sub}, {8, "Eq", I8x16Eq}, {8, "Ne", I8x16Ne},
		{8, "LtS", I8x16LtS}, {8, "GtS", I8x16GtS}, {8, "LeS", I8x16LeS}, {8, "GeS", I8x16GeS},
		{8, "LtU", I8x16LtU}, {8, "GtU", I8x16GtU}, {8, "LeU", I8x16LeU}, {8, "GeU", I8x16GeU},
		{8, "MinS", I8x16MinS}, {8, "MaxS", I8x16MaxS}, {8, "MinU", I8x16MinU}, {8, "MaxU", I8x16MaxU},
		{8, "AddSatS", I8x16AddSatS}, {8, "SubSatS", I8x16SubSatS}, {8, "AddSatU", I8x16AddSatU},
		{8, "SubSatU", I8x16SubSatU}, {8, "AvgrU", I8x16AvgrU},

		{16, "Add", I16x8Add}, {16, "Sub", I16x8Sub}, {16, "Mul", I16x8Mul}, {16, "Eq", I16x8Eq}, {16, "Ne", I16x8Ne},
		{16, "LtS", I16x8LtS}, {16, "GtS", I16x8GtS}, {16, "LeS", I16x8LeS}, {16, "GeS", I16x8GeS},
		{16, "LtU", I16x8LtU}, {16, "GtU", I16x8GtU}, {16, "LeU", I16x8LeU}, {16, "GeU", I16x8GeU},
		{16, "MinS", I16x8MinS}, {16, "MaxS", I16x8MaxS}, {16, "MinU", I16x8MinU}, {16, "MaxU", I16x8MaxU},
		{16, "AddSatS", I16x8AddSatS}, {16, "SubSatS", I16x8SubSatS}, {16, "AddSatU", I16x8AddSatU},
		{16, "SubSatU", I16x8SubSatU}, {16, "AvgrU", I16x8AvgrU},
		{16, "Q15mulrS", I16x8Q15mulrSatS}, {16, "Q15mulrS", I16x8RelaxedQ15mulrS},

		{32, "Add", I32x4Add}, {32, "Sub", I32x4Sub}, {32, "Mul", I32x4Mul}, {32, "Eq", I32x4Eq}, {32, "Ne", I32x4Ne},
		{32, "LtS", I32x4LtS}, {32, "GtS", I32x4GtS}, {32, "LeS", I32x4LeS}, {32, "GeS", I32x4GeS},
		{32, "LtU", I32x4LtU}, {32, "GtU", I32x4GtU}, {32, "LeU", I32x4LeU}, {32, "GeU", I32x4GeU},
		{32, "MinS", I32x4MinS}, {32, "MaxS", I32x4MaxS}, {32, "MinU", I32x4MinU}, {32, "MaxU", I32x4MaxU},

		{64, "Add", I64x2Add}, {64, "Sub", I64x2Sub}, {64, "Mul", I64x2Mul}, {64, "Eq", I64x2Eq}, {64, "Ne", I64x2Ne},
		{64, "LtS", I64x2LtS}, {64, "GtS", I64x2GtS}, {64, "LeS", I64x2LeS}, {64, "GeS", I64x2GeS},
	} {
		t.Run(fmt.Sprintf("i%d/%s", c.width, c.model), func(t *testing.T) {
			model := binaryModels[c.model]
			operands(c.width, func(x, y V128) {
				xs, ys := lanesOf(x, c.width), lanesOf(y, c.width)
				want := make([]uint64, len(xs))
				for i := range want {
					want[i] = model(c.width, xs[i], ys[i])
				}
				expect(t, c.f(x, y), fromLanes(c.width, want), x, y)
			})
		})
	}
}

func TestUnaryIntegerLanes(t *testing.T) {
	neg := func(x int64) uint64 { return uint64(-x) }
	abs := func(x int64) uint64 { return uint64(max(x, -x)) }
	popcnt := func(x int64) uint64 { return uint64(bits.OnesCount8(uint8(x))) }
	for i, c := range []struct {
		width uint
		f     func(V128) V128
		model func(int64) uint64
	}{
		{8, I8x16Neg, neg}, {8, I8x16Abs, abs}, {8, I8x16Popcnt, popcnt},
		{16, I16x8Neg, neg}, {16, I16x8Abs, abs},
		{32, I32x4Neg, neg}, {32, I32x4Abs, abs},
		{64, I64x2Neg, neg}, {64, I64x2Abs, abs},
	} {
		t.Run(fmt.Sprintf("%d/i%d", i, c.width), func(t *testing.T) {
			operands(c.width, func(x, _ V128) {
				want := lanesOf(x, c.width)
				for i, lane := range want {
					want[i] = c.model(signed(lane, c.width))
				}
				expect(t, c.f(x), fromLanes(c.width, want), x)
			})
		})
	}
}

func TestShifts(t *testing.T) {
	shl := func(_ uint, x uint64, n uint32) uint64 { return x << n }
	shrU := func(_ uint, x uint64, n uint32) uint64 { return x >> n }
	shrS := func(w uint, x uint64, n uint32) uint64 { return uint64(signed(x, w) >> n) }
	for i, c := range []struct {
		width uint
		f     func(V128, uint32) V128
		model func(width uint, x uint64, n uint32) uint64
	}{
		{8, I8x16Shl, shl}, {8, I8x16ShrU, shrU}, {8, I8x16ShrS, shrS},
		{16, I16x8Shl, shl}, {16, I16x8ShrU, shrU}, {16, I16x8ShrS, shrS},
		{32, I32x4Shl, shl}, {32, I32x4ShrU, shrU}, {32, I32x4ShrS, shrS},
		{64, I64x2Shl, shl}, {64, I64x2ShrU, shrU}, {64, I64x2ShrS, shrS},
	} {
		t.Run(fmt.Sprintf("%d/i%d", i, c.width), func(t *testing.T) {
			n := uint32(0)
			operands(c.width, func(x, _ V128) {
				n = (n + 1) % (3 * uint32(c.width))
				for _, n := range []uint32{n, n | 1<<31, n | 1<<8} {
					want := lanesOf(x, c.width)
					for i, lane := range want {
						want[i] = c.model(c.width, lane, n%uint32(c.width))
					}
					if got := c.f(x, n); got != fromLanes(c.width, want) {
						t.Fatalf("%016x by %d: got %016x, want %016x", x, n, got, fromLanes(c.width, want))
					}
				}
			})
		})
	}
}

func TestReductions(t *testing.T) {
	for _, c := range []struct {
		width   uint
		allTrue func(V128) bool
		bitmask func(V128) uint32
	}{
		{8, I8x16AllTrue, I8x16Bitmask}, {16, I16x8AllTrue, I16x8Bitmask},
		{32, I32x4AllTrue, I32x4Bitmask}, {64, I64x2AllTrue, I64x2Bitmask},
	} {
		t.Run(fmt.Sprintf("i%d", c.width), func(t *testing.T) {
			check := func(x V128) {
				allTrue, bitmask := true, uint32(0)
				for i, lane := range lanesOf(x, c.width) {
					allTrue = allTrue && lane != 0
					bitmask |= uint32(lane>>(c.width-1)) << i
				}
				if got := c.allTrue(x); got != allTrue {
					t.Fatalf("all_true of %016x: got %v, want %v", x, got, allTrue)
				}
				if got := c.bitmask(x); got != bitmask {
					t.Fatalf("bitmask of %016x: got %b, want %b", x, got, bitmask)
				}
			}
			operands(c.width, func(x, y V128) {
				check(x)
				check(V128Bitselect(x, V128{1, 1}, V128{x.Lo | y.Lo, x.Hi | y.Hi}))
			})
			// One lane at a time zero, and one lane at a time with its lowest or highest bit alone.
			for i := range int(128 / c.width) {
				for _, lane := range []uint64{0, 1, 1 << (c.width - 1)} {
					lanes := lanesOf(V128{^uint64(0), ^uint64(0)}, c.width)
					lanes[i] = lane
					check(fromLanes(c.width, lanes))
				}
			}
		})
	}
}
