package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// The calling convention. Values go into the registers that the target lists for their class, in order; what is left goes to the
// caller's outgoing area, in order, 8 bytes each and 16 for vectors. Parameters and results are placed alike and independently of each
// other. An indirect call has the address of the code and the callee's context in the first two registers that are neither for
// arguments nor preserved.

// Place returns the places of parameters or results with these types, appended to locs, and the bytes of the outgoing area that they
// take. Places in memory are of the given kind: KindOut as the caller sees them, KindIn as the callee does.
func Place(t *isa.Target, types []ssa.Type, memory Kind, locs []Loc) ([]Loc, int) {
	ints, vecs, bytes := t.IntArgs, t.VecArgs, 0
	for _, typ := range types {
		from := &ints
		if typ.IsVector() {
			from = &vecs
		}
		if len(*from) > 0 {
			locs = append(locs, RegLoc((*from)[0]))
			*from = (*from)[1:]
			continue
		}
		locs = append(locs, locOf(memory, bytes))
		bytes += stackBytes(typ)
	}
	return locs, bytes
}

func stackBytes(t ssa.Type) int {
	if t == ssa.TypeV128 {
		return 16
	}
	return 8
}

// PointerRegs returns the registers in which an indirect call has the address of the code and the callee's context.
func PointerRegs(t *isa.Target) (code, context isa.Reg) {
	free := t.Regs[isa.ClassInt] &^ t.CallSaved &^ isa.Set(t.IntArgs...)
	code = free.First()
	return code, free.Without(code).First()
}

// Clobbers returns the registers that a call does not preserve.
func Clobbers(t *isa.Target) isa.RegSet {
	return (t.Regs[isa.ClassInt] | t.Regs[isa.ClassVector]) &^ t.CallSaved
}

// losesRegs reports whether o is a call that loses registers; polling leaves by a way that saves all.
func losesRegs(o ssa.Op) bool { return o.IsCall() && !o.IsTerm() && o != ssa.OpPoll }

func classOf(t ssa.Type) isa.Class {
	if t.IsVector() {
		return isa.ClassVector
	}
	return isa.ClassInt
}
