package ssagen

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
)

// call builds the calls and tail calls.
func (g *Generator) call() {
	switch in := &g.in; in.Op {
	case op.Call, op.ReturnCall:
		if in.X < uint32(g.m.m.ImportedFuncs) {
			g.callRecord(g.word(g.m.layout.ImportedFunc(in.X)), g.m.funcs[in.X], ssa.HintUnlikely)
		} else {
			g.callWith(ssa.OpCall, g.m.funcs[in.X], in.X)
		}
	case op.CallIndirect, op.ReturnCallIndirect:
		g.callRecord(g.lookUp(g.wide(g.pop())), in.X, ssa.HintNone)
	case op.CallRef, op.ReturnCallRef:
		ref := g.pop()
		g.b.TrapIf(g.isNull(ref), abi.TrapNullFunction)
		g.callRecord(g.b.Emit(ssa.OpRefAddr, ref), in.X, ssa.HintNone)
	}
}

// callRecord calls the function with a record. The hint says whether it is likely to be one of this instance.
func (g *Generator) callRecord(record ssa.Value, typeIndex uint32, hint ssa.Hint) {
	code := g.b.Load(ssa.OpI64Load, ofContext, record, 0, abi.FuncCode)
	context := g.b.Load(ssa.OpI64Load, ofContext, record, 0, abi.FuncContext)
	g.callWith(ssa.OpCallPtr, typeIndex, uint32(hint), code, context)
}

// callWith emits a call, or a tail call if that is the instruction at hand, with the given arguments and then the operands. target is the function
// or a hint.
func (g *Generator) callWith(o ssa.Op, typeIndex, target uint32, lead ...ssa.Value) {
	sig := &g.m.sigs[typeIndex]
	args := append(g.lists.args[:0], lead...)
	args = append(args, g.popN(len(sig.Params))...)
	g.lists.args = args
	switch g.in.Op {
	case op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef:
		g.poll()
		tail := ssa.OpTailCall
		if o == ssa.OpCallPtr {
			tail, target = ssa.OpTailCallPtr, 0
		}
		g.b.TailCall(tail, *sig, target, args...)
		return
	}
	v := g.b.EmitFull(o, sig.Type(), g.sigs.find(&g.b, &g.sigs.types[typeIndex], sig), target, args...)
	g.mayThrow()
	if len(sig.Results) == 1 {
		g.push(v)
		return
	}
	for i := range sig.Results {
		g.push(g.b.Proj(v, i))
	}
}

// lookUp finds the record of the function for a call_indirect (spec 4.6.11).
func (g *Generator) lookUp(index ssa.Value) ssa.Value {
	want, table := g.in.X, g.in.Y
	elem := g.m.tables[table].Elem
	slot := g.element(table, index, abi.TrapUndefinedElement)
	ref := g.b.Load(ssa.OpRefLoad, g.tableRegion(table), slot.base, slot.index, 0)
	if elem.Nullable() {
		g.b.TrapIf(g.isNull(ref), abi.TrapUninitializedElement)
	}
	record := g.b.Emit(ssa.OpRefAddr, ref)
	if have, concrete := elem.Heap().Index(); !concrete || !g.m.isSub(have, want) {
		g.checkType(record, want)
	}
	return record
}

// checkType traps unless the function with a record has a type or a subtype of it.
func (g *Generator) checkType(record ssa.Value, typeIndex uint32) {
	have := g.b.Load(ssa.OpI32Load, ofContext, record, 0, abi.FuncTypeID)
	want := g.b.Load(ssa.OpI32Load, ofContext, g.contextValue(), 0, int64(g.m.layout.TypeID(typeIndex)))
	differ := g.b.Emit(ssa.OpI32Ne, have, want)
	if g.m.m.Types[typeIndex].Final {
		g.b.TrapIf(differ, abi.TrapIndirectCallTypeMismatch)
		return
	}
	slow, ok := g.b.NewBlock(), g.b.NewBlock()
	g.b.If(differ, ssa.HintUnlikely, slow, ok)
	g.b.SetCold(slow, true)
	g.enter(slow)
	is := g.helper(abi.HelperIsSubtype, have, want)
	g.b.TrapIf(g.b.Emit(ssa.OpI32Eqz, is), abi.TrapIndirectCallTypeMismatch)
	g.b.Jump(ok)
	g.enter(ok)
}
