package ssagen

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
)

// loads and stores are those of a whole value of each type.
var loads = [...]ssa.Op{
	ssa.TypeI32: ssa.OpI32Load, ssa.TypeI64: ssa.OpI64Load, ssa.TypeF32: ssa.OpF32Load, ssa.TypeF64: ssa.OpF64Load,
	ssa.TypeV128: ssa.OpV128Load, ssa.TypeRef: ssa.OpRefLoad,
}

var stores = [...]ssa.Op{
	ssa.TypeI32: ssa.OpI32Store, ssa.TypeI64: ssa.OpI64Store, ssa.TypeF32: ssa.OpF32Store, ssa.TypeF64: ssa.OpF64Store,
	ssa.TypeV128: ssa.OpV128Store, ssa.TypeRef: ssa.OpRefStore,
}

// globalPlace returns where a global is. Imported globals may be the same one.
func (g *Generator) globalPlace(index uint32) place {
	p := place{region: ssa.RegionGlobal.In(distinct(index, g.m.m.ImportedGlobals)) | ssa.RegionSafe}
	offset, imported := g.m.layout.Global(index)
	if imported {
		p.base = g.word(offset)
	} else {
		p.base, p.offset = g.contextValue(), int64(offset)
	}
	return p
}

func (g *Generator) globalGet(index uint32) ssa.Value {
	x := &g.m.globals[index]
	if x.known {
		return g.b.Const(x.typ, x.value)
	}
	p := g.globalPlace(index)
	return g.b.Load(loads[x.typ], p.region, p.base, 0, p.offset)
}

func (g *Generator) globalSet(index uint32, v ssa.Value) {
	p := g.globalPlace(index)
	g.b.Store(stores[g.m.globals[index].typ], p.region, p.base, 0, p.offset, v)
}

// isNull is 1 if a reference is null, else 0.
func (g *Generator) isNull(ref ssa.Value) ssa.Value {
	return g.b.Emit(ssa.OpI64Eqz, g.b.Emit(ssa.OpRefAddr, ref))
}

// reference builds the instructions on references.
func (g *Generator) reference() {
	switch g.in.Op {
	case op.RefNull:
		g.push(g.b.Const(ssa.TypeRef, num.V128{}))
	case op.RefIsNull:
		g.push(g.isNull(g.pop()))
	case op.RefFunc:
		g.push(g.refFunc(g.in.X))
	case op.RefAsNonNull:
		g.b.TrapIf(g.isNull(g.top(1)[0]), abi.TrapNullReference)
	}
}

// refFunc is the reference to a function: the address of its record.
func (g *Generator) refFunc(index uint32) ssa.Value {
	if index < uint32(g.m.m.ImportedFuncs) {
		return g.b.Load(ssa.OpRefLoad, ofContext, g.contextValue(), 0, int64(g.m.layout.ImportedFunc(index)))
	}
	record := g.word(abi.InstanceRecords)
	if offset := g.m.layout.Record(index); offset != 0 {
		record = g.b.Emit(ssa.OpI64Add, record, g.b.Const64(int64(offset)))
	}
	return g.b.Emit(ssa.OpAddrRef, record)
}
