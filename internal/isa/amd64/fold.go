package amd64

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/regalloc"
)

// Arguments that the register allocator has left in memory, and what becomes of the operations that use them: NAME with a register there is
// NAME.load, which follows it in the table. Divisions are left out: a fault tells the divisor's register.

// withFolds fills in which operations read arguments from memory.
func withFolds(all []isa.Op, lists [][]isa.Operand) []isa.Op {
	for o := Invalid + 1; o+1 < Count; o++ {
		if to := o + 1; all[to].Name == all[o].Name+".load" && !all[o].Has(isa.FlagTrap) {
			if way, ok := foldOf(lists[all[o].List], lists[all[to].List]); ok {
				all[o].Folds[way] = uint16(to)
			}
		}
	}
	for o, to := range map[Op]Op{Cmp8: Cmp8Mem, Cmp16: Cmp16Mem, Cmp32: Cmp32Mem, Cmp64: Cmp64Mem} {
		all[o].Folds[isa.FoldFirst] = uint16(to)
	}
	for o, to := range map[Op]Op{Test8: Cmp8ImmLoad, Test16: Cmp16ImmLoad, Test32: Cmp32ImmLoad, Test64: Cmp64ImmLoad} {
		all[o].Folds[isa.FoldBoth] = uint16(to)
	}
	return all
}

// foldOf tells which argument of an operation is memory in another one; ok is false if it is neither the first nor the last.
func foldOf(regs, mem []isa.Operand) (way isa.Fold, ok bool) {
	args, folded := 0, 0
	for i, x := range regs {
		if x.Form != isa.FormReg || x.Role&isa.RoleUse == 0 {
			continue
		}
		if args++; mem[i].Form == isa.FormMem {
			folded = args
		}
	}
	switch folded {
	case args:
		return isa.FoldLast, true
	case 1:
		return isa.FoldFirst, true
	}
	return 0, false
}

// fold makes in the operation that reads an argument from memory, if one is there.
func (e *Emitter) fold(in *Inst, uses []regalloc.Loc) {
	inMemory, way := 0, isa.FoldFirst
	for _, l := range uses {
		switch {
		case l.IsReg():
			way = isa.FoldFirst
		case l != 0: // which the condition flags have
			in.Mem = e.memoryOf(l)
			inMemory++
			way = isa.FoldLast
		}
	}
	switch inMemory {
	case 0:
		return
	case 2:
		way, in.Imm = isa.FoldBoth, 0 // compared with zero
	}
	in.Op = Op(in.Op.row().Folds[way])
}
