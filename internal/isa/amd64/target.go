package amd64

import "github.com/weft-wasm/weft/internal/isa"

var allOps, allOperands = withPseudos()

// Target describes amd64 with the extensions of x86-64-v3.
var Target = &isa.Target{
	Name:     "amd64",
	RegNames: regNames,
	Ops:      allOps,
	Operands: allOperands,
	Regs: [isa.ClassCount]isa.RegSet{
		isa.ClassInt:    (1<<XMM0 - 1) &^ isa.Set(RSP, R14, R15),
		isa.ClassVector: 1<<RIP - 1<<XMM0,
	},
	CallSaved: isa.Set(RBP, R12, R13),
	IntArgs:   []isa.Reg{RAX, RCX, RDX, RBX, RSI, RDI, R8, R9},
	VecArgs:   []isa.Reg{XMM0, XMM1, XMM2, XMM3, XMM4, XMM5, XMM6, XMM7},
	Context:   R14,
	MemBase:   R15,
	SP:        RSP,
}
