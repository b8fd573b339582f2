package amd64

import (
	"github.com/weft-wasm/weft/internal/isa"
)

// The instances that the tests of the encoder check: every operation, with every register in every field and every shape of address.

// intRegs and vecRegs are what instances draw from.
var (
	intRegs = registers(RAX)
	vecRegs = registers(XMM0)
)

func registers(first isa.Reg) []isa.Reg {
	regs := make([]isa.Reg, 16)
	for i := range regs {
		regs[i] = first + isa.Reg(i)
	}
	return regs
}

// shapes are addresses of every shape: bases that need SIB or a displacement, index or none, all sizes of displacement.
func shapes() []Mem {
	var all []Mem
	scale := uint8(0)
	all = append(all, At(RBX, 128), At(RBX, -129))
	for _, base := range []isa.Reg{RAX, RSP, RBP, RDI, R9, R12, R13, isa.NoReg} {
		for _, index := range []isa.Reg{isa.NoReg, RAX, RBP, R12, R13} {
			for _, disp := range []int32{0, 127, -128, 0x12345678} {
				scale = (scale + 1) % 4
				if base == isa.NoReg && scale == 0 {
					scale = 3 // GNU as takes an index without a factor for a base
				}
				m := Indexed(base, index, scale, disp)
				if index == isa.NoReg {
					m.Scale = 0
				}
				all = append(all, m)
			}
		}
	}
	return append(all, Mem{Base: RIP, Index: isa.NoReg, Disp: 64}, Mem{Base: RIP, Index: isa.NoReg, Disp: -64})
}

// immediates are values on both sides of every limit; none is 1, for which GNU as has an opcode of its own in shifts.
func immediates(bits uint16) []int64 {
	switch bits {
	case 8:
		return []int64{0, 3, 127}
	case 16:
		return []int64{5, -128, 128, 0x7fff}
	case 32:
		return []int64{5, 127, -128, 128, -129, 0x7fffffff}
	}
	return []int64{0x123456789abcdef, -0x123456789abcdef}
}

// instances returns the instances of an operation.
func instances(op Op) []Inst {
	base := Inst{Op: op, Cond: CondNE, Mem: Indexed(R15, RAX, 2, 16)}
	operands := Target.OperandsOf(uint16(op))
	for i, o := range operands {
		base.R[i] = isa.Reg(i + 1)
		if o.Class == isa.ClassVector {
			base.R[i] += XMM0
		}
		if o.Form == isa.FormImm {
			base.Imm = immediates(o.Bits)[0]
		}
	}
	all := []Inst{base}
	for i, o := range operands {
		switch o.Form {
		case isa.FormReg:
			regs := intRegs
			if o.Class == isa.ClassVector {
				regs = vecRegs
			}
			for _, r := range regs {
				in := base
				in.R[i] = r
				all = append(all, in)
				for j := range operands {
					in.R[j] |= 8 // the other registers high
				}
				all = append(all, in)
			}
		case isa.FormMem, isa.FormAddr:
			for _, m := range shapes() {
				in := base
				in.Mem = m
				all = append(all, in)
			}
		case isa.FormImm:
			for _, n := range immediates(o.Bits) {
				in := base
				in.Imm = n
				all = append(all, in)
			}
		}
	}
	if ops[op].Has(isa.FlagCond) {
		for c := CondO; c <= CondG; c++ {
			in := base
			in.Cond = c
			all = append(all, in)
		}
	}
	return all
}

// hasCode reports whether an operation refers to a place in the code.
func hasCode(op Op) bool {
	operands := Target.OperandsOf(uint16(op))
	return len(operands) == 1 && operands[0].Form == isa.FormCode
}
