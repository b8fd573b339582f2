package wasm

import (
	"encoding/binary"

	"github.com/weft-wasm/weft/internal/op"
)

// AppendInstr appends an instruction in the binary format (spec 5.4). It is the inverse of [InstrReader.Next], save that integers
// come out as short as they go.
func AppendInstr(dst []byte, in *Instr) []byte {
	info := in.Op.Info()
	if info.Prefix == 0 {
		dst = append(dst, byte(info.Code))
	} else {
		dst = AppendULEB(append(dst, info.Prefix), uint64(info.Code))
	}
	index := in.X
	for _, imm := range info.Imms {
		if isIndex(imm) {
			dst = AppendULEB(dst, uint64(index))
			index = in.Y
			continue
		}
		dst = appendImmediate(dst, in, imm)
	}
	return dst
}

// appendImmediate appends an immediate that is not an index.
func appendImmediate(dst []byte, in *Instr, imm op.Imm) []byte {
	switch imm {
	case op.ImmBlock:
		return appendBlockType(dst, in.Block)
	case op.ImmLabels:
		return appendLabels(dst, in.Labels)
	case op.ImmMemarg:
		return appendMemarg(dst, in)
	case op.ImmLane:
		return append(dst, in.Lane)
	case op.ImmLanes, op.ImmV128:
		dst = binary.LittleEndian.AppendUint64(dst, in.Imm)
		return binary.LittleEndian.AppendUint64(dst, in.Imm2)
	case op.ImmI32:
		return AppendSLEB(dst, int64(int32(in.Imm)))
	case op.ImmI64:
		return AppendSLEB(dst, int64(in.Imm))
	case op.ImmF32:
		return binary.LittleEndian.AppendUint32(dst, uint32(in.Imm))
	case op.ImmF64:
		return binary.LittleEndian.AppendUint64(dst, in.Imm)
	case op.ImmHeap:
		return appendHeapType(dst, in.Heap)
	case op.ImmTypes:
		return appendValTypes(dst, in.Types)
	case op.ImmCast:
		dst = AppendULEB(append(dst, in.CastFlags), uint64(in.X))
		return appendHeapType(appendHeapType(dst, in.Heap), in.Heap2)
	case op.ImmCatches:
		return appendCatches(dst, in.Catches)
	case op.ImmZero:
		return append(dst, 0)
	}
	return dst
}

func appendLabels(dst []byte, labels []uint32) []byte {
	dst = AppendULEB(dst, uint64(len(labels)-1))
	for _, l := range labels {
		dst = AppendULEB(dst, uint64(l))
	}
	return dst
}

// appendMemarg appends a memory argument; memory 0 takes the short form.
func appendMemarg(dst []byte, in *Instr) []byte {
	if in.X == 0 {
		dst = append(dst, in.Align)
	} else {
		dst = AppendULEB(append(dst, in.Align|0x40), uint64(in.X))
	}
	return AppendULEB(dst, in.Imm)
}

func appendValTypes(dst []byte, types []ValType) []byte {
	dst = AppendULEB(dst, uint64(len(types)))
	for _, t := range types {
		dst = appendValType(dst, t)
	}
	return dst
}

func appendCatches(dst []byte, catches []Catch) []byte {
	dst = AppendULEB(dst, uint64(len(catches)))
	for _, c := range catches {
		dst = append(dst, byte(c.Kind))
		if c.Kind <= CatchTagRef {
			dst = AppendULEB(dst, uint64(c.Tag))
		}
		dst = AppendULEB(dst, uint64(c.Label))
	}
	return dst
}

// appendValType appends a value type, packed ones included.
func appendValType(dst []byte, t ValType) []byte {
	if !t.IsRef() {
		return append(dst, byte(t))
	}
	h := t.Heap()
	if _, concrete := h.Index(); !concrete && t.Nullable() {
		return append(dst, byte(h))
	}
	if t.Nullable() {
		return appendHeapType(append(dst, codeRefNull), h)
	}
	return appendHeapType(append(dst, codeRef), h)
}

func appendHeapType(dst []byte, h HeapType) []byte {
	if i, concrete := h.Index(); concrete {
		return AppendSLEB(dst, int64(i))
	}
	return append(dst, byte(h))
}

func appendBlockType(dst []byte, t BlockType) []byte {
	switch t.Kind {
	case BlockValue:
		return appendValType(dst, t.Type)
	case BlockIndex:
		return AppendSLEB(dst, int64(t.Index))
	}
	return append(dst, codeEmpty)
}
