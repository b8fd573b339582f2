package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// Vector operations that are one of the processor's, and comparisons.

func init() {
	all := map[ssa.Op]lowering{}
	for o, to := range vectorBinary {
		all[o] = sameArgs(to)
	}
	for o, to := range vectorUnary {
		all[o] = unary(to)
	}
	for _, c := range vectorCompares {
		all[c.eq] = sameArgs(c.equal)
		all[c.ne] = inverted(sameArgs(c.equal))
		all[c.gtS] = sameArgs(c.greater)
		all[c.ltS] = exchanged(c.greater)
		all[c.leS] = inverted(sameArgs(c.greater))
		all[c.geS] = inverted(exchanged(c.greater))
	}
	for _, c := range unsignedCompares {
		all[c.ge] = equalsFirst(c.max, c.equal)
		all[c.le] = equalsFirst(c.min, c.equal)
		all[c.lt] = inverted(equalsFirst(c.max, c.equal))
		all[c.gt] = inverted(equalsFirst(c.min, c.equal))
	}
	for o, c := range vectorFloatCompares {
		all[o] = c
	}
	lowerAll(all)
}

var vectorBinary = map[ssa.Op]Op{
	ssa.OpV128And: Vpand, ssa.OpV128Or: Vpor, ssa.OpV128Xor: Vpxor,

	ssa.OpI8x16Add: Vpaddb, ssa.OpI16x8Add: Vpaddw, ssa.OpI32x4Add: Vpaddd, ssa.OpI64x2Add: Vpaddq,
	ssa.OpI8x16Sub: Vpsubb, ssa.OpI16x8Sub: Vpsubw, ssa.OpI32x4Sub: Vpsubd, ssa.OpI64x2Sub: Vpsubq,
	ssa.OpI8x16AddSatS: Vpaddsb, ssa.OpI8x16AddSatU: Vpaddusb, ssa.OpI16x8AddSatS: Vpaddsw, ssa.OpI16x8AddSatU: Vpaddusw,
	ssa.OpI8x16SubSatS: Vpsubsb, ssa.OpI8x16SubSatU: Vpsubusb, ssa.OpI16x8SubSatS: Vpsubsw, ssa.OpI16x8SubSatU: Vpsubusw,
	ssa.OpI16x8Mul: Vpmullw, ssa.OpI32x4Mul: Vpmulld, ssa.OpI32x4DotI16x8S: Vpmaddwd,
	ssa.OpI8x16AvgrU: Vpavgb, ssa.OpI16x8AvgrU: Vpavgw,

	ssa.OpI8x16MinS: Vpminsb, ssa.OpI16x8MinS: Vpminsw, ssa.OpI32x4MinS: Vpminsd,
	ssa.OpI8x16MinU: Vpminub, ssa.OpI16x8MinU: Vpminuw, ssa.OpI32x4MinU: Vpminud,
	ssa.OpI8x16MaxS: Vpmaxsb, ssa.OpI16x8MaxS: Vpmaxsw, ssa.OpI32x4MaxS: Vpmaxsd,
	ssa.OpI8x16MaxU: Vpmaxub, ssa.OpI16x8MaxU: Vpmaxuw, ssa.OpI32x4MaxU: Vpmaxud,

	ssa.OpI8x16NarrowI16x8S: Vpacksswb, ssa.OpI8x16NarrowI16x8U: Vpackuswb,
	ssa.OpI16x8NarrowI32x4S: Vpackssdw, ssa.OpI16x8NarrowI32x4U: Vpackusdw,
}

var vectorUnary = map[ssa.Op]Op{
	ssa.OpI8x16Abs: Vpabsb, ssa.OpI16x8Abs: Vpabsw, ssa.OpI32x4Abs: Vpabsd,
	ssa.OpI16x8ExtendLowI8x16S: Vpmovsxbw, ssa.OpI16x8ExtendLowI8x16U: Vpmovzxbw,
	ssa.OpI32x4ExtendLowI16x8S: Vpmovsxwd, ssa.OpI32x4ExtendLowI16x8U: Vpmovzxwd,
	ssa.OpI64x2ExtendLowI32x4S: Vpmovsxdq, ssa.OpI64x2ExtendLowI32x4U: Vpmovzxdq,
	ssa.OpI8x16Bitmask: Vpmovmskb, ssa.OpI32x4Bitmask: Vmovmskps, ssa.OpI64x2Bitmask: Vmovmskpd,
	ssa.OpF32x4ConvertI32x4S: Vcvtdq2ps, ssa.OpF64x2ConvertLowI32x4S: Vcvtdq2pd,
	ssa.OpF32x4DemoteF64x2Zero: Vcvtpd2ps, ssa.OpF64x2PromoteLowF32x4: Vcvtps2pd,
	ssa.OpF32x4Splat: Vbroadcastss, ssa.OpF64x2Splat: Vmovddup,
}

// The comparisons that the processor has are equal and greater, signed.
var vectorCompares = []struct {
	equal, greater             Op
	eq, ne, gtS, ltS, leS, geS ssa.Op
}{
	{Vpcmpeqb, Vpcmpgtb, ssa.OpI8x16Eq, ssa.OpI8x16Ne, ssa.OpI8x16GtS, ssa.OpI8x16LtS, ssa.OpI8x16LeS, ssa.OpI8x16GeS},
	{Vpcmpeqw, Vpcmpgtw, ssa.OpI16x8Eq, ssa.OpI16x8Ne, ssa.OpI16x8GtS, ssa.OpI16x8LtS, ssa.OpI16x8LeS, ssa.OpI16x8GeS},
	{Vpcmpeqd, Vpcmpgtd, ssa.OpI32x4Eq, ssa.OpI32x4Ne, ssa.OpI32x4GtS, ssa.OpI32x4LtS, ssa.OpI32x4LeS, ssa.OpI32x4GeS},
	{Vpcmpeqq, Vpcmpgtq, ssa.OpI64x2Eq, ssa.OpI64x2Ne, ssa.OpI64x2GtS, ssa.OpI64x2LtS, ssa.OpI64x2LeS, ssa.OpI64x2GeS},
}

// Unsigned ones ask whether the maximum or minimum is the first argument.
var unsignedCompares = []struct {
	equal, min, max Op
	ge, le, lt, gt  ssa.Op
}{
	{Vpcmpeqb, Vpminub, Vpmaxub, ssa.OpI8x16GeU, ssa.OpI8x16LeU, ssa.OpI8x16LtU, ssa.OpI8x16GtU},
	{Vpcmpeqw, Vpminuw, Vpmaxuw, ssa.OpI16x8GeU, ssa.OpI16x8LeU, ssa.OpI16x8LtU, ssa.OpI16x8GtU},
	{Vpcmpeqd, Vpminud, Vpmaxud, ssa.OpI32x4GeU, ssa.OpI32x4LeU, ssa.OpI32x4LtU, ssa.OpI32x4GtU},
}

var vectorFloatCompares = map[ssa.Op]lowering{
	ssa.OpF32x4Eq: compareLanes(Vcmpps, predicateEQ, false), ssa.OpF64x2Eq: compareLanes(Vcmppd, predicateEQ, false),
	ssa.OpF32x4Ne: compareLanes(Vcmpps, predicateNEQ, false), ssa.OpF64x2Ne: compareLanes(Vcmppd, predicateNEQ, false),
	ssa.OpF32x4Lt: compareLanes(Vcmpps, predicateLT, false), ssa.OpF64x2Lt: compareLanes(Vcmppd, predicateLT, false),
	ssa.OpF32x4Le: compareLanes(Vcmpps, predicateLE, false), ssa.OpF64x2Le: compareLanes(Vcmppd, predicateLE, false),
	ssa.OpF32x4Gt: compareLanes(Vcmpps, predicateLT, true), ssa.OpF64x2Gt: compareLanes(Vcmppd, predicateLT, true),
	ssa.OpF32x4Ge: compareLanes(Vcmpps, predicateLE, true), ssa.OpF64x2Ge: compareLanes(Vcmppd, predicateLE, true),
}

func compareLanes(o Op, predicate int64, swap bool) lowering {
	return func(l *Lowerer, v ssa.Value) {
		x, y := l.Arg(v, 0), l.Arg(v, 1)
		if swap {
			x, y = y, x
		}
		l.combine(v, o, predicate, x, y)
	}
}

// inverted lowers to the complement of what another lowering makes.
func inverted(of lowering) lowering {
	return func(l *Lowerer, v ssa.Value) {
		w := l.generic(l.Op(v), ssa.TypeV128, 0, l.Arg(v, 0), l.Arg(v, 1))
		l.become(v, Vpxor, 0, 0, w, l.ones())
		l.at = w
		of(l, w)
	}
}

func equalsFirst(choose, equal Op) lowering {
	return func(l *Lowerer, v ssa.Value) {
		x, y := l.Arg(v, 0), l.Arg(v, 1)
		l.become(v, equal, 0, 0, l.vector(choose, x, y), x)
	}
}

// vector makes an operation on vectors in front of the one being lowered.
func (l *Lowerer) vector(o Op, args ...ssa.Value) ssa.Value {
	return l.emit(o, ssa.TypeV128, 0, args...)
}

// vectorImm makes one with an immediate.
func (l *Lowerer) vectorImm(o Op, imm int64, args ...ssa.Value) ssa.Value {
	return l.emit(o, ssa.TypeV128, imm, args...)
}

// fill makes a vector of the same 64 bits twice.
func (l *Lowerer) fill(bits uint64) ssa.Value { return l.constant(ssa.TypeV128, bits, bits) }

func (l *Lowerer) ones() ssa.Value { return l.fill(^uint64(0)) }

// Lanes of the same value in 64 bits.
const (
	everyByte  = 0x0101010101010101
	everyWord  = 0x0001000100010001
	everyDword = 0x0000000100000001
)
