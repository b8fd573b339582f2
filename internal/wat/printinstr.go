package wat

import (
	"math"
	"strconv"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// appendInstr appends an instruction, without what else of a block comes behind it.
func (p *printer) appendInstr(b []byte, in *wasm.Instr) []byte {
	b = append(b, in.Op.String()...)
	imms := in.Op.Info().Imms
	switch {
	case len(imms) == 0:
		return b
	case in.Op == op.RefTest || in.Op == op.RefCast:
		return p.appendRefType(append(b, ' '), in.Heap, false)
	case in.Op == op.RefTestNull || in.Op == op.RefCastNull:
		return p.appendRefType(append(b, ' '), in.Heap, true)
	case len(imms) == 2 && isPlace(imms[1]):
		return p.appendTwoIndices(b, in, imms[0], imms[1])
	case isPlace(imms[0]):
		return p.appendPlace(b, imms[0], in.X)
	}
	for i, imm := range imms {
		index := in.X
		if i > 0 {
			index = in.Y
		}
		b = p.appendImmediate(b, in, imm, index)
	}
	return b
}

// appendPlace appends the index of a table or memory, if it is not 0.
func (p *printer) appendPlace(b []byte, imm op.Imm, index uint32) []byte {
	if index == 0 {
		return b
	}
	return p.ids[imm].append(append(b, ' '), index)
}

// appendTwoIndices appends the immediates of an instruction whose second one is a table or memory, which comes first in the text.
func (p *printer) appendTwoIndices(b []byte, in *wasm.Instr, first, place op.Imm) []byte {
	switch {
	case first == place && in.X == 0 && in.Y == 0:
		return b
	case first == place:
		b = p.ids[place].append(append(b, ' '), in.X)
		return p.ids[place].append(append(b, ' '), in.Y)
	case first == op.ImmType:
		return p.appendTypeUse(p.appendPlace(b, place, in.Y), in.X)
	}
	return p.ids[first].append(append(p.appendPlace(b, place, in.Y), ' '), in.X)
}

// appendImmediate appends one immediate and a space in front of it. index is its value, if it is an index.
func (p *printer) appendImmediate(b []byte, in *wasm.Instr, imm op.Imm, index uint32) []byte {
	switch imm {
	case op.ImmLabel:
		return p.body.appendLabel(append(b, ' '), index)
	case op.ImmLabels:
		for _, l := range in.Labels {
			b = p.body.appendLabel(append(b, ' '), l)
		}
		return b
	case op.ImmCount:
		return strconv.AppendUint(append(b, ' '), uint64(index), 10)
	case op.ImmField:
		fields := p.field[in.X]
		return fields.append(append(b, ' '), index)
	case op.ImmBlock:
		return p.appendBlockType(b, in.Block)
	case op.ImmCatches:
		return p.appendCatches(b, in.Catches)
	case op.ImmTypes:
		if len(in.Types) == 0 {
			return append(b, " (result)"...)
		}
		return p.appendResults(b, "result", in.Types)
	case op.ImmMemarg:
		return p.appendMemarg(b, in)
	case op.ImmHeap:
		return p.appendHeapType(append(b, ' '), in.Heap)
	case op.ImmCast:
		b = p.body.appendLabel(append(b, ' '), in.X)
		b = p.appendRefType(append(b, ' '), in.Heap, in.CastFlags&wasm.CastNull != 0)
		return p.appendRefType(append(b, ' '), in.Heap2, in.CastFlags&wasm.CastNull2 != 0)
	case op.ImmLane, op.ImmLanes, op.ImmI32, op.ImmI64, op.ImmF32, op.ImmF64, op.ImmV128:
		return appendLiteral(b, in, imm)
	case op.ImmZero:
		return b
	}
	return p.ids[imm].append(append(b, ' '), index)
}

// appendRefType appends a reference type in parentheses.
func (p *printer) appendRefType(b []byte, h wasm.HeapType, nullable bool) []byte {
	b = append(b, "(ref "...)
	if nullable {
		b = append(b, "null "...)
	}
	return append(p.appendHeapType(b, h), ')')
}

// appendBlockType appends a block type, with the signature of an index.
func (p *printer) appendBlockType(b []byte, t wasm.BlockType) []byte {
	switch t.Kind {
	case wasm.BlockValue:
		return append(p.appendValType(append(b, " (result "...), t.Type), ')')
	case wasm.BlockIndex:
		b = p.appendTypeUse(b, t.Index)
		if int(t.Index) < len(p.m.Types) {
			f := &p.m.Types[t.Index].Func
			b = p.appendResults(p.appendResults(b, "param", f.Params), "result", f.Results)
		}
	}
	return b
}

func (p *printer) appendCatches(b []byte, catches []wasm.Catch) []byte {
	for _, c := range catches {
		b = append(append(b, " ("...), c.Kind.String()...)
		if c.Kind == wasm.CatchTag || c.Kind == wasm.CatchTagRef {
			b = p.ids[op.ImmTag].append(append(b, ' '), c.Tag)
		}
		b = append(p.body.appendLabel(append(b, ' '), c.Label), ')')
	}
	return b
}

// appendMemarg appends a memory argument. What is as usual is left out.
func (p *printer) appendMemarg(b []byte, in *wasm.Instr) []byte {
	b = p.appendPlace(b, op.ImmMem, in.X)
	if in.Imm != 0 {
		b = strconv.AppendUint(append(b, " offset="...), in.Imm, 10)
	}
	if in.Align != in.Op.Info().Align {
		b = strconv.AppendUint(append(b, " align="...), 1<<in.Align, 10)
	}
	return b
}

// appendLiteral appends a constant or lanes.
func appendLiteral(b []byte, in *wasm.Instr, imm op.Imm) []byte {
	if imm == op.ImmLanes {
		for i := range I8x16.Lanes() {
			b = strconv.AppendUint(append(b, ' '), I8x16.Lane(in.Imm, in.Imm2, i), 10)
		}
		return b
	}
	b = append(b, ' ')
	switch imm {
	case op.ImmLane:
		return strconv.AppendUint(b, uint64(in.Lane), 10)
	case op.ImmI32:
		return strconv.AppendInt(b, int64(int32(in.Imm)), 10)
	case op.ImmI64:
		return strconv.AppendInt(b, int64(in.Imm), 10)
	case op.ImmF32:
		return float32Format.append(b, in.Imm)
	case op.ImmF64:
		return float64Format.append(b, in.Imm)
	}
	b = append(b, "i32x4"...)
	for i := range I32x4.Lanes() {
		lane := I32x4.Lane(in.Imm, in.Imm2, i)
		b = append(b, " 0x00000000"[:11-hexDigits(lane)]...)
		b = strconv.AppendUint(b, lane, 16)
	}
	return b
}

// hexDigits returns how many hexadecimal digits a lane has.
func hexDigits(v uint64) int {
	n := 1
	for ; v > 15; v >>= 4 {
		n++
	}
	return n
}

// append appends the number with the given bits: the shortest decimal that rounds to it.
func (f floatFormat) append(b []byte, bits uint64) []byte {
	if bits>>(f.bits-1) != 0 {
		b = append(b, '-')
	}
	magnitude := bits &^ (1 << (f.bits - 1))
	switch payload := magnitude &^ f.infinity(); {
	case magnitude == f.infinity():
		return append(b, "inf"...)
	case magnitude < f.infinity():
		x := math.Float64frombits(magnitude)
		if f.bits == 32 {
			x = float64(math.Float32frombits(uint32(magnitude)))
		}
		return strconv.AppendFloat(b, x, 'g', -1, f.bits)
	case payload == f.quietBit():
		return append(b, "nan"...)
	default:
		return strconv.AppendUint(append(b, "nan:0x"...), payload, 16)
	}
}
