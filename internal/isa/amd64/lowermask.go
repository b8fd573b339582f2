package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/ssa"
)

// Masks: vectors whose lanes are all ones or all zeros, as comparisons of lanes make them. The processor compares for equal, for greater of signed
// numbers, and by way of minima and maxima for what includes equal of unsigned ones; the opposites take one more instruction, which is left out
// where what uses the mask can do with its opposite, or what is compared with is a constant that has a neighbour:
//
//	i8x16.gt_u x 100    vpmaxub t, x, 101; vpcmpeqb t, t, x

// maskDepth is how many operations isMask looks through.
const maskDepth = 3

// isMask reports whether each byte of v is known to be all ones or all zeros.
func (l *Lowerer) isMask(v ssa.Value) bool { return l.isMaskIn(v, maskDepth) }

func (l *Lowerer) isMaskIn(v ssa.Value, depth int) bool {
	switch o := l.Op(v); {
	case o >= ssa.OpI8x16Eq && o <= ssa.OpF64x2Ge, o >= ssa.OpI64x2Eq && o <= ssa.OpI64x2GeS:
		return true
	case depth == 0:
		return false
	case o == ssa.OpV128Not:
		return l.isMaskIn(l.Arg(v, 0), depth-1)
	case o == ssa.OpV128And, o == ssa.OpV128Or, o == ssa.OpV128Xor, o == ssa.OpV128Andnot:
		return l.isMaskIn(l.Arg(v, 0), depth-1) && l.isMaskIn(l.Arg(v, 1), depth-1)
	}
	return false
}

// maskBytes makes the flags that tell whether a mask is zero: sooner than vptest does.
func (l *Lowerer) maskBytes(x ssa.Value) ssa.Value {
	bytes := l.emit(ssa.TypeI32, Vpmovmskb, 0, 0, x)
	return l.emit(ssa.TypeFlags, Test32, asksZero, 0, bytes, bytes)
}

// opposites are the comparisons that the processor has, by those that it does not have.
var opposites = map[ssa.Op]ssa.Op{
	ssa.OpI8x16Ne: ssa.OpI8x16Eq, ssa.OpI16x8Ne: ssa.OpI16x8Eq, ssa.OpI32x4Ne: ssa.OpI32x4Eq, ssa.OpI64x2Ne: ssa.OpI64x2Eq,
	ssa.OpI8x16LeS: ssa.OpI8x16GtS, ssa.OpI16x8LeS: ssa.OpI16x8GtS, ssa.OpI32x4LeS: ssa.OpI32x4GtS, ssa.OpI64x2LeS: ssa.OpI64x2GtS,
	ssa.OpI8x16GeS: ssa.OpI8x16LtS, ssa.OpI16x8GeS: ssa.OpI16x8LtS, ssa.OpI32x4GeS: ssa.OpI32x4LtS, ssa.OpI64x2GeS: ssa.OpI64x2LtS,
	ssa.OpI8x16LtU: ssa.OpI8x16GeU, ssa.OpI16x8LtU: ssa.OpI16x8GeU, ssa.OpI32x4LtU: ssa.OpI32x4GeU,
	ssa.OpI8x16GtU: ssa.OpI8x16LeU, ssa.OpI16x8GtU: ssa.OpI16x8LeU, ssa.OpI32x4GtU: ssa.OpI32x4LeU,
}

// hasOpposite reports whether v turns all bits of something that nothing else wants.
func (l *Lowerer) hasOpposite(v ssa.Value) bool { return l.hasOppositeIn(v, maskDepth) }

func (l *Lowerer) hasOppositeIn(v ssa.Value, depth int) bool {
	if l.Uses(v) > 1 || depth == 0 {
		return false
	}
	switch o := l.Op(v); o {
	case ssa.OpV128Not, ssa.OpI8x16Ne, ssa.OpI16x8Ne, ssa.OpI32x4Ne, ssa.OpI64x2Ne:
		return true
	case ssa.OpV128And, ssa.OpV128Or:
		return l.hasOppositeIn(l.Arg(v, 0), depth-1) && l.hasOppositeIn(l.Arg(v, 1), depth-1)
	default:
		return opposites[o] != ssa.OpInvalid && !l.IsConst(l.Arg(v, 1)) // else it is compared with the neighbour
	}
}

// opposite makes that something.
func (l *Lowerer) opposite(v ssa.Value) ssa.Value {
	x := l.Arg(v, 0)
	switch o := l.Op(v); o {
	case ssa.OpV128Not:
		return x
	case ssa.OpV128And:
		return l.generic(ssa.OpV128Or, ssa.TypeV128, 0, l.opposite(x), l.opposite(l.Arg(v, 1)))
	case ssa.OpV128Or:
		return l.generic(ssa.OpV128And, ssa.TypeV128, 0, l.opposite(x), l.opposite(l.Arg(v, 1)))
	default:
		return l.generic(opposites[o], ssa.TypeV128, 0, x, l.Arg(v, 1))
	}
}

// eachLane calls f with each lane of so many bits of the constant v, and makes a constant of the results.
func (l *Lowerer) eachLane(v ssa.Value, width int, f func(lane uint64) uint64) (lo, hi uint64) {
	mask := uint64(math.MaxUint64) >> (64 - width)
	c := l.Func.Bits(v)
	for i := 0; i < 64; i += width {
		lo |= f(c.Lo>>i&mask) & mask << i
		hi |= f(c.Hi>>i&mask) & mask << i
	}
	return lo, hi
}

// lacks reports whether v is a constant none of whose lanes is x.
func (l *Lowerer) lacks(v ssa.Value, width int, x int64) bool {
	if l.Op(v) != ssa.OpV128Const {
		return false
	}
	lacks := true
	want := uint64(x) & (math.MaxUint64 >> (64 - width))
	l.eachLane(v, width, func(lane uint64) uint64 {
		lacks = lacks && lane != want
		return lane
	})
	return lacks
}

// isEvery reports whether v is a constant whose lanes are all x.
func (l *Lowerer) isEvery(v ssa.Value, width int, x uint64) bool {
	if l.Op(v) != ssa.OpV128Const {
		return false
	}
	every := true
	l.eachLane(v, width, func(lane uint64) uint64 {
		every = every && lane == x
		return lane
	})
	return every
}

// step makes a constant whose lanes are those of the constant v plus x.
func (l *Lowerer) step(v ssa.Value, width int, x int64) ssa.Value {
	lo, hi := l.eachLane(v, width, func(lane uint64) uint64 { return lane + uint64(x) })
	return l.constant(ssa.TypeV128, lo, hi)
}

// selects reports whether no byte of v is known to be a number that swizzle and vpshufb take for different lanes: 16 to 127.
func (l *Lowerer) selects(v ssa.Value) bool {
	bits := l.PossibleVector(v)
	return (bits.Lo|bits.Hi)&(0x70*everyByte) == 0
}
