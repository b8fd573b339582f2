package ssagen

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
)

// place is the operands of an access: base + index + offset.
type place struct {
	base, index ssa.Value // index may be 0 for none
	offset      int64
	region      ssa.Region
}

// memoryRegion is what accesses to a memory touch. Imported memories may be the same one.
func (g *Generator) memoryRegion(index uint32) ssa.Region {
	r := ssa.RegionMemory.In(distinct(index, g.m.m.ImportedMems))
	if g.m.isVast(index) {
		r |= ssa.RegionVast
	}
	return r
}

// isVast reports whether a memory may come closer to 4 GiB than ssa.MemoryRoom. One of 32-bit addresses that starts smaller never grows to
// that size (rt.NewMemory), but an imported one may have been made as large.
func (m *Module) isVast(index uint32) bool {
	const most = (1<<32 - ssa.MemoryRoom) >> pageShift
	switch t := &m.mems[index]; {
	case t.Is64:
		return true
	case t.HasMax && t.Max <= most:
		return false
	default:
		return t.Min > most || index < uint32(m.m.ImportedMems)
	}
}

// distinct is an index that is the same for all imports: they may be one and the same thing, but not one that the module defines.
func distinct(index uint32, imported int) uint32 {
	if index < uint32(imported) {
		return 0
	}
	return index
}

// access builds a load or store. Those of a lane are a load or store of the lane's bits, and a move into or from the lane.
func (g *Generator) access(info *op.Info) error {
	in := &g.in
	lane, isLane := laneAccesses[in.Op]
	o := sameOp[in.Op]
	if isLane {
		o = lane.access
	} else if o == ssa.OpInvalid {
		return g.unsupported()
	}
	var x ssa.Value
	if len(info.Params) == 2 {
		x = g.pop()
	}
	p, ok := g.locate(g.pop(), 1<<info.Align)
	if !ok {
		return nil
	}
	if len(info.Results) == 0 {
		if isLane {
			x = g.b.EmitImm(lane.move, int64(in.Lane), x)
		}
		g.b.Store(o, p.region, p.base, p.index, p.offset, x)
		return nil
	}
	v := g.b.Load(o, p.region, p.base, p.index, p.offset)
	if isLane {
		v = g.b.EmitImm(lane.move, int64(in.Lane), x, v)
	}
	g.push(v)
	return nil
}

// laneAccesses says what the instructions on memory and one lane of a vector are made of.
var laneAccesses = map[op.Op]struct{ access, move ssa.Op }{
	op.V128Load8Lane:   {ssa.OpI32Load8U, ssa.OpI8x16ReplaceLane},
	op.V128Load16Lane:  {ssa.OpI32Load16U, ssa.OpI16x8ReplaceLane},
	op.V128Load32Lane:  {ssa.OpI32Load, ssa.OpI32x4ReplaceLane},
	op.V128Load64Lane:  {ssa.OpI64Load, ssa.OpI64x2ReplaceLane},
	op.V128Store8Lane:  {ssa.OpI32Store8, ssa.OpI8x16ExtractLaneU},
	op.V128Store16Lane: {ssa.OpI32Store16, ssa.OpI16x8ExtractLaneU},
	op.V128Store32Lane: {ssa.OpI32Store, ssa.OpI32x4ExtractLane},
	op.V128Store64Lane: {ssa.OpI64Store, ssa.OpI64x2ExtractLane},
}

// locate returns where in the machine's memory the access at hand is. It returns false when that is out of bounds whatever the address; the
// block has then ended.
func (g *Generator) locate(addr ssa.Value, size uint64) (p place, ok bool) {
	mem, offset := g.in.X, g.in.Imm
	t := &g.m.mems[mem]
	p.region = g.memoryRegion(mem)
	if offset > abi.MaxMemoryBytes-size {
		g.b.Trap(abi.TrapMemoryOutOfBounds)
		return p, false
	}
	p.offset = int64(offset)
	p.index = g.wide(addr)
	if t.Is64 || offset+size > g.m.options.GuardBytes {
		g.checkBounds(mem, p.index, offset+size)
		p.region |= ssa.RegionSafe
	}
	p.base = g.memoryBase(mem)
	return p, true
}

// checkBounds traps unless the first reach bytes from an address on are in a memory. The sum does not overflow where the address alone is in
// bounds, which is only to be asked of 64-bit addresses.
func (g *Generator) checkBounds(mem uint32, addr ssa.Value, reach uint64) {
	length := g.memoryLength(mem)
	if g.m.mems[mem].Is64 {
		g.b.TrapIf(g.b.Emit(ssa.OpI64GtU, addr, length), abi.TrapMemoryOutOfBounds)
	}
	end := g.b.Emit(ssa.OpI64Add, addr, g.b.Const64(int64(reach)))
	g.b.TrapIf(g.b.Emit(ssa.OpI64GtU, end, length), abi.TrapMemoryOutOfBounds)
}

// memoryBase is the address of a memory. That of memory 0 is one value for the whole function: it is in a register anyway.
func (g *Generator) memoryBase(mem uint32) ssa.Value {
	if mem != 0 {
		return g.b.Load(ssa.OpI64Load, ofContext, g.word(g.m.layout.Memory(mem)), 0, abi.MemoryBase)
	}
	if g.membase == 0 {
		g.membase = g.b.NewValue(ssa.OpMembase, ssa.TypeI64)
		g.b.InsertFirst(ssa.Entry, g.membase)
	}
	return g.membase
}

func (g *Generator) memoryLength(mem uint32) ssa.Value {
	return g.b.Load(ssa.OpI64Load, ofContext, g.word(g.m.layout.Memory(mem)), 0, abi.MemoryLength)
}

const pageShift = 16 // a page is 64 KiB

// memory builds the instructions on whole memories.
func (g *Generator) memory() {
	in := &g.in
	index := func(i uint32) ssa.Value { return g.b.Const32(int32(i)) }
	switch in.Op {
	case op.MemorySize:
		pages := g.b.Emit(ssa.OpI64ShrU, g.memoryLength(in.X), g.b.Const64(pageShift))
		g.push(g.narrow(pages, g.m.mems[in.X].Is64))
	case op.MemoryGrow:
		previous := g.helper(abi.HelperMemoryGrow, index(in.X), g.wide(g.pop()))
		g.push(g.narrow(previous, g.m.mems[in.X].Is64))
	case op.MemoryFill:
		n, x, to := g.wide(g.pop()), g.pop(), g.wide(g.pop())
		g.meterMemory(in.X, n)
		g.helper(abi.HelperMemoryFill, index(in.X), to, x, n)
	case op.MemoryCopy:
		n, from, to := g.wide(g.pop()), g.wide(g.pop()), g.wide(g.pop())
		g.meterMemory(in.X, n)
		g.helper(abi.HelperMemoryCopy, index(in.X), index(in.Y), to, from, n)
	case op.MemoryInit:
		n, from, to := g.wide(g.pop()), g.wide(g.pop()), g.wide(g.pop())
		g.meterMemory(in.Y, n)
		g.helper(abi.HelperMemoryInit, index(in.X), index(in.Y), to, from, n)
	case op.DataDrop:
		g.helper(abi.HelperDataDrop, index(in.X))
	}
}
