package amd64

import (
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// WordEntry fills in the object of the code through which Go calls functions of a signature whose parameters and result are numbers, at most as many
// as there are registers: it is entered as a function of as many integers would be, with the word behind R10 the address of that which has the function's, and leaves the result in RAX.
// Functions of integers do not need it.
func (e *Emitter) WordEntry(sig *ssa.Sig, o *code.Object) {
	params, _ := regalloc.Place(Target, sig.Params, regalloc.KindOut, nil)
	e.Asm.Frame(0)
	e.instMem(Mov64Load, R10, At(R10, 8))
	// An integer's place is at most as far back in the list as its word, so that all words behind it are still there.
	for i, l := range params {
		switch word := Target.IntArgs[i]; sig.Params[i] {
		case ssa.TypeF32:
			e.inst(Vmovd, 0, l.Reg(), word)
		case ssa.TypeF64:
			e.inst(Vmovq, 0, l.Reg(), word)
		default:
			if l.Reg() != word {
				e.inst(Mov64, 0, l.Reg(), word)
			}
		}
	}
	if len(sig.Results) == 0 || sig.Results[0] == ssa.TypeI32 || sig.Results[0] == ssa.TypeI64 {
		e.instMem(Mov64Load, R10, At(R10, 0))
		e.inst(Jmp, 0, R10)
		e.Asm.Finish(o)
		return
	}
	const bytes = 8
	e.grow(bytes)
	e.Asm.Emit(&Inst{Op: CallLoad, Mem: At(R10, 0)})
	results, _ := regalloc.Place(Target, sig.Results, regalloc.KindOut, nil)
	if sig.Results[0] == ssa.TypeF32 {
		e.inst(VmovdTo, 0, RAX, results[0].Reg())
	} else {
		e.inst(VmovqTo, 0, RAX, results[0].Reg())
	}
	e.shrink(bytes)
	e.Asm.Emit(&Inst{Op: Ret})
	e.Asm.Finish(o)
	o.FrameBytes = bytes
}
