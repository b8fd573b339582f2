package wasm

import (
	"encoding/binary"
	"io"

	"github.com/weft-wasm/weft/internal/op"
)

// BlockKind says which form a block type has.
type BlockKind uint8

// The forms of block types (spec 2.4.5).
const (
	BlockEmpty BlockKind = iota // [] -> []
	BlockValue                  // [] -> [Type]
	BlockIndex                  // the function type with index Index
)

// BlockType is a block type.
type BlockType struct {
	Type  ValType
	Index uint32
	Kind  BlockKind
}

// CatchKind is the kind of a catch clause, with its code in the binary format.
type CatchKind uint8

// The kinds of catch clauses (spec 2.4.5).
const (
	CatchTag CatchKind = iota
	CatchTagRef
	CatchAll
	CatchAllRef
)

func (k CatchKind) String() string {
	return [...]string{"catch", "catch_ref", "catch_all", "catch_all_ref"}[k]
}

// Catch is a catch clause of a try_table. Tag is 0 for the kinds that catch all.
type Catch struct {
	Kind       CatchKind
	Tag, Label uint32
}

// The flags of br_on_cast and br_on_cast_fail.
const (
	CastNull  = 1 << iota // the source type includes null
	CastNull2             // the target type includes null
)

// Instr is one instruction. Only the fields that the immediates of Op call for are set; the others hold whatever they held
// before, so that decoding need not clear them. The slices are scratch: the next call of Next reuses them.
type Instr struct {
	Op     op.Op
	Offset int64 // of the first byte of the instruction, in the module

	// X and Y are the indices in binary order: label, function, type, table, memory, global, local, tag, segment, field or count. So
	// call_indirect has the type in X and the table in Y, memory.init the data segment and the memory, memory.copy the
	// destination and the source; br_on_cast has the label in X; an instruction with a memarg has the memory in X.
	X, Y uint32

	// Imm is the constant as bits (i32 and f32 zero-extended), or the offset of a memarg. For a v128 constant and the lanes of a
	// shuffle it is the low half, lane 0 in the low byte, and Imm2 the high half.
	Imm, Imm2 uint64

	Align uint8 // of a memarg: log2 of the alignment
	Lane  uint8

	Block       BlockType
	Heap, Heap2 HeapType  // Heap2 is the target type of br_on_cast
	CastFlags   uint8     // of br_on_cast
	Labels      []uint32  // of br_table: the targets, the default last
	Types       []ValType // of select with types
	Catches     []Catch   // of try_table
}

// form is what an instruction's immediates amount to: one of a few frequent cases, or anything else.
type form uint8

const (
	formNone   form = iota
	formIndex       // one index
	formMemarg      // one memarg
	formI32
	formI64
	formOther
)

// forms has the form of each instruction, next to each other in memory.
var forms = func() (t [op.Count]form) {
	for o := range t {
		switch imms := op.Op(o).Info().Imms; {
		case len(imms) == 0:
			t[o] = formNone
		case len(imms) > 1:
			t[o] = formOther
		case imms[0] == op.ImmMemarg:
			t[o] = formMemarg
		case imms[0] == op.ImmI32:
			t[o] = formI32
		case imms[0] == op.ImmI64:
			t[o] = formI64
		case isIndex(imms[0]):
			t[o] = formIndex
		default:
			t[o] = formOther
		}
	}
	return t
}()

// opcode is what a single-byte opcode amounts to.
type opcode struct {
	op   op.Op
	form form
}

var opcodes = func() (t [256]opcode) {
	for code := range t {
		o := op.ByCode(byte(code))
		t[code] = opcode{o, forms[o]}
	}
	return t
}()

// isIndex reports whether an immediate is one LEB128 of 32 bits, which goes to X or Y.
func isIndex(i op.Imm) bool {
	switch i {
	case op.ImmLabel, op.ImmFunc, op.ImmType, op.ImmTable, op.ImmMem, op.ImmGlobal, op.ImmLocal, op.ImmTag, op.ImmElem,
		op.ImmData, op.ImmField, op.ImmCount:
		return true
	}
	return false
}

// InstrReader reads the instructions of a function body or of an expression, one after the other. It knows nothing of their
// nesting: the last end is one among others.
type InstrReader struct {
	r reader
}

// NewInstrReader returns a reader of the instructions in body, which lies at an offset of the module.
func NewInstrReader(body []byte, offset int64) InstrReader {
	return InstrReader{reader{b: body, base: offset, inner: true, features: AllFeatures}}
}

// Pos returns the position of the next instruction within the body.
func (r *InstrReader) Pos() int { return r.r.pos }

// Next reads an instruction. It returns io.EOF at the end of the bytes, and an *Error, whose Func is -1, if the bytes
// are malformed; after that, the same error again.
func (r *InstrReader) Next(in *Instr) error {
	s := &r.r
	if s.pos >= len(s.b) {
		return s.eof()
	}
	start := s.pos
	in.Offset = s.base + int64(start)
	known := opcodes[s.b[start]]
	s.pos++
	if known.op == op.Invalid {
		o := s.prefixed(start)
		known = opcode{o, forms[o]}
	}
	in.Op = known.op
	switch known.form {
	case formNone:
	case formIndex:
		if pos := s.pos; pos < len(s.b) && s.b[pos] < 0x80 {
			in.X = uint32(s.b[pos])
			s.pos = pos + 1
		} else {
			in.X = uint32(s.uleb(32))
		}
	case formMemarg:
		s.memarg(in)
	case formI32:
		in.Imm = uint64(uint32(s.s32()))
	case formI64:
		in.Imm = uint64(s.s64())
	default:
		s.immediates(in)
	}
	if s.err != nil {
		return s.instrError(in.Op)
	}
	return nil
}

// eof returns the error at the end of a body.
func (r *reader) eof() error {
	if r.err != nil {
		return r.err
	}
	return io.EOF
}

// instrError returns the error, with the name of the instruction in it.
func (r *reader) instrError(o op.Op) error {
	if o != op.Invalid && r.err.Instr == "" {
		r.err.Instr = o.String()
	}
	return r.err
}

// prefixed reads the rest of an opcode that is not a single byte.
func (r *reader) prefixed(start int) op.Op {
	prefix := r.b[start]
	if prefix < op.PrefixGC || prefix > op.PrefixAtomic {
		r.fail(IllegalOpcode, start, "%02x", prefix)
		return op.Invalid
	}
	code := r.u32()
	o := op.ByPrefixedCode(prefix, code)
	if o == op.Invalid {
		r.fail(IllegalOpcode, start, "%02x %02x", prefix, code)
	}
	return o
}

// memarg reads a memory argument (spec 5.4.6).
func (r *reader) memarg(in *Instr) {
	start := r.pos
	flags := r.u32()
	in.X = 0
	if flags >= 0x80 {
		r.fail(MalformedMemopFlags, start, "have 0x%x, want less than 0x80", flags)
	}
	if flags&0x40 != 0 {
		in.X = r.u32()
	}
	in.Align = uint8(flags & 0x3f)
	if r.pos < len(r.b) && r.b[r.pos] < 0x80 {
		in.Imm = uint64(r.b[r.pos])
		r.pos++
		return
	}
	in.Imm = r.u64()
}

// immediates reads the immediates of any instruction, as the table lists them.
func (r *reader) immediates(in *Instr) {
	index := &in.X
	for _, imm := range in.Op.Info().Imms {
		if isIndex(imm) {
			*index = r.u32()
			index = &in.Y
			continue
		}
		switch imm {
		case op.ImmBlock:
			in.Block = r.blockType()
		case op.ImmLabels:
			r.labels(in)
		case op.ImmMemarg:
			r.memarg(in)
		case op.ImmLane:
			in.Lane = r.byte()
		case op.ImmLanes, op.ImmV128:
			in.Imm, in.Imm2 = r.fixed64(), r.fixed64()
		case op.ImmI32:
			in.Imm = uint64(uint32(r.s32()))
		case op.ImmI64:
			in.Imm = uint64(r.s64())
		case op.ImmF32:
			in.Imm = r.fixed32()
		case op.ImmF64:
			in.Imm = r.fixed64()
		case op.ImmHeap:
			in.Heap = r.heapType()
		case op.ImmTypes:
			r.selectTypes(in)
		case op.ImmCast:
			r.cast(in)
		case op.ImmCatches:
			r.catches(in)
		case op.ImmZero:
			if c := r.byte(); c != 0 {
				r.fail(ZeroByteExpected, r.pos-1, "have 0x%02x", c)
			}
		}
	}
}

func (r *reader) fixed32() uint64 {
	if b := r.bytes(4); b != nil {
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return 0
}

func (r *reader) fixed64() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) labels(in *Instr) {
	n := r.count(MaxBranchTable, "labels of a br_table")
	in.Labels = in.Labels[:0]
	for i := 0; i <= n && r.err == nil; i++ {
		in.Labels = append(in.Labels, r.u32())
	}
}

func (r *reader) selectTypes(in *Instr) {
	n := r.count(MaxResults, "types of a select")
	in.Types = in.Types[:0]
	for i := 0; i < n && r.err == nil; i++ {
		in.Types = append(in.Types, r.valType())
	}
}

// cast reads the immediates of br_on_cast and br_on_cast_fail.
func (r *reader) cast(in *Instr) {
	in.CastFlags = r.byte()
	if in.CastFlags > CastNull|CastNull2 {
		r.fail(MalformedCastFlags, r.pos-1, "have 0x%02x, want at most 3", in.CastFlags)
	}
	in.X = r.u32()
	in.Heap = r.heapType()
	in.Heap2 = r.heapType()
}

func (r *reader) catches(in *Instr) {
	n := r.count(MaxCatches, "catch clauses")
	in.Catches = in.Catches[:0]
	for i := 0; i < n && r.err == nil; i++ {
		c := Catch{Kind: CatchKind(r.byte())}
		if c.Kind > CatchAllRef {
			r.fail(MalformedCatchClause, r.pos-1, "have 0x%02x, want at most 3", byte(c.Kind))
			return
		}
		if c.Kind <= CatchTagRef {
			c.Tag = r.u32()
		}
		c.Label = r.u32()
		in.Catches = append(in.Catches, c)
	}
}
