package amd64

import (
	"testing"

	"github.com/weft-wasm/weft/internal/isa"
)

// A test is left out only if the flags are those of its register, at its width, and of zero and sign alone.
func TestKnownFlags(t *testing.T) {
	none := Mem{Base: isa.NoReg, Index: isa.NoReg}
	inst := func(o Op, imm int64, regs ...isa.Reg) Inst {
		in := Inst{Op: o, Imm: imm, Mem: none}
		copy(in.R[:], regs)
		return in
	}
	test := inst(Test32, asksZero, RCX, RCX)
	for _, c := range []struct {
		name   string
		before []Inst
		test   Inst
		known  bool
	}{
		{"sum", []Inst{inst(Add32Imm, -1, RCX)}, test, true},
		{"moves between", []Inst{inst(And32, 0, RCX, RAX), inst(Mov32, 0, RDX, RCX)}, test, true},
		{"another register", []Inst{inst(Add32Imm, -1, RDX)}, test, false},
		{"another width", []Inst{inst(Add64Imm, -1, RCX)}, test, false},
		{"overflow matters", []Inst{inst(Add32Imm, -1, RCX)}, inst(Test32, 0, RCX, RCX), false},
		{"two registers", []Inst{inst(Add32Imm, -1, RCX)}, inst(Test32, asksZero, RCX, RDX), false},
		{"written since", []Inst{inst(Add32Imm, -1, RCX), inst(Mov32, 0, RCX, RAX)}, test, false},
		{"flags written since", []Inst{inst(Add32Imm, -1, RCX), inst(Zero, 0, RDX)}, test, false},
		{"shift", []Inst{inst(Shl32Imm, 3, RCX)}, test, true},
		{"shift by nothing", []Inst{inst(Shl32Imm, 0, RCX)}, test, false},
		{"flags that tell nothing", []Inst{inst(Imul32, 0, RCX, RAX)}, test, false},
		{"call", []Inst{inst(Add32Imm, -1, RCX), inst(Call, 0, RAX)}, test, false},
	} {
		var a Assembler
		for i := range c.before {
			a.Emit(&c.before[i])
		}
		if a.isKnown(&c.test) != c.known {
			t.Errorf("%s: known: %v, want %v", c.name, !c.known, c.known)
		}
		a.Bind(a.NewLabel())
		if a.isKnown(&c.test) {
			t.Errorf("%s: known behind a label", c.name)
		}
	}
}
