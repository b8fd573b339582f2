package wat

import (
	"math"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// arity is how many operands an instruction takes and how many results it gives.
type arity struct{ in, out int }

// arities has the instructions that the table types by hand and whose arity is always the same.
var arities = map[op.Op]arity{
	op.ThrowRef: {1, 0}, op.Drop: {1, 0}, op.Select: {3, 1}, op.SelectT: {3, 1},
	op.LocalGet: {0, 1}, op.LocalSet: {1, 0}, op.LocalTee: {1, 1}, op.GlobalGet: {0, 1}, op.GlobalSet: {1, 0},
	op.TableGet: {1, 1}, op.TableSet: {2, 0}, op.TableGrow: {2, 1}, op.TableFill: {3, 0}, op.TableCopy: {3, 0},
	op.MemoryCopy: {3, 0},
	op.RefNull:    {0, 1}, op.RefIsNull: {1, 1}, op.RefFunc: {0, 1}, op.RefAsNonNull: {1, 1},
	op.StructNewDefault: {0, 1}, op.StructGet: {1, 1}, op.StructGetS: {1, 1}, op.StructGetU: {1, 1}, op.StructSet: {2, 0},
	op.ArrayNew: {2, 1}, op.ArrayNewDefault: {1, 1}, op.ArrayNewData: {2, 1}, op.ArrayNewElem: {2, 1},
	op.ArrayGet: {2, 1}, op.ArrayGetS: {2, 1}, op.ArrayGetU: {2, 1}, op.ArraySet: {3, 0},
	op.ArrayFill: {4, 0}, op.ArrayCopy: {5, 0}, op.ArrayInitData: {4, 0}, op.ArrayInitElem: {4, 0},
	op.RefTest: {1, 1}, op.RefTestNull: {1, 1}, op.RefCast: {1, 1}, op.RefCastNull: {1, 1},
	op.AnyConvertExtern: {1, 1}, op.ExternConvertAny: {1, 1},
}

// arity returns the arity of an instruction that is no block. It only serves to fold instructions, which is right whatever it
// says; so what it cannot know, such as that of an instruction that refers to an unknown type, may be anything.
func (p *printer) arity(in *wasm.Instr) arity {
	if info := in.Op.Info(); !info.ByHand {
		return arity{len(info.Params), len(info.Results)}
	}
	if a, ok := arities[in.Op]; ok {
		return a
	}
	switch in.Op {
	case op.Br, op.BrOnNonNull:
		return arity{p.labelArity(in.X), 0}
	case op.BrIf:
		n := p.labelArity(in.X)
		return arity{n + 1, n}
	case op.BrTable:
		return arity{p.labelArity(in.Labels[len(in.Labels)-1]) + 1, 0}
	case op.BrOnNull:
		n := p.labelArity(in.X)
		return arity{n + 1, n + 1}
	case op.BrOnCast, op.BrOnCastFail:
		n := p.labelArity(in.X)
		return arity{n, n}
	case op.Return:
		return arity{p.labelArity(uint32(len(p.body.labels))), 0}
	case op.StructNew:
		return arity{len(p.typeAt(in.X).Fields), 1}
	case op.ArrayNewFixed:
		return arity{int(min(in.Y, math.MaxInt32)), 1}
	case op.Throw:
		t, _ := p.m.TagTypeIndex(in.X)
		return arity{len(p.typeAt(t).Func.Params), 0}
	}
	return p.callArity(in)
}

// callArity returns the arity of a call.
func (p *printer) callArity(in *wasm.Instr) (a arity) {
	index := in.X
	callee := 1 // what is called is an operand itself
	if in.Op == op.Call || in.Op == op.ReturnCall {
		index, _ = p.m.FuncTypeIndex(in.X)
		callee = 0
	}
	t := &p.typeAt(index).Func
	switch in.Op {
	case op.Call, op.CallIndirect, op.CallRef:
		return arity{len(t.Params) + callee, len(t.Results)}
	case op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef:
		return arity{len(t.Params) + callee, 0}
	}
	return arity{}
}

// typeAt returns the type with an index, or an empty one if there is none.
func (p *printer) typeAt(index uint32) *wasm.SubType {
	if int64(index) < int64(len(p.m.Types)) {
		return &p.m.Types[index]
	}
	return &wasm.SubType{}
}

// labelArity returns how many operands a branch to the label at a depth takes. The outermost one is that of the function.
func (p *printer) labelArity(depth uint32) int {
	labels := p.body.labels
	if int64(depth) < int64(len(labels)) {
		return labels[len(labels)-1-int(depth)].arity
	}
	return p.body.results
}

// blockArity returns the arity of a block with a type.
func (p *printer) blockArity(t wasm.BlockType) arity {
	switch t.Kind {
	case wasm.BlockValue:
		return arity{0, 1}
	case wasm.BlockIndex:
		f := &p.typeAt(t.Index).Func
		return arity{len(f.Params), len(f.Results)}
	}
	return arity{}
}
