package interp

import (
	"fmt"
	"math"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/rt"
)

// bulk executes the instructions on whole tables and memories (spec 4.6.9, 4.6.10). Their operands lie side by side from A on, and so does
// the result; B and C are the immediates.
func (m *machine) bulk(in *instr, fp []uint64) abi.Trap {
	if m.inst.Module.Fuel != nil {
		if trap := m.chargeBulk(in, fp[in.A:]); trap != 0 {
			return trap
		}
	}
	switch op.Op(in.Op) {
	case op.MemorySize, op.MemoryGrow, op.MemoryFill, op.MemoryCopy, op.MemoryInit, op.DataDrop:
		return m.bulkMemory(in, fp[in.A:])
	}
	return m.bulkTable(in, fp[in.A:])
}

func (m *machine) bulkMemory(in *instr, args []uint64) abi.Trap {
	x := m.inst
	switch op.Op(in.Op) {
	case op.MemorySize:
		args[0] = x.Mems[in.B].Pages()
	case op.MemoryGrow:
		mem := x.Mems[in.B]
		previous, ok := mem.Grow(args[0])
		args[0] = grown(previous, ok, mem.Type().Is64)
	case op.MemoryFill:
		return rt.FillUntil(m, x.Mems[in.B].Bytes(), args[0], byte(args[1]), args[2])
	case op.MemoryCopy:
		return rt.CopyUntil(m, x.Mems[in.B].Bytes(), x.Mems[in.C].Bytes(), args[0], args[1], args[2])
	case op.MemoryInit:
		return rt.CopyUntil(m, x.Mems[in.C].Bytes(), x.Data[in.B], args[0], args[1], args[2])
	case op.DataDrop:
		x.DropData(in.B)
	}
	return 0
}

func (m *machine) bulkTable(in *instr, args []uint64) abi.Trap {
	x, ok := m.inst, true
	switch o := op.Op(in.Op); o {
	case op.TableSize:
		args[0] = uint64(len(x.Tables[in.B].Elems))
	case op.TableGrow:
		t := x.Tables[in.B]
		previous, ok := t.Grow(args[1], rt.Ref(args[0]))
		args[0] = grown(previous, ok, t.Type().Is64)
	case op.TableFill:
		ok = x.Tables[in.B].Fill(args[0], rt.Ref(args[1]), args[2])
	case op.TableCopy:
		ok = x.Tables[in.B].Copy(x.Tables[in.C], args[0], args[1], args[2])
	case op.TableInit:
		ok = x.Tables[in.C].Init(x.Elems[in.B], args[0], args[1], args[2])
	case op.ElemDrop:
		x.DropElem(in.B)
	default:
		panic(fmt.Sprintf("interp: no case for %s", o))
	}
	if !ok {
		return abi.TrapTableOutOfBounds
	}
	return 0
}

// grown is the result of memory.grow and table.grow: the previous size, or -1 in the type of addresses.
func grown(previous uint64, ok, is64 bool) uint64 {
	switch {
	case ok:
		return previous
	case is64:
		return math.MaxUint64
	}
	return math.MaxUint32
}
