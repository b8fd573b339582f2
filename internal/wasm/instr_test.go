package wasm

import (
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/op"
)

// TestInstrGolden pins what instructions with unusual immediates become; the bytes are from the specification's tables.
func TestInstrGolden(t *testing.T) {
	for _, c := range []struct {
		bytes string
		want  Instr
	}{
		{"\x00", Instr{Op: op.Unreachable}},
		{"\x0c\x81\x01", Instr{Op: op.Br, X: 129}},
		{"\x02\x40", Instr{Op: op.Block}},
		{"\x03\x7f", Instr{Op: op.Loop, Block: BlockType{Kind: BlockValue, Type: I32}}},
		{"\x04\x64\x00", Instr{Op: op.If, Block: BlockType{Kind: BlockValue, Type: Ref(HeapIndex(0), false)}}},
		{"\x02\x85\x01", Instr{Op: op.Block, Block: BlockType{Kind: BlockIndex, Index: 133}}},
		{"\x0e\x02\x00\x01\x02", Instr{Op: op.BrTable, Labels: []uint32{0, 1, 2}}},
		{"\x11\x03\x01", Instr{Op: op.CallIndirect, X: 3, Y: 1}},
		{"\x1c\x01\x7b", Instr{Op: op.SelectT, Types: []ValType{V128}}},
		{"\x1f\x40\x04\x00\x07\x01\x01\x08\x02\x02\x03\x03\x04", Instr{Op: op.TryTable, Catches: []Catch{
			{CatchTag, 7, 1}, {CatchTagRef, 8, 2}, {CatchAll, 0, 3}, {CatchAllRef, 0, 4},
		}}},
		{"\x28\x02\x90\x01", Instr{Op: op.I32Load, Align: 2, Imm: 144}},
		{"\x28\x42\x05\x10", Instr{Op: op.I32Load, Align: 2, X: 5, Imm: 16}},
		{"\x41\x7f", Instr{Op: op.I32Const, Imm: 0xffffffff}},
		{"\x42\x7f", Instr{Op: op.I64Const, Imm: 0xffffffffffffffff}},
		{"\x43\x00\x00\xc0\x7f", Instr{Op: op.F32Const, Imm: 0x7fc00000}},
		{"\x44\x00\x00\x00\x00\x00\x00\xf0\x3f", Instr{Op: op.F64Const, Imm: 0x3ff0000000000000}},
		{"\xd0\x6f", Instr{Op: op.RefNull, Heap: HeapExtern}},
		{"\xd0\x04", Instr{Op: op.RefNull, Heap: HeapIndex(4)}},
		{"\xfb\x15\x6b", Instr{Op: op.RefTestNull, Heap: HeapStruct}},
		{"\xfb\x18\x03\x01\x6e\x09", Instr{Op: op.BrOnCast, CastFlags: CastNull | CastNull2, X: 1, Heap: HeapAny, Heap2: HeapIndex(9)}},
		{"\xfc\x08\x03\x01", Instr{Op: op.MemoryInit, X: 3, Y: 1}},
		{"\xfc\x0a\x01\x02", Instr{Op: op.MemoryCopy, X: 1, Y: 2}},
		{"\xfd\x0c\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10",
			Instr{Op: op.V128Const, Imm: 0x0807060504030201, Imm2: 0x100f0e0d0c0b0a09}},
		{"\xfd\x15\x0f", Instr{Op: op.I8x16ExtractLaneS, Lane: 15}},
		{"\xfd\x54\x00\x08\x03", Instr{Op: op.V128Load8Lane, Imm: 8, Lane: 3}},
		{"\xfd\x80\x02", Instr{Op: op.I8x16RelaxedSwizzle}},
		{"\xfe\x03\x00", Instr{Op: op.AtomicFence}},
		{"\xfe\x10\x02\x00", Instr{Op: op.I32AtomicLoad, Align: 2}},
	} {
		r := NewInstrReader([]byte(c.bytes), 0)
		var in Instr
		if err := r.Next(&in); err != nil {
			t.Errorf("%x: %v", c.bytes, err)
			continue
		}
		if !reflect.DeepEqual(in, c.want) {
			t.Errorf("%x: have %+v, want %+v", c.bytes, in, c.want)
		}
		if got := AppendInstr(nil, &c.want); string(got) != c.bytes {
			t.Errorf("%v: have %x, want %x", c.want.Op, got, c.bytes)
		}
		if err := r.Next(&in); err != io.EOF {
			t.Errorf("%x: have %v at the end, want EOF", c.bytes, err)
		}
	}
}

// TestInstrRoundTrip writes and reads every instruction of the table with random immediates.
func TestInstrRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for o := op.Invalid + 1; o < op.Count; o++ {
		for range 20 {
			want := randomInstr(rnd, o)
			b := AppendInstr(nil, &want)
			r := NewInstrReader(b, 0)
			var in Instr
			if err := r.Next(&in); err != nil || r.Pos() != len(b) || !reflect.DeepEqual(in, want) {
				t.Fatalf("%x: have %+v, %v, want %+v", b, in, err, want)
			}
			for cut := range b {
				r := NewInstrReader(b[:cut], 7)
				var e *Error
				switch err := r.Next(&in); {
				case cut == 0 && err == io.EOF:
				case !errors.As(err, &e) || e.Kind != UnexpectedEndOfSection || e.Offset != int64(7+cut):
					t.Fatalf("%x: have %v, want an unexpected end", b[:cut], err)
				}
			}
		}
	}
}

// randomInstr returns an instruction with random immediates, all other fields zero.
func randomInstr(rnd *rand.Rand, o op.Op) Instr {
	in := Instr{Op: o}
	index := &in.X
	number := func() uint32 { return rnd.Uint32() >> rnd.IntN(32) }
	heap := func() HeapType {
		if rnd.IntN(2) == 0 {
			return HeapType(rnd.IntN(12)) + HeapExn
		}
		return HeapIndex(rnd.Uint32N(1000))
	}
	for _, imm := range o.Info().Imms {
		if isIndex(imm) {
			*index = number()
			index = &in.Y
			continue
		}
		switch imm {
		case op.ImmBlock:
			in.Block = [...]BlockType{{}, {Kind: BlockValue, Type: I64}, {Kind: BlockIndex, Index: number()}}[rnd.IntN(3)]
		case op.ImmLabels:
			for range 1 + rnd.IntN(5) {
				in.Labels = append(in.Labels, number())
			}
		case op.ImmMemarg:
			in.Align, in.X, in.Imm = uint8(rnd.IntN(64)), number(), rnd.Uint64()>>rnd.IntN(64)
		case op.ImmLane:
			in.Lane = uint8(rnd.Uint32())
		case op.ImmLanes, op.ImmV128:
			in.Imm, in.Imm2 = rnd.Uint64(), rnd.Uint64()
		case op.ImmI32, op.ImmF32:
			in.Imm = uint64(number())
		case op.ImmI64, op.ImmF64:
			in.Imm = rnd.Uint64() >> rnd.IntN(64)
		case op.ImmHeap:
			in.Heap = heap()
		case op.ImmTypes:
			in.Types = []ValType{F32, Ref(heap(), false)}
		case op.ImmCast:
			in.CastFlags, in.X, in.Heap, in.Heap2 = uint8(rnd.IntN(4)), number(), heap(), heap()
		case op.ImmCatches:
			in.Catches = []Catch{{CatchAll, 0, number()}, {CatchTagRef, number(), number()}}
		}
	}
	return in
}

func TestInstrErrors(t *testing.T) {
	for _, c := range []struct{ bytes, want string }{
		{"\xff", "weft: module at 0x40: illegal opcode: ff"},
		{"\x06", "weft: module at 0x40: illegal opcode: 06"},
		{"\xfc\x7f", "weft: module at 0x40: illegal opcode: fc 7f"},
		{"\x28\x80\x01\x00", "weft: module at 0x41: i32.load: malformed memop flags: have 0x80, want less than 0x80"},
		{"\xfb\x18\x04\x00\x6e\x6e", "weft: module at 0x42: br_on_cast: malformed br_on_cast flags: have 0x04, want at most 3"},
		{"\xfe\x03\x01", "weft: module at 0x42: atomic.fence: zero byte expected: have 0x01"},
		{"\xd0\x40", "weft: module at 0x41: ref.null: malformed heap type: 0x40"},
		{"\x02\x50", "weft: module at 0x41: block: malformed value type: 0x50"},
		{"\x1f\x40\x01\x04", "weft: module at 0x43: try_table: malformed catch clause: have 0x04, want at most 3"},
		{"\x44\x00", "weft: module at 0x42: f64.const: unexpected end of section or function: have 1 bytes, want 8"},
		{"\x1c\xff\xff\xff\x7f", "weft: module at 0x41: select: implementation limit exceeded: 268435455 types of a select, at most 1000 are supported"},
	} {
		r := NewInstrReader([]byte(c.bytes), 0x40)
		var in Instr
		err := r.Next(&in)
		if err == nil || err.Error() != c.want {
			t.Errorf("%x: have %v\nwant %s", c.bytes, err, c.want)
		}
		if again := r.Next(&in); again != err {
			t.Errorf("%x: have %v the second time, want the same error", c.bytes, again)
		}
	}
}

// TestInstrScratch shows that reading with the same Instr again reuses its slices.
func TestInstrScratch(t *testing.T) {
	body := []byte(strings.Repeat("\x0e\x02\x00\x01\x02\x1f\x40\x01\x02\x00\x1c\x01\x7f", 10))
	var in Instr
	read := func() {
		r := NewInstrReader(body, 0)
		for r.Next(&in) == nil {
		}
	}
	read()
	if n := testing.AllocsPerRun(10, read); n > 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
