package num

import (
	"math/rand/v2"
	"testing"
)

// Vector functions are tested against models that see one lane at a time, as zero-extended integers.

// lanesOf splits v into lanes of width bits, lane 0 first.
func lanesOf(v V128, width uint) []uint64 {
	var lanes []uint64
	for _, h := range []uint64{v.Lo, v.Hi} {
		for bit := uint(0); bit < 64; bit += width {
			lanes = append(lanes, h>>bit&ones(width))
		}
	}
	return lanes
}

// fromLanes is the inverse of lanesOf; it cuts every lane to width bits, and missing lanes are zero.
func fromLanes(width uint, lanes []uint64) (v V128) {
	for i, lane := range lanes {
		bit := uint(i) * width
		if bit < 64 {
			v.Lo |= lane & ones(width) << bit
		} else {
			v.Hi |= lane & ones(width) << (bit - 64)
		}
	}
	return v
}

func ones(width uint) uint64 { return ^uint64(0) >> (64 - width) }

// signed reads a lane as a signed integer.
func signed(lane uint64, width uint) int64 { return int64(lane<<(64-width)) >> (64 - width) }

// clampS and clampU limit a value to what a lane of width bits can hold.
func clampS(v int64, width uint) uint64 {
	return uint64(max(min(v, 1<<(width-1)-1), -1<<(width-1)))
}

func clampU(v int64, width uint) uint64 { return uint64(max(min(v, 1<<width-1), 0)) }

func maskIf(cond bool) uint64 {
	if cond {
		return ^uint64(0)
	}
	return 0
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// edges are the lane values at which signs, carries and saturation change.
func edges(width uint) []uint64 {
	top := uint64(1) << (width - 1)
	half := uint64(1) << (width / 2)
	return []uint64{
		0, 1, 2, 3, top - 2, top - 1, top, top + 1, top + 2, ones(width) - 1, ones(width),
		half - 1, half, half + 1, half >> 1, ones(width) &^ (half - 1), ones(width) &^ (half>>1 - 1),
		0x5555555555555555 & ones(width),
	}
}

// operands yields pairs of vectors whose lanes hold every pair of 8-bit values, or for wider lanes every pair of
// edges and then random values. The pairs are shuffled, so that lanes that influence each other show up.
func operands(width uint, yield func(x, y V128)) {
	random := newRand()
	var pairs [][2]uint64
	if width == 8 {
		for i := range uint64(1 << 16) {
			pairs = append(pairs, [2]uint64{i >> 8, i & 0xff})
		}
	} else {
		for _, a := range edges(width) {
			for _, b := range edges(width) {
				pairs = append(pairs, [2]uint64{a, b})
			}
		}
		for range 4096 {
			pairs = append(pairs, [2]uint64{random.Uint64() & ones(width), random.Uint64() & ones(width)})
		}
	}
	random.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	count := int(128 / width)
	for len(pairs) >= count {
		var x, y []uint64
		for _, p := range pairs[:count] {
			x, y = append(x, p[0]), append(y, p[1])
		}
		pairs = pairs[count:]
		yield(fromLanes(width, x), fromLanes(width, y))
	}
}

// expect reports a wrong vector once per subtest; the first mismatch says enough.
func expect(t *testing.T, got, want V128, operands ...V128) {
	t.Helper()
	if got != want {
		t.Fatalf("operands %016x: got %016x, want %016x", operands, got, want)
	}
}

func TestLanesRoundTrip(t *testing.T) {
	v := V128{0x0706050403020100, 0x0f0e0d0c0b0a0908}
	for i, lane := range lanesOf(v, 8) {
		if lane != uint64(i) {
			t.Fatalf("lane %d is %#x", i, lane)
		}
	}
	for _, width := range []uint{8, 16, 32, 64} {
		expect(t, fromLanes(width, lanesOf(v, width)), v)
	}
}
