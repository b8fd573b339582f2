package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// noLane makes vpshufb yield zero.
const noLane = 0x80

// shuffle takes the lanes from each argument that has any, zeros in between.
func (l *Lowerer) shuffle(v, x, y ssa.Value) {
	lanes := l.Lanes(v)
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
	l.set(v, Vpor, 0, 0, parts...)
}
