package coredump

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// idData is the id of the data section (spec 5.5.14), which is written as it goes and not put together before.
const idData = 11

// The codes of values in frames.
const (
	valueMissing = 0x01
	valueI32     = byte(wasm.I32)
	valueI64     = byte(wasm.I64)
	valueF32     = byte(wasm.F32)
	valueF64     = byte(wasm.F64)
)

// Write writes a dump. The error is that of w, or says that the contents of the memories do not fit into a section of 4 GiB.
func Write(w io.Writer, d *Dump) error {
	data := d.segments()
	size := uint64(ulebBytes(uint64(len(data))))
	for i := range data {
		size += uint64(len(data[i].head)) + uint64(len(data[i].bytes))
	}
	if size > math.MaxUint32 {
		return fmt.Errorf("weft: core dump: %d bytes of memory that are not zero, at most %d fit", size, uint32(math.MaxUint32))
	}
	out := bufio.NewWriter(w)
	_, _ = out.Write(wasm.Encode(d.module())) // out keeps the first error for Flush
	if len(data) > 0 {
		_, _ = out.Write(wasm.AppendULEB(wasm.AppendULEB([]byte{idData}, size), uint64(len(data))))
		for i := range data {
			_, _ = out.Write(data[i].head)
			_, _ = out.Write(data[i].bytes)
		}
	}
	return out.Flush()
}

// dataSegment is a data segment in two pieces.
type dataSegment struct{ head, bytes []byte }

// segments are the data segments of all memories.
func (d *Dump) segments() []dataSegment {
	var all []dataSegment
	for i := range d.Memories {
		m := &d.Memories[i]
		for _, s := range m.Segments {
			offset := constant(m.Type.Address(), s.Offset, 0)
			head := append(wasm.AppendULEB([]byte{2}, uint64(i)), offset...) // 2: active, of a memory that is named
			all = append(all, dataSegment{wasm.AppendULEB(head, uint64(len(s.Bytes))), s.Bytes})
		}
	}
	return all
}

func ulebBytes(n uint64) int { return len(wasm.AppendULEB(nil, n)) }

// module is everything but the data segments.
func (d *Dump) module() *wasm.Module {
	m := &wasm.Module{Customs: []wasm.Custom{
		{Name: sectionCore, Bytes: appendName([]byte{0}, d.Program)},
		{Name: sectionModules, Bytes: appendList(nil, d.Modules, func(b []byte, name *string) []byte { return appendName(append(b, 0), *name) })},
		{Name: sectionInstances, Bytes: appendList(nil, d.Instances, appendInstance)},
	}}
	for i := range d.Threads {
		t := &d.Threads[i]
		m.Customs = append(m.Customs, wasm.Custom{Name: sectionStack, Bytes: appendList(appendName([]byte{0}, t.Name), t.Frames, appendFrame)})
	}
	for i := range d.Memories {
		m.Mems = append(m.Mems, d.Memories[i].Type)
	}
	for _, g := range d.Globals {
		t := written(g.Type)
		m.Globals = append(m.Globals, wasm.Global{Type: wasm.GlobalType{Type: t}, Init: wasm.Expr{Bytes: constant(t, g.Lo, g.Hi)}})
	}
	return m
}

// written is the type that a global has in a dump, which has no types of its own: for a reference one that is null.
func written(t wasm.ValType) wasm.ValType {
	if !t.IsRef() {
		return t
	}
	if _, concrete := t.Heap().Index(); concrete {
		return wasm.AnyRef
	}
	return wasm.Ref(t.Heap(), true)
}

// constant is the expression for a value.
func constant(t wasm.ValType, lo, hi uint64) []byte {
	in := wasm.Instr{Imm: lo, Imm2: hi}
	switch t {
	case wasm.I32:
		in.Op = op.I32Const
	case wasm.I64:
		in.Op = op.I64Const
	case wasm.F32:
		in.Op = op.F32Const
	case wasm.F64:
		in.Op = op.F64Const
	case wasm.V128:
		in.Op = op.V128Const
	default:
		in = wasm.Instr{Op: op.RefNull, Heap: t.Heap()}
	}
	return append(wasm.AppendInstr(nil, &in), byte(op.End.Info().Code))
}

func appendName(b []byte, name string) []byte {
	return append(wasm.AppendULEB(b, uint64(len(name))), name...)
}

func appendList[T any](b []byte, list []T, one func([]byte, *T) []byte) []byte {
	b = wasm.AppendULEB(b, uint64(len(list)))
	for i := range list {
		b = one(b, &list[i])
	}
	return b
}

func appendIndex(b []byte, n *uint32) []byte { return wasm.AppendULEB(b, uint64(*n)) }

func appendInstance(b []byte, in *Instance) []byte {
	b = wasm.AppendULEB(append(b, 0), uint64(in.Module))
	return appendList(appendList(b, in.Memories, appendIndex), in.Globals, appendIndex)
}

func appendFrame(b []byte, f *Frame) []byte {
	b = append(b, 0)
	for _, n := range []uint32{f.Instance, f.Func, f.Offset} {
		b = wasm.AppendULEB(b, uint64(n))
	}
	return appendList(appendList(b, f.Locals, appendValue), f.Stack, appendValue)
}

func appendValue(b []byte, v *Value) []byte {
	switch v.Type {
	case wasm.I32:
		return wasm.AppendSLEB(append(b, valueI32), int64(int32(v.Bits)))
	case wasm.I64:
		return wasm.AppendSLEB(append(b, valueI64), int64(v.Bits))
	case wasm.F32:
		return binary.LittleEndian.AppendUint32(append(b, valueF32), uint32(v.Bits))
	case wasm.F64:
		return binary.LittleEndian.AppendUint64(append(b, valueF64), v.Bits)
	}
	return append(b, valueMissing)
}
