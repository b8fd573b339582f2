package rt

import (
	"io"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// eval evaluates a valid constant expression (spec 3.4.12) that has no GC instructions, and returns the slots of its value.
func (in *Instance) eval(e wasm.Expr) (lo, hi uint64, err error) {
	var stack []uint64
	push := func(v ...uint64) { stack = append(stack, v...) }
	r := wasm.NewInstrReader(e.Bytes, e.Offset)
	var i wasm.Instr
	for {
		if err := r.Next(&i); err == io.EOF {
			break
		} else if err != nil {
			return 0, 0, err
		}
		n := len(stack)
		switch i.Op {
		case op.I32Const, op.I64Const, op.F32Const, op.F64Const:
			push(i.Imm)
		case op.V128Const:
			push(i.Imm, i.Imm2)
		case op.RefNull:
			push(0)
		case op.RefFunc:
			push(uint64(in.Funcs[i.X].Ref()))
		case op.GlobalGet:
			g := in.Globals[i.X]
			if push(g.Lo); g.typ.Type == wasm.V128 {
				push(g.Hi)
			}
		case op.I32Add:
			stack = append(stack[:n-2], uint64(uint32(stack[n-2]+stack[n-1])))
		case op.I32Sub:
			stack = append(stack[:n-2], uint64(uint32(stack[n-2]-stack[n-1])))
		case op.I32Mul:
			stack = append(stack[:n-2], uint64(uint32(stack[n-2]*stack[n-1])))
		case op.I64Add:
			stack = append(stack[:n-2], stack[n-2]+stack[n-1])
		case op.I64Sub:
			stack = append(stack[:n-2], stack[n-2]-stack[n-1])
		case op.I64Mul:
			stack = append(stack[:n-2], stack[n-2]*stack[n-1])
		}
	}
	if len(stack) > 1 {
		hi = stack[1]
	}
	return stack[0], hi, nil
}
