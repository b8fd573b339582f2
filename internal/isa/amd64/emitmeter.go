package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// meter takes the price of what comes now from the count in a register and stores what is left. The store does not touch the flags of the subtraction.
func (e *Emitter) meter(v ssa.Value, count isa.Reg) {
	empty, back := e.coldPart(v)
	e.inst(Sub64Imm, e.f.Imm(v), count)
	e.instMem(Mov64Store, count, At(R14, abi.InstanceFuel))
	e.Asm.Branch(CondLE, empty)
	e.Asm.Bind(back)
}

// refuel leaves to the host when the count is used up. The register of the count is free meanwhile, as the context has it, and every other one is preserved: loops
// pay for this way when they take it.
func (e *Emitter) refuel(p coldPart) {
	count := e.alloc.Results(p.v)[0].Reg()
	e.Asm.Bind(p.start)
	e.instMem(Mov64Load, count, At(R14, abi.InstanceHelpers))
	e.Asm.Emit(&Inst{Op: CallLoad, Mem: At(count, EntryFuel)})
	e.instMem(Mov64Load, count, At(R14, abi.InstanceFuel))
	e.Asm.Jump(p.end)
}
