package amd64

import "github.com/weft-wasm/weft/internal/isa"

// Condition flags that are there already: arithmetic leaves flags that tell whether its result is zero or negative, so a test of that register
// behind it is not emitted, if nothing in between changes either and zero and sign are all that is asked.

// resultFlags says of which register's low bits the zero and sign flags tell; of none if bits is 0.
type resultFlags struct {
	reg  isa.Reg
	bits uint16
}

// isKnown reports whether an instruction would only make flags that are there.
func (a *Assembler) isKnown(in *Inst) bool {
	if in.Op != Test32 && in.Op != Test64 || in.Imm != asksZero || in.R[0] != in.R[1] {
		return false
	}
	return a.flags == resultFlags{in.R[0], in.Op.operands()[0].Bits}
}

// trackFlags notes what an instruction does to the flags and to the register that they tell of.
func (a *Assembler) trackFlags(in *Inst) {
	row := &ops[in.Op]
	if !row.Has(isa.FlagWritesCond) && a.flags.bits == 0 {
		return
	}
	writes, tells := row.Has(isa.FlagWritesCond), row.Has(isa.FlagTestsZero)
	if writes {
		a.flags.bits = 0
	}
	for i, x := range Target.OperandsOf(uint16(in.Op)) {
		if x.Form == isa.FormImm && x.Bits == 8 && in.Imm == 0 {
			a.flags.bits = 0 // a shift by nothing, which leaves the flags as they were
			return
		}
		if x.Form != isa.FormReg || x.Role&isa.RoleDef == 0 {
			continue
		}
		r := in.R[i]
		if x.Fixed != isa.NoReg {
			r = x.Fixed
		}
		switch {
		case tells:
			a.flags = resultFlags{r, x.Bits}
		case r == a.flags.reg:
			a.flags.bits = 0
		}
	}
}

// forgetFlags says that control may come from elsewhere.
func (a *Assembler) forgetFlags() { a.flags.bits = 0 }
