package validate

import (
	"strconv"
	"strings"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// immediates checks those immediates of the current instruction that can be checked on their own: that indices are in range, types exist,
// memory arguments and lanes fit. It leaves the address types of the memory and of the table in b. Locals, fields and
// catch clauses are left to what types the instruction.
func (b *body) immediates(info *op.Info) bool {
	in, v := &b.in, b.v
	// The last one first: a missing table or memory is the greater mishap than a missing segment for it.
	for i := len(info.Imms) - 1; i >= 0; i-- {
		index := in.X
		if i > 0 {
			index = in.Y
		}
		switch info.Imms[i] {
		case op.ImmLabel:
			b.inRange(wasm.UnknownLabel, index, len(b.frames))
		case op.ImmFunc:
			b.inRange(wasm.UnknownFunc, index, len(v.funcs))
		case op.ImmType:
			b.inRange(wasm.UnknownType, index, len(v.m.Types))
		case op.ImmTable:
			b.tableIndex(index)
		case op.ImmMem:
			b.memIndex(index)
		case op.ImmGlobal:
			b.inRange(wasm.UnknownGlobal, index, len(v.globals))
		case op.ImmTag:
			b.inRange(wasm.UnknownTag, index, len(v.tags))
		case op.ImmElem:
			b.inRange(wasm.UnknownElem, index, len(v.m.Elems))
		case op.ImmData:
			b.dataIndex(index)
		case op.ImmMemarg:
			b.memarg(info)
		case op.ImmLane:
			b.lane(in.Lane, lanes[in.Op])
		case op.ImmLanes:
			for shift := 0; shift < 64; shift += 8 {
				b.lane(uint8(in.Imm>>shift), 32)
				b.lane(uint8(in.Imm2>>shift), 32)
			}
		case op.ImmHeap:
			b.checkType(wasm.Ref(in.Heap, true))
		case op.ImmTypes:
			for _, t := range in.Types {
				b.checkType(t)
			}
		case op.ImmCast:
			b.inRange(wasm.UnknownLabel, in.X, len(b.frames))
			b.checkType(wasm.Ref(in.Heap, true))
			b.checkType(wasm.Ref(in.Heap2, true))
		}
	}
	return b.err == nil
}

// inRange checks that an index is below the size of its index space.
func (b *body) inRange(unknown wasm.Kind, index uint32, size int) bool {
	if int64(index) < int64(size) {
		return true
	}
	switch {
	case unknown == wasm.UnknownLabel:
		b.fail(unknown, "have %d, want less than %d", index, size)
	case unknown == wasm.UnknownGlobal && b.init:
		b.fail(unknown, "%d, this initialiser sees the first %d", index, size)
	case unknown == wasm.UnknownField:
		b.fail(unknown, "%d, the type has %d", index, size)
	default:
		b.fail(unknown, "%d, the module has %d", index, size)
	}
	return false
}

// checkType checks that a type exists.
func (b *body) checkType(t wasm.ValType) bool {
	i, concrete := t.Heap().Index()
	return !t.IsRef() || !concrete || b.inRange(wasm.UnknownType, i, len(b.v.m.Types))
}

// funcType returns the function type with an index; after an error, an empty one.
func (b *body) funcType(index uint32) *wasm.FuncType {
	if b.inRange(wasm.UnknownType, index, len(b.v.m.Types)) {
		if t := &b.v.m.Types[index]; t.Kind == wasm.CompFunc {
			return &t.Func
		}
		b.wrongKind(index, wasm.CompFunc)
	}
	return &wasm.FuncType{}
}

// wrongKind fails because a type is not of the kind that the instruction wants.
func (b *body) wrongKind(index uint32, want wasm.CompKind) {
	b.fail(wasm.TypeMismatch, "type %d: have %s, want %s", index, b.v.m.Types[index].Kind, want)
}

func (b *body) tableIndex(index uint32) {
	if b.inRange(wasm.UnknownTable, index, len(b.v.tables)) {
		b.tableAddr = b.v.tables[index].Address()
	}
}

func (b *body) memIndex(index uint32) {
	if b.inRange(wasm.UnknownMemory, index, len(b.v.mems)) {
		b.addr = b.v.mems[index].Address()
	}
}

// dataIndex checks the index of a data segment. The segments come behind the code, so that the data count section has to have announced
// them.
func (b *body) dataIndex(index uint32) {
	if b.v.m.DataNum == nil {
		b.fail(wasm.DataCountRequired, "for data segment %d", index)
		return
	}
	b.inRange(wasm.UnknownData, index, int(*b.v.m.DataNum))
}

// memarg checks a memory argument (spec 3.4.7). Atomic accesses have to state their natural alignment.
func (b *body) memarg(info *op.Info) {
	in := &b.in
	b.memIndex(in.X)
	switch {
	case in.Align > info.Align:
		b.fail(wasm.AlignmentTooLarge, "have %d, want at most %d", uint64(1)<<in.Align, 1<<info.Align)
	case info.Flags&op.FlagAtomic != 0 && in.Align < info.Align:
		b.fail(wasm.UnalignedAtomic, "have an alignment of %d, want %d", 1<<in.Align, 1<<info.Align)
	case b.addr == wasm.I32 && in.Imm > 1<<32-1:
		b.fail(wasm.OffsetOutOfRange, "have 0x%x, want less than 4 GiB for a 32-bit memory", in.Imm)
	}
}

func (b *body) lane(lane, count uint8) {
	if lane >= count {
		b.fail(wasm.InvalidLaneIndex, "have %d, want less than %d", lane, count)
	}
}

// lanes has the number of lanes that each instruction with a lane index chooses from. For an access to memory it follows from the
// width; else from the shape that its name begins with, like i8x16.
var lanes = func() (t [op.Count]uint8) {
	for o := range t {
		info := op.Op(o).Info()
		for _, imm := range info.Imms {
			switch imm {
			case op.ImmMemarg:
				t[o] = 16 >> info.Align
			case op.ImmLane:
				if t[o] == 0 {
					t[o] = lanesOfShape(info.Name)
				}
			}
		}
	}
	return t
}()

func lanesOfShape(name string) uint8 {
	shape, _, _ := strings.Cut(name, ".")
	_, count, _ := strings.Cut(shape, "x")
	n, err := strconv.ParseUint(count, 10, 8)
	if err != nil {
		panic("validate: no lanes in the name " + name)
	}
	return uint8(n)
}

// operandTypes translates the operand types of the table, save the two address types.
var operandTypes = [...]wasm.ValType{
	op.I32: wasm.I32, op.I64: wasm.I64, op.F32: wasm.F32, op.F64: wasm.F64, op.V128: wasm.V128,
	op.EQREF: wasm.EqRef, op.ARRAYREF: wasm.ArrayRef, op.I31: wasm.Ref(wasm.HeapI31, false), op.I31REF: wasm.I31Ref,
}

// operandType translates an operand type of the table.
func (b *body) operandType(t op.Type) wasm.ValType {
	switch t {
	case op.AM:
		return b.addr
	case op.AT:
		return b.tableAddr
	}
	return operandTypes[t]
}

// byTable validates the operands and results that the table gives the current instruction.
func (b *body) byTable(info *op.Info) {
	if b.in.Op == op.TableInit {
		b.segmentMatches(b.in.X, b.v.tables[b.in.Y].Elem)
	}
	for i := len(info.Params) - 1; i >= 0; i-- {
		b.pop(b.operandType(info.Params[i]))
	}
	for _, t := range info.Results {
		b.push(b.operandType(t))
	}
}
