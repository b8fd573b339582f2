package fuel

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// IsLeaf reports whether a function with a valid body neither loops nor calls. It comes to its end by itself, and nobody looks for fuel when it begins: that is
// what functions are made of that are called most, and looking would be a good part of what they do.
func IsLeaf(body []byte) bool {
	r := wasm.NewInstrReader(body, 0)
	var in wasm.Instr
	for depth := 1; depth > 0; {
		if err := r.Next(&in); err != nil {
			return false
		}
		switch in.Op {
		case op.Block, op.If, op.TryTable:
			depth++
		case op.End:
			depth--
		case op.Loop, op.Call, op.CallIndirect, op.CallRef, op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef:
			return false
		}
	}
	return true
}
