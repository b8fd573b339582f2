package smith

import (
	"strings"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// chooseOps lists the instructions whose rows in op's table say all that there is to know.
func (k *maker) chooseOps() {
	for o := op.Invalid + 1; o < op.Count; o++ {
		info := o.Info()
		switch {
		case info.ByHand || info.Feature == op.FeatureGc || info.Feature == op.FeatureThreads:
		case !k.o.SIMD && (info.Feature == op.FeatureSimd || info.Feature == op.FeatureRelaxed):
		case len(info.Imms) > 0 && info.Imms[0] == op.ImmMemarg:
			k.loads = append(k.loads, o)
		case len(info.Params) == 0 || len(info.Imms) > 0 && info.Imms[0] != op.ImmLane && info.Imms[0] != op.ImmLanes:
		default:
			k.ops = append(k.ops, o)
		}
	}
}

// valType is the value type for an operand type of the table that is not an address.
func valType(t op.Type) wasm.ValType {
	return [...]wasm.ValType{op.I32: wasm.I32, op.I64: wasm.I64, op.F32: wasm.F32, op.F64: wasm.F64, op.V128: wasm.V128}[t]
}

func valTypes(ts []op.Type) []wasm.ValType {
	out := make([]wasm.ValType, len(ts))
	for i, t := range ts {
		out[i] = valType(t)
	}
	return out
}

// numeric adds an instruction that computes.
func (b *body) numeric() {
	o := pick(b.maker, b.ops)
	info := o.Info()
	if info.Flags&op.FlagTrap != 0 && !b.oneIn(4) {
		return
	}
	b.want(valTypes(info.Params)...)
	in := wasm.Instr{Op: o}
	if len(info.Imms) > 0 {
		in.Lane = uint8(b.IntN(lanes(info.Name)))
		for i := range 8 {
			in.Imm |= uint64(b.IntN(32)) << (8 * i)
			in.Imm2 |= uint64(b.IntN(32)) << (8 * i)
		}
	}
	b.apply(&in, len(info.Params), valTypes(info.Results)...)
	if shape := floatShape(info); shape != 0 {
		b.canonical(shape)
	}
}

// lanes returns the number of lanes of the shape or width in an instruction's name.
func lanes(name string) int {
	for _, w := range []struct {
		word  string
		lanes int
	}{{"8x16", 16}, {"16x8", 8}, {"32x4", 4}, {"64x2", 2}, {"load8", 16}, {"load16", 8}, {"load32", 4}, {"load64", 2},
		{"store8", 16}, {"store16", 8}, {"store32", 4}, {"store64", 2}} {
		if strings.Contains(name, w.word) {
			return w.lanes
		}
	}
	return 1
}

// shape says how a result is made of floats.
type shape uint8

const (
	shapeF32 = shape(1 + iota)
	shapeF64
	shapeF32x4
	shapeF64x2
)

// floatShape returns the shape of the result if it may have a NaN of the instruction's own making, else 0.
func floatShape(info *op.Info) shape {
	switch {
	case info.Flags&op.FlagBits != 0 || info.Flags&op.FlagCmp != 0:
	case info.Results[0] == op.F32:
		return shapeF32
	case info.Results[0] == op.F64:
		return shapeF64
	case info.Results[0] == op.V128 && strings.HasPrefix(info.Name, "f32x4."):
		return shapeF32x4
	case info.Results[0] == op.V128 && strings.HasPrefix(info.Name, "f64x2."):
		return shapeF64x2
	}
	return 0
}

// canonical replaces each NaN of the topmost operand by the canonical one.
func (b *body) canonical(s shape) {
	nan := wasm.Instr{}
	var eq op.Op
	t := wasm.V128
	switch s {
	case shapeF32:
		nan, eq, t = wasm.Instr{Op: op.F32Const, Imm: canonicalNaN32}, op.F32Eq, wasm.F32
	case shapeF64:
		nan, eq, t = wasm.Instr{Op: op.F64Const, Imm: canonicalNaN64}, op.F64Eq, wasm.F64
	case shapeF32x4:
		twice := uint64(canonicalNaN32)<<32 | canonicalNaN32
		nan, eq = wasm.Instr{Op: op.V128Const, Imm: twice, Imm2: twice}, op.F32x4Eq
	case shapeF64x2:
		nan, eq = wasm.Instr{Op: op.V128Const, Imm: canonicalNaN64, Imm2: canonicalNaN64}, op.F64x2Eq
	}
	local := b.scratch[t]
	choose := op.Select
	if t == wasm.V128 {
		choose = op.V128Bitselect
	}
	b.emit(&wasm.Instr{Op: op.LocalTee, X: local})
	b.emit(&nan)
	b.emit(&wasm.Instr{Op: op.LocalGet, X: local})
	b.emit(&wasm.Instr{Op: op.LocalGet, X: local})
	b.emit(&wasm.Instr{Op: eq})
	b.emit(&wasm.Instr{Op: choose})
}

// access adds a load or store.
func (b *body) access() {
	o := pick(b.maker, b.loads)
	info := o.Info()
	mem := b.IntN(len(b.m.Mems))
	at := b.m.Mems[mem].Address()
	switch {
	case len(info.Params) == 1:
		b.want(at)
		b.mask(at)
	case b.oneIn(6):
		b.want(at, valType(info.Params[1]))
	default:
		b.want(at)
		b.mask(at)
		b.push(valType(info.Params[1]))
	}
	in := wasm.Instr{Op: o, X: uint32(mem), Imm: uint64(b.IntN(64)), Align: uint8(b.IntN(int(info.Align) + 1)), Lane: uint8(b.IntN(lanes(info.Name)))}
	if b.oneIn(30) {
		in.Imm = b.integer()
		if at == wasm.I32 {
			in.Imm = uint64(uint32(in.Imm))
		}
	}
	b.apply(&in, len(info.Params), valTypes(info.Results)...)
}

// mask brings an address or count on top of the stack into the first page, most of the time.
func (b *body) mask(t wasm.ValType) {
	if b.oneIn(20) {
		return
	}
	bits := pick(b.maker, []uint64{0xff, 0xfff, 0xffff})
	if t == wasm.I32 {
		b.emit(&wasm.Instr{Op: op.I32Const, Imm: bits})
		b.emit(&wasm.Instr{Op: op.I32And})
	} else {
		b.emit(&wasm.Instr{Op: op.I64Const, Imm: bits})
		b.emit(&wasm.Instr{Op: op.I64And})
	}
}
