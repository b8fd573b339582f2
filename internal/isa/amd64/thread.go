package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// Blocks that come to nothing but a jump, as most of those do that the register allocator puts on critical edges, are left out; what leads to
// one of them leads to where it jumps.

// thread finds where each block leads. Heads of loops stay, so that no way goes round in circles.
func (e *Emitter) thread() {
	f := e.f
	e.leads = e.leads[:0]
	for b := range f.NumBlocks() {
		e.leads = append(e.leads, ssa.Block(b))
	}
	order := f.Order()
	for i := len(order) - 1; i > 0; i-- {
		if b := order[i]; !f.IsLoopHead(b) && !e.pads[b] && e.isEmpty(b) {
			e.leads[b] = e.leads[f.To(f.Succ(b, 0))]
		}
	}
}

// isEmpty reports whether nothing of b becomes code but the jump at its end.
func (e *Emitter) isEmpty(b ssa.Block) bool {
	f := e.f
	if f.Op(f.Term(b)) != ssa.OpJump {
		return false
	}
	for v := f.First(b); v != 0; v = f.Next(v) {
		if len(e.alloc.Moves(v)) > 0 {
			return false
		}
		if o := f.Op(v); o != ssa.OpJump && o != ssa.OpCopy && o != ssa.OpProj && !(o.Has(ssa.FlagRemat) && f.NumArgs(v) == 0) {
			return false
		}
	}
	return true
}

// succ is the block that successor i of b leads to.
func (e *Emitter) succ(b ssa.Block, i int) ssa.Block { return e.leads[e.f.To(e.f.Succ(b, i))] }
