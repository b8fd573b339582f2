package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/ssa"
)

// Conversions of vectors.

func init() {
	lowerAll(map[ssa.Op]lowering{
		ssa.OpI32x4TruncSatF32x4S: lowerTruncLanes, ssa.OpI32x4RelaxedTruncF32x4S: lowerTruncLanes,
		ssa.OpI32x4TruncSatF32x4U: lowerTruncLanesUnsigned, ssa.OpI32x4RelaxedTruncF32x4U: lowerTruncLanesUnsigned,
		ssa.OpI32x4TruncSatF64x2SZero: lowerTruncDoubles, ssa.OpI32x4RelaxedTruncF64x2SZero: lowerTruncDoubles,
		ssa.OpI32x4TruncSatF64x2UZero: lowerTruncDoublesUnsigned, ssa.OpI32x4RelaxedTruncF64x2UZero: lowerTruncDoublesUnsigned,
		ssa.OpF32x4ConvertI32x4U:    lowerConvertLanesUnsigned,
		ssa.OpF64x2ConvertLowI32x4U: lowerConvertDoublesUnsigned,
	})
}

// fillSingle and fillDouble make vectors of the same float.
func (l *Lowerer) fillSingle(x float32) ssa.Value { return l.fill(pairOf(uint64(math.Float32bits(x)))) }
func (l *Lowerer) fillDouble(x float64) ssa.Value { return l.fill(math.Float64bits(x)) }

// lowerTruncLanes makes zero of NaN. What is too large for the processor comes out as the smallest number, whose complement is the largest.
func lowerTruncLanes(l *Lowerer, v ssa.Value) {
	x := l.Arg(v, 0)
	number := l.vector(Vandps, x, l.vectorImm(Vcmpps, predicateORD, x, x))
	above := l.vectorImm(Vcmpps, predicateLE, l.fillSingle(1<<31), number)
	l.become(v, Vpxor, 0, 0, l.vector(Vcvttps2dq, number), above)
}

// lowerTruncLanesUnsigned converts the numbers as they are and what they have above 2^31, and adds both: of a number below that the second is
// negative and counts as zero; of one above it the first is 2^31.
func lowerTruncLanesUnsigned(l *Lowerer, v ssa.Value) {
	number := l.vector(Vmaxps, l.Arg(v, 0), l.fill(0)) // zero for NaN, which is not the second argument
	first := l.vector(Vcvttps2dq, number)
	limit := l.fillSingle(1 << 31)
	rest := l.vector(Vsubps, number, limit)
	above := l.vectorImm(Vcmpps, predicateLE, limit, rest)
	second := l.vector(Vpmaxsd, l.vector(Vpxor, l.vector(Vcvttps2dq, rest), above), l.fill(0))
	l.become(v, Vpaddd, 0, 0, first, second)
}

func lowerTruncDoubles(l *Lowerer, v ssa.Value) {
	x := l.Arg(v, 0)
	number := l.vector(Vandpd, x, l.vectorImm(Vcmppd, predicateORD, x, x))
	l.become(v, Vcvttpd2dq, 0, 0, l.vector(Vminpd, number, l.fillDouble(math.MaxInt32)))
}

// lowerTruncDoublesUnsigned adds 2^52, which leaves the integer in the low bits.
func lowerTruncDoublesUnsigned(l *Lowerer, v ssa.Value) {
	number := l.vector(Vmaxpd, l.Arg(v, 0), l.fill(0))
	limited := l.vector(Vminpd, number, l.fillDouble(math.MaxUint32))
	whole := l.vectorImm(Vroundpd, roundToZero, limited)
	const evenLanes = 0x88
	l.become(v, Vshufps, evenLanes, 0, l.vector(Vaddpd, whole, l.fillDouble(1<<52)), l.fill(0))
}

// lowerConvertLanesUnsigned converts the upper and the lower halves, which is exact, and adds them, which rounds once.
func lowerConvertLanesUnsigned(l *Lowerer, v ssa.Value) {
	x := l.Arg(v, 0)
	upper := l.vector(Vcvtdq2ps, l.vectorImm(VpsrldImm, 16, x))
	upper = l.vector(Vmulps, upper, l.fillSingle(1<<16))
	low := l.vector(Vcvtdq2ps, l.vector(Vpand, x, l.fill(0xffff*everyDword)))
	l.become(v, Vaddps, 0, 0, upper, low)
}

// lowerConvertDoublesUnsigned makes the low bits of 2^52 of the integers, and subtracts that.
func lowerConvertDoublesUnsigned(l *Lowerer, v ssa.Value) {
	const highOf52 = 0x43300000
	bits := l.vector(Vpunpckldq, l.Arg(v, 0), l.fill(highOf52*everyDword))
	l.become(v, Vsubpd, 0, 0, bits, l.fillDouble(1<<52))
}
