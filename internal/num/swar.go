package num

// Integer lanes inside a 64-bit register.
//
// Problem: Go has no vector instructions, and taking a vector apart lane by lane costs about four operations per lane
// and operand.
//
// Approach: compute all lanes of a half at once with ordinary 64-bit arithmetic and keep carries from crossing lanes.
// Each function takes high, the word with the top bit of every lane set. Clearing the top bits of both operands
// before an addition leaves room for the carry of the lower bits; the top bits are then added by xor, which has no
// carry. Subtraction sets the top bits of the minuend instead, so that a borrow is paid inside the lane.
//
// Invariants: a flag is one bit at the top of its lane with all other bits zero; a mask is a lane of all ones or all
// zeros; spread turns the first into the second. high and width are constants at every call, and the functions are
// small enough to inline.
//
// Cost: 5 operations per half for an addition and about 10 for a comparison, whatever the number of lanes.

const (
	low8   = 0x0101010101010101 // the lowest bit of every lane
	low16  = 0x0001000100010001
	low32  = 0x0000000100000001
	high8  = low8 << 7 // the highest bit of every lane
	high16 = low16 << 15
	high32 = low32 << 31
	even8  = 0x00ff00ff00ff00ff // every other lane
	even16 = 0x0000ffff0000ffff
)

// spread fills each flagged lane with ones: 0x80 becomes 0x100 - 0x01 = 0xff.
func spread(flags uint64, width uint) uint64 { return flags<<1 - flags>>(width-1) }

func addLanes(x, y, high uint64) uint64 { return (x&^high + y&^high) ^ (x^y)&high }
func subLanes(x, y, high uint64) uint64 { return ((x | high) - y&^high) ^ ^(x^y)&high }

// nonzero flags the lanes that are not zero: adding 0x7f.. carries into the top bit unless the lower bits are all
// zero.
func nonzero(x, high uint64) uint64 { return (x&^high + ^uint64(0)&^high | x) & high }

// lessU flags the unsigned lanes in which x < y, which are those where ^x + y carries out. The carry shows at the top of
// half that sum, and the half is taken without the sum: the common bits plus half of the differing ones.
func lessU(x, y, high uint64) uint64 { return (y&^x + ^(x^y)>>1&^high) & high }

// lessS flags the signed lanes in which x < y: the unsigned order, reversed where the signs differ.
func lessS(x, y, high uint64) uint64 {
	differ := x ^ y
	return (y&differ + ^differ>>1&^high ^ differ) & high
}

// absLanes negates the negative lanes: complement, then add one.
func absLanes(x, high uint64, width uint) uint64 {
	return x ^ spread(x&high, width) + x&high>>(width-1)
}

// addSatU adds unsigned lanes; a lane that carries out becomes all ones.
func addSatU(x, y, high uint64, width uint) uint64 {
	sum := addLanes(x, y, high)
	return sum | spread((x&y|(x|y)&^sum)&high, width)
}

// subSatU subtracts unsigned lanes; a lane that borrows becomes zero.
func subSatU(x, y, high uint64, width uint) uint64 {
	return subLanes(x, y, high) &^ spread(lessU(x, y, high), width)
}

// addSatS adds signed lanes. A sum overflows if its sign differs from that of both operands.
func addSatS(x, y, high uint64, width uint) uint64 {
	sum := addLanes(x, y, high)
	return saturate(sum, x, (x^sum)&^(x^y)&high, high, width)
}

// subSatS subtracts signed lanes. A difference overflows if the operands' signs differ and its own is not that of x.
func subSatS(x, y, high uint64, width uint) uint64 {
	diff := subLanes(x, y, high)
	return saturate(diff, x, (x^diff)&(x^y)&high, high, width)
}

// saturate replaces the lanes of v flagged in over by the greatest integer, or by the least where x is negative.
func saturate(v, x, over, high uint64, width uint) uint64 {
	limit := x>>(width-1)&(high>>(width-1)) + ^uint64(0)&^high
	return v ^ (v^limit)&spread(over, width)
}

// averageU is the unsigned mean rounded up: x|y is the sum less the common bits, of which half the differing bits are
// too many.
func averageU(x, y, high uint64) uint64 { return (x | y) - (x^y)>>1&^high }

// kept is a mask of the low bits of each lane that survive a shift left by n, which are where those that survive
// a shift right by n end up.
func kept(n uint, high uint64, width uint) uint64 {
	return ^uint64(0) >> (64 - width) >> n * (high >> (width - 1))
}

// The shifts take the count modulo the lane width.

func shlLanes(x uint64, n uint32, high uint64, width uint) uint64 {
	k := uint(n) & (width - 1)
	return x & kept(k, high, width) << k
}

func shrULanes(x uint64, n uint32, high uint64, width uint) uint64 {
	k := uint(n) & (width - 1)
	return x >> k & kept(k, high, width)
}

func shrSLanes(x uint64, n uint32, high uint64, width uint) uint64 {
	k := uint(n) & (width - 1)
	keep := kept(k, high, width)
	return x>>k&keep | spread(x&high, width)&^keep
}
