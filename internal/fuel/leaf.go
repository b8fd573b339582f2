package fuel

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// IsLeaf reports whether a function with a valid body neither loops nor calls, save where unreachable follows the call, as behind one that reports an error. It comes
// to its end by itself, and nobody looks for fuel when it begins: functions that are called most are often such, and looking would be a good part of what
// they do. Calls that do not return nest no deeper than the stack.
func IsLeaf(body []byte) bool {
	r := wasm.NewInstrReader(body, 0)
	var in wasm.Instr
	called := false
	for depth := 1; depth > 0; {
		if err := r.Next(&in); err != nil || called && in.Op != op.Unreachable {
			return false
		}
		called = false
		switch in.Op {
		case op.Block, op.If, op.TryTable:
			depth++
		case op.End:
			depth--
		case op.Call, op.CallIndirect, op.CallRef:
			called = true
		case op.Loop, op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef:
			return false
		}
	}
	return true
}
