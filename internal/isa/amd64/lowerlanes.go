package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// Moving lanes about: splats, single lanes, shuffles.

func init() {
	lowerAll(map[ssa.Op]lowering{
		ssa.OpI8x16Splat: splat(Vmovd, Vpbroadcastb),
		ssa.OpI16x8Splat: splat(Vmovd, Vpbroadcastw),
		ssa.OpI32x4Splat: splat(Vmovd, Vpbroadcastd),
		ssa.OpI64x2Splat: splat(Vmovq, Vpbroadcastq),

		ssa.OpI8x16ExtractLaneU: extract(Vpextrb),
		ssa.OpI16x8ExtractLaneU: extract(Vpextrw),
		ssa.OpI32x4ExtractLane:  extract(Vpextrd),
		ssa.OpI64x2ExtractLane:  extract(Vpextrq),
		ssa.OpI8x16ExtractLaneS: extractSigned(Vpextrb, ssa.OpI32Extend8S),
		ssa.OpI16x8ExtractLaneS: extractSigned(Vpextrw, ssa.OpI32Extend16S),
		ssa.OpF32x4ExtractLane:  extractFloat(VpermilpsImm),
		ssa.OpF64x2ExtractLane:  extractFloat(VpermilpdImm),

		ssa.OpI8x16ReplaceLane: replace(Vpinsrb, 0),
		ssa.OpI16x8ReplaceLane: replace(Vpinsrw, 0),
		ssa.OpI32x4ReplaceLane: replace(Vpinsrd, 0),
		ssa.OpI64x2ReplaceLane: replace(Vpinsrq, 0),
		ssa.OpF32x4ReplaceLane: replace(Vinsertps, 4),
		ssa.OpF64x2ReplaceLane: func(l *Lowerer, v ssa.Value) {
			o := Vunpcklpd
			if l.Imm(v) == 0 {
				o = VmovsdMerge
			}
			l.become(v, o, 0, 0, l.Arg(v, 0), l.Arg(v, 1))
		},

		ssa.OpI8x16Shuffle:        lowerShuffle,
		ssa.OpI8x16Swizzle:        lowerSwizzle,
		ssa.OpI8x16RelaxedSwizzle: lowerSwizzle,
	})
}

func splat(move, broadcast Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, broadcast, 0, 0, l.vector(move, l.Arg(v, 0))) }
}

func extract(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, o, l.Imm(v), 0, l.Arg(v, 0)) }
}

func extractSigned(o Op, extend ssa.Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.again(v, extend, l.emit(o, ssa.TypeI32, l.Imm(v), l.Arg(v, 0))) }
}

// extractFloat brings the lane to the bottom; what is in the others does not matter.
func extractFloat(permute Op) lowering {
	return func(l *Lowerer, v ssa.Value) {
		if l.Imm(v) == 0 {
			l.become(v, Vmovaps, 0, 0, l.Arg(v, 0))
			return
		}
		l.become(v, permute, l.Imm(v), 0, l.Arg(v, 0))
	}
}

// replace lowers to an insertion whose immediate has the lane at a bit.
func replace(o Op, bit int) lowering {
	return func(l *Lowerer, v ssa.Value) { l.become(v, o, l.Imm(v)<<bit, 0, l.Arg(v, 0), l.Arg(v, 1)) }
}

// noLane makes vpshufb yield zero.
const noLane = 0x80

// lowerShuffle takes the lanes from each argument that has any, zeros in between.
func lowerShuffle(l *Lowerer, v ssa.Value) {
	lanes := l.Lanes(v)
	x, y := l.Arg(v, 0), l.Arg(v, 1)
	var parts []ssa.Value
	for i, a := range []ssa.Value{x, y} {
		var halves [2]uint64
		used := false
		for k, h := range []uint64{lanes.Lo, lanes.Hi} {
			for at := 0; at < 64; at += 8 {
				lane := h >> at & 31
				if int(lane>>4) == i {
					used = true
					halves[k] |= lane & 15 << at
				} else {
					halves[k] |= noLane << at
				}
			}
		}
		if used {
			parts = append(parts, l.vector(Vpshufb, a, l.constant(ssa.TypeV128, halves[0], halves[1])))
		}
	}
	if len(parts) == 1 {
		parts = append(parts, parts[0])
	}
	l.become(v, Vpor, 0, 0, parts...)
}

// lowerSwizzle adds, with saturation, what brings exactly the indices from 16 on to noLane or more.
func lowerSwizzle(l *Lowerer, v ssa.Value) {
	l.become(v, Vpshufb, 0, 0, l.Arg(v, 0), l.vector(Vpaddusb, l.Arg(v, 1), l.fill(0x70*everyByte)))
}
