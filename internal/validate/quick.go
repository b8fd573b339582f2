package validate

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// shape says how body.quick handles an opcode.
type shape uint8

const (
	shapeNone   shape = iota // not at all
	shapeUnary               // pop -> push
	shapeBinary              // pop pop -> push
	shapeLEB                 // a constant of up to width bytes -> push
	shapeFixed               // a constant of width bytes -> push
	shapeLoad                // address -> push
	shapeStore               // address pop ->
	shapeLocalGet
	shapeLocalSet
	shapeLocalTee
	shapeGlobalGet
	shapeGlobalSet
	shapeDrop
	shapeBlock // and loop
	shapeIf
	shapeEnd
	shapeBrIf
	shapeCall
)

// quickOp is what body.quick knows of an opcode.
type quickOp struct {
	shape     shape
	width     uint8 // of a constant: how many bytes are surely well-formed; of an access: log2 of the natural alignment
	op        op.Op
	pop, push wasm.ValType
	flags     FuncFlags
}

// quickOps returns the table for a set of features.
func quickOps(f wasm.Features) *[256]quickOp {
	if f.Has(wasm.AllFeatures) {
		return &allQuick
	}
	some := allQuick
	for i := range some {
		if !f.HasOp(some[i].op) {
			some[i] = quickOp{}
		}
	}
	return &some
}

var allQuick = func() (t [256]quickOp) {
	for code := range t {
		if o := op.ByCode(byte(code)); o != op.Invalid {
			t[code] = quickOpOf(o)
		}
	}
	return t
}()

// shapesByHand has the shapes that do not follow from the table of package op.
var shapesByHand = map[op.Op]shape{
	op.LocalGet: shapeLocalGet, op.LocalSet: shapeLocalSet, op.LocalTee: shapeLocalTee, op.GlobalGet: shapeGlobalGet,
	op.GlobalSet: shapeGlobalSet, op.Drop: shapeDrop, op.Block: shapeBlock, op.Loop: shapeBlock, op.If: shapeIf, op.End: shapeEnd,
	op.BrIf: shapeBrIf, op.Call: shapeCall,
}

// quickOpOf derives what body.quick knows of an instruction.
func quickOpOf(o op.Op) quickOp {
	info := o.Info()
	q := quickOp{op: o, flags: opFlags[o], width: info.Align, shape: shapesByHand[o]}
	if info.ByHand {
		return q
	}
	if n := len(info.Params); n > 0 {
		q.pop = operandTypes[info.Params[n-1]]
	}
	if len(info.Results) == 1 {
		q.push = operandTypes[info.Results[0]]
	}
	switch {
	case len(info.Imms) == 1:
		q.withImmediate(info.Imms[0])
	case len(info.Imms) > 1 || len(info.Results) != 1:
	case len(info.Params) == 1:
		q.shape = shapeUnary
	case len(info.Params) == 2 && info.Params[0] == info.Params[1]:
		q.shape = shapeBinary
	}
	return q
}

// withImmediate adds the shape of an instruction with one immediate.
func (q *quickOp) withImmediate(imm op.Imm) {
	switch imm {
	case op.ImmMemarg:
		q.shape = shapeLoad
		if q.push == 0 {
			q.shape = shapeStore
		}
	case op.ImmI32:
		q.shape, q.width = shapeLEB, 4
	case op.ImmI64:
		q.shape, q.width = shapeLEB, 9
	case op.ImmF32:
		q.shape, q.width = shapeFixed, 4
	case op.ImmF64:
		q.shape, q.width = shapeFixed, 8
	}
}
