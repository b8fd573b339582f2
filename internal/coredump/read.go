package coredump

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Read reads a dump. What it returns aliases b. The error is a *wasm.Error.
func Read(b []byte) (*Dump, error) {
	m, err := wasm.Decode(b, nil)
	if err != nil {
		return nil, err
	}
	d := new(Dump)
	if err := d.state(m); err != nil {
		return nil, err
	}
	for i := range m.Customs {
		if err := d.custom(&m.Customs[i]); err != nil {
			return nil, err
		}
	}
	return d, d.check()
}

// state takes the memories and the globals.
func (d *Dump) state(m *wasm.Module) error {
	for _, t := range m.Mems {
		d.Memories = append(d.Memories, Memory{Type: t})
	}
	for i := range m.Data {
		s := &m.Data[i]
		if s.Mode != wasm.ModeActive || uint64(s.Mem) >= uint64(len(d.Memories)) {
			return wasm.Errorf(wasm.UnexpectedContent, s.Offset.Offset, "data segment %d of a core dump is of none of its memories", i)
		}
		memory := &d.Memories[s.Mem]
		at, err := number(s.Offset, memory.Type.Address())
		if err != nil {
			return err
		}
		memory.Segments = append(memory.Segments, Segment{at.Lo, s.Bytes})
	}
	for i := range m.Globals {
		g := &m.Globals[i]
		v, err := number(g.Init, g.Type.Type)
		if err != nil {
			return err
		}
		d.Globals = append(d.Globals, v)
	}
	return nil
}

// number reads a constant of a type.
func number(e wasm.Expr, t wasm.ValType) (Global, error) {
	r := wasm.NewInstrReader(e.Bytes, e.Offset)
	var in, end wasm.Instr
	if err := r.Next(&in); err != nil {
		return Global{}, err
	}
	of := wasm.Bottom
	switch in.Op {
	case op.I32Const:
		of = wasm.I32
	case op.I64Const:
		of = wasm.I64
	case op.F32Const:
		of = wasm.F32
	case op.F64Const:
		of = wasm.F64
	case op.V128Const:
		of = wasm.V128
	case op.RefNull:
		of, in.Imm, in.Imm2 = t, 0, 0
	}
	if err := r.Next(&end); err != nil || end.Op != op.End || of != t || (in.Op == op.RefNull) != t.IsRef() {
		return Global{}, wasm.Errorf(wasm.TypeMismatch, e.Offset, "have no constant, want one of type %s", t)
	}
	return Global{t, in.Imm, in.Imm2}, nil
}

// custom reads a custom section, if it is one of a dump.
func (d *Dump) custom(c *wasm.Custom) error {
	r := &reader{b: c.Bytes, at: c.Offset, section: c.Name}
	switch c.Name {
	case sectionCore:
		r.zero()
		d.Program = r.name()
	case sectionModules:
		d.Modules = list(r, d.Modules, 2, func() string { r.zero(); return r.name() })
	case sectionInstances:
		d.Instances = list(r, d.Instances, 4, r.instance)
	case sectionStack:
		r.zero()
		t := Thread{Name: r.name()}
		t.Frames = list(r, nil, 6, r.frame)
		d.Threads = append(d.Threads, t)
	default:
		return nil
	}
	if r.err == nil && len(r.b) > 0 {
		r.fail("%d bytes too many", len(r.b))
	}
	if r.err != nil {
		return r.err
	}
	return nil
}

// check looks whether what refers to something refers to something that is there.
func (d *Dump) check() error {
	for i := range d.Instances {
		in := &d.Instances[i]
		if uint64(in.Module) >= uint64(len(d.Modules)) {
			return unknown("instance", i, "module", in.Module, len(d.Modules))
		}
		for _, m := range in.Memories {
			if uint64(m) >= uint64(len(d.Memories)) {
				return unknown("instance", i, "memory", m, len(d.Memories))
			}
		}
		for _, g := range in.Globals {
			if uint64(g) >= uint64(len(d.Globals)) {
				return unknown("instance", i, "global", g, len(d.Globals))
			}
		}
	}
	for i, m := range d.Memories {
		size := m.Type.Min * pageSize // the decoder has seen that there are not too many
		for _, s := range m.Segments {
			if n := uint64(len(s.Bytes)); s.Offset > size || n > size-s.Offset {
				return wasm.Errorf(wasm.MalformedCustom, -1, "memory %d of the core dump has %d bytes, and a segment at 0x%x of %d", i, size, s.Offset, n)
			}
		}
	}
	for _, t := range d.Threads {
		for i, f := range t.Frames {
			if uint64(f.Instance) >= uint64(len(d.Instances)) {
				return unknown("frame", i, "instance", f.Instance, len(d.Instances))
			}
		}
	}
	return nil
}

func unknown(what string, i int, kind string, have uint32, count int) error {
	return wasm.Errorf(wasm.MalformedCustom, -1, "%s %d of the core dump has %s %d, of %d", what, i, kind, have, count)
}

// maxElements bounds the frames, values, instances and so on of a section: a byte can be a value, which takes 16.
const maxElements = 1 << 22

// reader reads a custom section. After an error everything is zero.
type reader struct {
	elements int
	b        []byte
	at       int64 // where b begins in the dump
	section  string
	err      *wasm.Error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = wasm.Errorf(wasm.MalformedCustom, r.at, "%s section: %s", r.section, fmt.Sprintf(format, args...))
		r.b = nil
	}
}

// take takes n bytes, nil if there are less.
func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail("have %d bytes, want %d", len(r.b), n)
		return nil
	}
	b := r.b[:n]
	r.b, r.at = r.b[n:], r.at+int64(n)
	return b
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// zero reads the 0 in front of what may get other forms some day.
func (r *reader) zero() {
	if b := r.byte(); b != 0 && r.err == nil {
		r.fail("have form 0x%x, want 0x0", b)
	}
}

func (r *reader) u32() uint32 {
	n := uint64(0)
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 && n < 1<<32 {
			return uint32(n)
		}
	}
	r.fail("an integer does not fit into 32 bits")
	return 0
}

func (r *reader) signed() uint64 {
	n := int64(0)
	for shift := 0; shift < 70; {
		b := r.byte()
		n |= int64(b&0x7f) << shift
		if shift += 7; b < 0x80 {
			if b&0x40 != 0 && shift < 64 {
				n |= -1 << shift
			}
			return uint64(n)
		}
	}
	r.fail("an integer does not fit into 64 bits")
	return 0
}

func (r *reader) name() string {
	b := r.take(uint64(r.u32()))
	if !utf8.Valid(b) {
		r.fail("a name is not UTF-8")
	}
	return string(b)
}

// list appends a list whose elements take some bytes at least.
func list[T any](r *reader, to []T, least int, one func() T) []T {
	n := r.u32()
	if uint64(n)*uint64(least) > uint64(len(r.b)) {
		r.fail("a list of %d, and %d bytes", n, len(r.b))
	}
	if r.elements += int(min(n, maxElements)); r.elements >= maxElements {
		r.fail("more than %d elements", maxElements)
	}
	for i := uint32(0); i < n && r.err == nil; i++ {
		to = append(to, one())
	}
	return to
}

func (r *reader) instance() Instance {
	r.zero()
	return Instance{Module: r.u32(), Memories: list(r, nil, 1, r.u32), Globals: list(r, nil, 1, r.u32)}
}

func (r *reader) frame() Frame {
	r.zero()
	return Frame{Instance: r.u32(), Func: r.u32(), Offset: r.u32(), Locals: list(r, nil, 1, r.value), Stack: list(r, nil, 1, r.value)}
}

func (r *reader) value() Value {
	switch code := r.byte(); code {
	case valueMissing:
		return Value{}
	case valueI32:
		return Value{wasm.I32, uint64(uint32(r.signed()))}
	case valueI64:
		return Value{wasm.I64, r.signed()}
	case valueF32:
		if b := r.take(4); b != nil {
			return Value{wasm.F32, uint64(binary.LittleEndian.Uint32(b))}
		}
	case valueF64:
		if b := r.take(8); b != nil {
			return Value{wasm.F64, binary.LittleEndian.Uint64(b)}
		}
	default:
		r.fail("have value type 0x%x", code)
	}
	return Value{}
}
