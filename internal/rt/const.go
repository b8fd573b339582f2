package rt

import (
	"errors"
	"io"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// errDepends says that an expression cannot be evaluated with what is at hand.
var errDepends = errors.New("weft: the expression depends on an instance")

// plain is the value of an expression that is an i32.const and nothing else, as the places of nearly all segments are. There are tens of thousands of them.
func plain(e wasm.Expr) (v Cell, ok bool) {
	n := len(e.Bytes) - 1
	if n < 2 || op.ByCode(e.Bytes[0]) != op.I32Const || op.ByCode(e.Bytes[n]) != op.End {
		return Cell{}, false
	}
	x, shift := uint64(0), 0
	for _, b := range e.Bytes[1 : n-1] {
		if b < 0x80 {
			return Cell{}, false // there is more than one instruction
		}
		x |= uint64(b&0x7f) << shift
		shift += 7
	}
	last := e.Bytes[n-1]
	if last >= 0x80 {
		return Cell{}, false
	}
	// The last byte has the sign.
	x |= uint64(int64(int8(last<<1)>>1)) << shift
	return Cell{Lo: uint64(uint32(x))}, true
}

// eval evaluates a constant expression.
func (in *Instance) eval(e wasm.Expr) (Cell, error) {
	lo, hi, err := evaluate(e, func(i *wasm.Instr) (Cell, bool) {
		switch i.Op {
		case op.RefFunc:
			return Cell{Lo: uint64(in.Func(i.X).Ref())}, true
		case op.GlobalGet:
			return *in.Globals[i.X].Cell, true
		}
		return Cell{}, i.Op == op.RefNull
	})
	return Cell{lo, hi}, err
}

// evaluate evaluates a valid constant expression (spec 3.4.12) that has no GC instructions, and returns the slots of its value. What is no
// arithmetic is up to other, which reports false for what it does not know.
func evaluate(e wasm.Expr, other func(*wasm.Instr) (Cell, bool)) (lo, hi uint64, err error) {
	var room [8]Cell
	stack := room[:0]
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
		case op.End:
		case op.I32Const, op.I64Const, op.F32Const, op.F64Const:
			stack = append(stack, Cell{Lo: i.Imm})
		case op.V128Const:
			stack = append(stack, Cell{i.Imm, i.Imm2})
		case op.I32Add, op.I32Sub, op.I32Mul, op.I64Add, op.I64Sub, op.I64Mul:
			v := arithmetic(i.Op, stack[n-2].Lo, stack[n-1].Lo)
			stack = append(stack[:n-2], Cell{Lo: v})
		default:
			v, ok := other(&i)
			if !ok {
				return 0, 0, errDepends
			}
			stack = append(stack, v)
		}
	}
	return stack[0].Lo, stack[0].Hi, nil
}

// arithmetic is what extended constant expressions compute.
func arithmetic(o op.Op, a, b uint64) uint64 {
	switch o {
	case op.I32Add:
		return uint64(uint32(a + b))
	case op.I32Sub:
		return uint64(uint32(a - b))
	case op.I32Mul:
		return uint64(uint32(a * b))
	case op.I64Add:
		return a + b
	case op.I64Sub:
		return a - b
	}
	return a * b
}
