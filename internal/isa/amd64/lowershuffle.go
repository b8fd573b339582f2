package amd64

import (
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Shuffles of the bytes of two vectors. The processor has one instruction for a shuffle of dwords, an interleaving, a rotation, a blend and a few
// others; any shuffle of one vector takes a table, and of two vectors two tables.

// noLane makes vpshufb yield zero.
const noLane = 0x80

// selection is a shuffle: for each byte of the result the number of the byte that it is, from 16 on in the second vector.
type selection struct {
	from [16]uint8
	// zero says that the second vector is zero, so that it does not matter which of its bytes is taken.
	zero bool
}

func (l *Lowerer) shuffle(v, x, y ssa.Value) {
	lanes := l.Lanes(v)
	var s selection
	for i := range 8 {
		s.from[i], s.from[i+8] = uint8(lanes.Lo>>(8*i))&31, uint8(lanes.Hi>>(8*i))&31
	}
	switch {
	case l.isZero(x) && !l.isZero(y), s.isOf(1):
		x, y = y, x
		for i := range s.from {
			s.from[i] ^= 16
		}
	}
	s.zero = l.isZero(y) && !s.isOf(0)
	if x == y {
		for i := range s.from {
			s.from[i] &= 15
		}
	}
	switch {
	case s.isOf(0) && l.shuffleOne(v, x, &s):
	case l.interleave(v, x, y, &s) || l.rotate(v, x, y, &s) || l.blend(v, x, y, &s) || l.shuffleDwords(v, x, y, &s):
	default:
		l.shuffleByTable(v, x, y, &s)
	}
}

func (l *Lowerer) isZero(x ssa.Value) bool {
	return l.Op(x) == ssa.OpV128Const && l.Func.Bits(x) == (num.V128{})
}

// isOf reports whether all bytes are from the first (0) or from the second vector (1).
func (s *selection) isOf(which uint8) bool {
	for _, f := range s.from {
		if f>>4 != which {
			return false
		}
	}
	return true
}

// is reports whether the bytes are those that want tells for each place.
func (s *selection) is(want func(i int) int) bool {
	for i, f := range s.from {
		if w := want(i); int(f) != w && !(s.zero && f >= 16 && w >= 16) {
			return false
		}
	}
	return true
}

// groups returns the numbers of groups of so many bytes that are moved as a whole.
func (s *selection) groups(size int) (g []uint8, ok bool) {
	for i := 0; i < 16; i += size {
		first := int(s.from[i])
		if first%size != 0 {
			return nil, false
		}
		for k := 1; k < size; k++ {
			if int(s.from[i+k]) != first+k {
				return nil, false
			}
		}
		g = append(g, uint8(first/size))
	}
	return g, true
}

// immediate2 packs numbers of two bits each.
func immediate2(g []uint8) (imm int64) {
	for i, x := range g {
		imm |= int64(x&3) << (2 * i)
	}
	return imm
}

// shuffleOne makes a shuffle of one vector, if there is an instruction for it.
func (l *Lowerer) shuffleOne(v, x ssa.Value, s *selection) bool {
	if d, ok := s.groups(4); ok {
		if imm := immediate2(d); imm == 0xe4 {
			l.Become(v, x)
		} else {
			l.set(v, Vpshufd, imm, 0, x)
		}
		return true
	}
	if w, ok := s.groups(2); ok {
		low, upper := immediate2(w[:4]), immediate2(w[4:])
		if max(w[0], w[1], w[2], w[3]) < 4 && upper == 0xe4 && min(w[4], w[5], w[6], w[7]) >= 4 {
			l.set(v, Vpshuflw, low, 0, x)
			return true
		}
		if min(w[4], w[5], w[6], w[7]) >= 4 && low == 0xe4 && max(w[0], w[1], w[2], w[3]) < 4 {
			l.set(v, Vpshufhw, upper, 0, x)
			return true
		}
		if s.is(func(i int) int { return i & 1 }) {
			l.set(v, Vpbroadcastw, 0, 0, x)
			return true
		}
	}
	if s.is(func(int) int { return 0 }) {
		l.set(v, Vpbroadcastb, 0, 0, x)
		return true
	}
	return l.interleave(v, x, x, s) || l.rotate(v, x, x, s)
}

// interleavings are the instructions that take groups of so many bytes from the lower or upper halves of two vectors in turn.
var interleavings = [...]struct {
	size       int
	low, upper Op
}{{1, Vpunpcklbw, Vpunpckhbw}, {2, Vpunpcklwd, Vpunpckhwd}, {4, Vpunpckldq, Vpunpckhdq}, {8, Vpunpcklqdq, Vpunpckhqdq}}

func (l *Lowerer) interleave(v, x, y ssa.Value, s *selection) bool {
	for _, k := range interleavings {
		for half, o := range [2]Op{k.low, k.upper} {
			taken := func(i int) int { return 8*half + i/(2*k.size)*k.size + i%k.size } // the byte of either vector
			for swap := range 2 {
				second := func(i int) int { return i/k.size&1 ^ swap }
				if x == y {
					second = func(int) int { return 0 }
				}
				if !s.is(func(i int) int { return 16*second(i) + taken(i) }) {
					continue
				}
				if swap == 1 {
					x, y = y, x
				}
				l.set(v, o, 0, 0, x, y)
				return true
			}
		}
	}
	return false
}

// rotate makes a shuffle that takes bytes in sequence, from one vector into the other.
func (l *Lowerer) rotate(v, x, y ssa.Value, s *selection) bool {
	width := 32
	if x == y {
		width = 16
	}
	n := int(s.from[0])
	if s.zero && n >= 16 {
		for n = 32; n > 16 && s.from[32-n] >= 16; n-- { // to where the bytes of x begin
		}
	}
	if n == 0 || n == 16 || !s.is(func(i int) int { return (i + n) % width }) {
		return false
	}
	switch {
	case s.zero && n < 16:
		l.set(v, VpsrldqImm, int64(n), 0, x)
	case s.zero:
		l.set(v, VpslldqImm, int64(32-n), 0, x)
	case n < 16:
		l.set(v, Vpalignr, int64(n), 0, y, x)
	default:
		l.set(v, Vpalignr, int64(n-16), 0, x, y)
	}
	return true
}

// blend makes a shuffle that leaves each byte where it is in its vector.
func (l *Lowerer) blend(v, x, y ssa.Value, s *selection) bool {
	if !s.is(func(i int) int { return i + int(s.from[i]&16) }) {
		return false
	}
	mask := 0
	for i, f := range s.from {
		mask |= int(f>>4) << i
	}
	words, whole := int64(0), true
	for i := range 8 {
		switch mask >> (2 * i) & 3 {
		case 3:
			words |= 1 << i
		case 1, 2:
			whole = false
		}
	}
	switch {
	case whole:
		l.set(v, Vpblendw, words, 0, x, y)
		return true
	case s.zero:
		return false // a table does it
	}
	var halves [2]uint64
	for i := range 16 {
		halves[i/8] |= uint64(-(mask >> i & 1)) & 0xff << (8 * (i % 8))
	}
	l.set(v, Vpblendvb, 0, 0, x, y, l.constant(ssa.TypeV128, halves[0], halves[1]))
	return true
}

// shuffleDwords makes a shuffle that has two dwords of one vector, and then two of the other.
func (l *Lowerer) shuffleDwords(v, x, y ssa.Value, s *selection) bool {
	d, ok := s.groups(4)
	switch {
	case !ok:
		return false
	case d[0] < 4 && d[1] < 4 && d[2] >= 4 && d[3] >= 4:
		l.set(v, Vshufps, immediate2(d), 0, x, y)
		return true
	case d[0] >= 4 && d[1] >= 4 && d[2] < 4 && d[3] < 4:
		l.set(v, Vshufps, immediate2(d), 0, y, x)
		return true
	}
	return false
}

// shuffleByTable takes the bytes from each vector that has any, zeros in between.
func (l *Lowerer) shuffleByTable(v, x, y ssa.Value, s *selection) {
	table := func(which uint8) ssa.Value {
		var halves [2]uint64
		for i, f := range s.from {
			if f>>4 != which {
				f = noLane
			}
			halves[i/8] |= uint64(f&^16) << (8 * (i % 8))
		}
		return l.constant(ssa.TypeV128, halves[0], halves[1])
	}
	if s.zero || s.isOf(0) {
		l.set(v, Vpshufb, 0, 0, x, table(0))
		return
	}
	l.set(v, Vpor, 0, 0, l.vector(Vpshufb, x, table(0)), l.vector(Vpshufb, y, table(1)))
}
