package ssagen

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
)

// refShift is log2 of the size of a reference.
const refShift = 3

// tableRegion is what accesses to elements that exist touch. Imported tables may be the same one.
func (g *Generator) tableRegion(index uint32) ssa.Region {
	return ssa.RegionTable.In(distinct(index, g.m.m.ImportedTables)) | ssa.RegionSafe
}

// element returns the place of an element, and traps if there is none.
func (g *Generator) element(table uint32, index ssa.Value, code abi.Trap) place {
	descriptor := g.word(g.m.layout.Table(table))
	length := g.b.Load(ssa.OpI64Load, ofContext, descriptor, 0, abi.TableLength)
	g.b.TrapIf(g.b.Emit(ssa.OpI64GeU, index, length), code)
	elements := g.b.Load(ssa.OpI64Load, ofContext, descriptor, 0, abi.TableElements)
	return place{base: elements, index: g.b.Emit(ssa.OpI64Shl, index, g.b.Const64(refShift)), region: g.tableRegion(table)}
}

func (g *Generator) tableLength(index uint32) ssa.Value {
	return g.b.Load(ssa.OpI64Load, ofContext, g.word(g.m.layout.Table(index)), 0, abi.TableLength)
}

// table builds the instructions on tables.
func (g *Generator) table() {
	in := &g.in
	index := func(i uint32) ssa.Value { return g.b.Const32(int32(i)) }
	switch in.Op {
	case op.TableGet:
		p := g.element(in.X, g.wide(g.pop()), abi.TrapTableOutOfBounds)
		g.push(g.b.Load(ssa.OpRefLoad, p.region, p.base, p.index, 0))
	case op.TableSet:
		x := g.pop()
		p := g.element(in.X, g.wide(g.pop()), abi.TrapTableOutOfBounds)
		g.b.Store(ssa.OpRefStore, p.region, p.base, p.index, 0, x)
	case op.TableSize:
		g.push(g.narrow(g.tableLength(in.X), g.m.tables[in.X].Is64))
	case op.TableGrow:
		n, x := g.wide(g.pop()), g.pop()
		g.meterGrowth(n)
		previous := g.helper(abi.HelperTableGrow, index(in.X), x, n)
		g.push(g.narrow(previous, g.m.tables[in.X].Is64))
	case op.TableFill:
		n, x, to := g.wide(g.pop()), g.pop(), g.wide(g.pop())
		g.meterTable(in.X, n)
		g.helper(abi.HelperTableFill, index(in.X), to, x, n)
	case op.TableCopy:
		n, from, to := g.wide(g.pop()), g.wide(g.pop()), g.wide(g.pop())
		g.meterTable(in.X, n)
		g.helper(abi.HelperTableCopy, index(in.X), index(in.Y), to, from, n)
	case op.TableInit:
		n, from, to := g.wide(g.pop()), g.wide(g.pop()), g.wide(g.pop())
		g.meterTable(in.Y, n)
		g.helper(abi.HelperTableInit, index(in.X), index(in.Y), to, from, n)
	case op.ElemDrop:
		g.helper(abi.HelperElemDrop, index(in.X))
	}
}
