package amd64

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Sums are made in place, which is shorter, or as addresses, with the result in a register of its own, as the register allocator likes.

// asAddress maps the sums to the operations that compute addresses.
var asAddress = map[Op]Op{Add32: Lea32, Add64: Lea64, Add32Imm: Lea32, Add64Imm: Lea64}

// withUntied marks the operations for which there is such a choice.
func withUntied(all []isa.Op) []isa.Op {
	for o := range asAddress {
		all[o].Flags |= isa.FlagUntied
	}
	return all
}

// sum emits v, a sum, as an address if its result is not in place, and reports whether it has.
func (e *Emitter) sum(v ssa.Value, o Op) bool {
	uses, to := e.alloc.Uses(v), e.alloc.Results(v)[0].Reg()
	if to == uses[0].Reg() {
		return false
	}
	m := At(uses[0].Reg(), 0)
	if len(uses) > 1 {
		m.Index = uses[1].Reg()
	} else {
		m.Disp = int32(e.f.Imm(v))
	}
	e.instMem(asAddress[o], to, m)
	return true
}
