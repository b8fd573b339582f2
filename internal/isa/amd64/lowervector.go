package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// Vector operations on integers that take a few of the processor's.

func init() {
	lowerAll(map[ssa.Op]lowering{
		ssa.OpV128Not:    func(l *Lowerer, v ssa.Value) { l.become(v, Vpxor, 0, 0, l.Arg(v, 0), l.ones()) },
		ssa.OpV128Andnot: exchanged(Vpandn),

		ssa.OpV128Bitselect:          lowerBitselect,
		ssa.OpI8x16RelaxedLaneselect: lowerBitselect,
		ssa.OpI16x8RelaxedLaneselect: lowerBitselect,
		ssa.OpI32x4RelaxedLaneselect: lowerBitselect,
		ssa.OpI64x2RelaxedLaneselect: lowerBitselect,

		ssa.OpV128AnyTrue:  func(l *Lowerer, v ssa.Value) { l.setIfZero(v, l.Arg(v, 0), CondNE) },
		ssa.OpI8x16AllTrue: allTrue(Vpcmpeqb),
		ssa.OpI16x8AllTrue: allTrue(Vpcmpeqw),
		ssa.OpI32x4AllTrue: allTrue(Vpcmpeqd),
		ssa.OpI64x2AllTrue: allTrue(Vpcmpeqq),
		ssa.OpI16x8Bitmask: func(l *Lowerer, v ssa.Value) {
			l.become(v, Vpmovmskb, 0, 0, l.vector(Vpacksswb, l.Arg(v, 0), l.fill(0)))
		},

		ssa.OpI8x16Neg: negated(Vpsubb), ssa.OpI16x8Neg: negated(Vpsubw), ssa.OpI32x4Neg: negated(Vpsubd), ssa.OpI64x2Neg: negated(Vpsubq),
		ssa.OpI64x2Abs: func(l *Lowerer, v ssa.Value) {
			sign := l.vector(Vpcmpgtq, l.fill(0), l.Arg(v, 0))
			l.become(v, Vpsubq, 0, 0, l.vector(Vpxor, l.Arg(v, 0), sign), sign)
		},
		ssa.OpI8x16Popcnt: lowerPopcnt,
		ssa.OpI64x2Mul:    lowerMul64,

		ssa.OpI16x8ExtendHighI8x16S: high(Vpmovsxbw), ssa.OpI16x8ExtendHighI8x16U: high(Vpmovzxbw),
		ssa.OpI32x4ExtendHighI16x8S: high(Vpmovsxwd), ssa.OpI32x4ExtendHighI16x8U: high(Vpmovzxwd),
		ssa.OpI64x2ExtendHighI32x4S: high(Vpmovsxdq), ssa.OpI64x2ExtendHighI32x4U: high(Vpmovzxdq),

		ssa.OpI16x8ExtmulLowI8x16S: extmul(Vpmovsxbw, Vpmullw, false), ssa.OpI16x8ExtmulLowI8x16U: extmul(Vpmovzxbw, Vpmullw, false),
		ssa.OpI32x4ExtmulLowI16x8S: extmul(Vpmovsxwd, Vpmulld, false), ssa.OpI32x4ExtmulLowI16x8U: extmul(Vpmovzxwd, Vpmulld, false),
		ssa.OpI64x2ExtmulLowI32x4S: extmul(Vpmovsxdq, Vpmuldq, false), ssa.OpI64x2ExtmulLowI32x4U: extmul(Vpmovzxdq, Vpmuludq, false),
		ssa.OpI16x8ExtmulHighI8x16S: extmul(Vpmovsxbw, Vpmullw, true), ssa.OpI16x8ExtmulHighI8x16U: extmul(Vpmovzxbw, Vpmullw, true),
		ssa.OpI32x4ExtmulHighI16x8S: extmul(Vpmovsxwd, Vpmulld, true), ssa.OpI32x4ExtmulHighI16x8U: extmul(Vpmovzxwd, Vpmulld, true),
		ssa.OpI64x2ExtmulHighI32x4S: extmul(Vpmovsxdq, Vpmuldq, true), ssa.OpI64x2ExtmulHighI32x4U: extmul(Vpmovzxdq, Vpmuludq, true),

		ssa.OpI16x8ExtaddPairwiseI8x16S: func(l *Lowerer, v ssa.Value) { l.become(v, Vpmaddubsw, 0, 0, l.fill(everyByte), l.Arg(v, 0)) },
		ssa.OpI16x8ExtaddPairwiseI8x16U: func(l *Lowerer, v ssa.Value) { l.become(v, Vpmaddubsw, 0, 0, l.Arg(v, 0), l.fill(everyByte)) },
		ssa.OpI32x4ExtaddPairwiseI16x8S: func(l *Lowerer, v ssa.Value) { l.become(v, Vpmaddwd, 0, 0, l.Arg(v, 0), l.fill(everyWord)) },
		ssa.OpI32x4ExtaddPairwiseI16x8U: lowerPairsUnsigned,

		ssa.OpI16x8Q15mulrSatS:     lowerQ15,
		ssa.OpI16x8RelaxedQ15mulrS: lowerQ15,

		ssa.OpI16x8RelaxedDotI8x16I7x16S: func(l *Lowerer, v ssa.Value) {
			low, upper := l.dotHalves(l.Arg(v, 0), l.Arg(v, 1))
			l.become(v, Vpackssdw, 0, 0, low, upper)
		},
		ssa.OpI32x4RelaxedDotI8x16I7x16AddS: func(l *Lowerer, v ssa.Value) {
			low, upper := l.dotHalves(l.Arg(v, 0), l.Arg(v, 1))
			pairs := l.vector(Vpackssdw, low, upper)
			l.become(v, Vpaddd, 0, 0, l.vector(Vpmaddwd, pairs, l.fill(everyWord)), l.Arg(v, 2))
		},
	})
}

func lowerBitselect(l *Lowerer, v ssa.Value) {
	x, y, mask := l.Arg(v, 0), l.Arg(v, 1), l.Arg(v, 2)
	chosen := l.vector(Vpand, x, mask)
	l.become(v, Vpor, 0, 0, chosen, l.vector(Vpandn, mask, y))
}

// setIfZero makes v 1 if x is zero (CondE) or if it is not (CondNE), else 0.
func (l *Lowerer) setIfZero(v, x ssa.Value, c Cond) {
	flags := l.emit(Vptest, ssa.TypeFlags, 0, x, x)
	l.become(v, SetCond, int64(c), 0, flags)
}

// allTrue asks whether no lane equals zero.
func allTrue(equal Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.setIfZero(v, l.vector(equal, l.Arg(v, 0), l.fill(0)), CondE) }
}

func negated(sub Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, sub, 0, 0, l.fill(0), l.Arg(v, 0)) }
}

// upperHalf brings the upper half of a vector down.
func (l *Lowerer) upperHalf(x ssa.Value) ssa.Value { return l.vectorImm(Vpshufd, 0xee, x) }

func high(extend Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, extend, 0, 0, l.upperHalf(l.Arg(v, 0))) }
}

func extmul(extend, mul Op, upper bool) lowering {
	return func(l *Lowerer, v ssa.Value) {
		x, y := l.Arg(v, 0), l.Arg(v, 1)
		if upper {
			x, y = l.upperHalf(x), l.upperHalf(y)
		}
		x = l.vector(extend, x)
		l.become(v, mul, 0, 0, x, l.vector(extend, y))
	}
}

// lowerPairsUnsigned adds pairs of words as signed ones, less 2^15 each.
func lowerPairsUnsigned(l *Lowerer, v ssa.Value) {
	signed := l.vector(Vpxor, l.Arg(v, 0), l.fill(0x8000*everyWord))
	l.become(v, Vpaddd, 0, 0, l.vector(Vpmaddwd, signed, l.fill(everyWord)), l.fill(0x10000*everyDword))
}

// lowerQ15 turns the one product that does not fit, of twice the smallest factor, from -1 into the largest number.
func lowerQ15(l *Lowerer, v ssa.Value) {
	product := l.vector(Vpmulhrsw, l.Arg(v, 0), l.Arg(v, 1))
	l.become(v, Vpxor, 0, 0, product, l.vector(Vpcmpeqw, product, l.fill(0x8000*everyWord)))
}

// dotHalves returns the sums of pairs of products of signed bytes, as i32 for either half.
func (l *Lowerer) dotHalves(x, y ssa.Value) (low, upper ssa.Value) {
	low = l.vector(Vpmaddwd, l.vector(Vpmovsxbw, x), l.vector(Vpmovsxbw, y))
	x, y = l.upperHalf(x), l.upperHalf(y)
	return low, l.vector(Vpmaddwd, l.vector(Vpmovsxbw, x), l.vector(Vpmovsxbw, y))
}

// The numbers of ones in the numbers from 0 to 15, a byte each.
const popcntLow, popcntHigh = 0x0302020102010100, 0x0403030203020201

// lowerPopcnt looks up both halves of each byte.
func lowerPopcnt(l *Lowerer, v ssa.Value) {
	mask := l.fill(0x0f * everyByte)
	counts := l.constant(ssa.TypeV128, popcntLow, popcntHigh)
	low := l.vector(Vpshufb, counts, l.vector(Vpand, l.Arg(v, 0), mask))
	upper := l.vector(Vpand, l.vectorImm(VpsrlwImm, 4, l.Arg(v, 0)), mask)
	l.become(v, Vpaddb, 0, 0, low, l.vector(Vpshufb, counts, upper))
}

// lowerMul64 multiplies as on paper, with digits of 32 bits.
func lowerMul64(l *Lowerer, v ssa.Value) {
	x, y := l.Arg(v, 0), l.Arg(v, 1)
	cross := l.vector(Vpmuludq, l.vectorImm(VpsrlqImm, 32, x), y)
	cross = l.vector(Vpaddq, cross, l.vector(Vpmuludq, l.vectorImm(VpsrlqImm, 32, y), x))
	cross = l.vectorImm(VpsllqImm, 32, cross)
	l.become(v, Vpaddq, 0, 0, cross, l.vector(Vpmuludq, x, y))
}
