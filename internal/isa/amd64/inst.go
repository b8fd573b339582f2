package amd64

import (
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/isa"
)

// Op is an operation of the table.
type Op uint16

func (o Op) String() string { return ops[o].Name }

// Inst is one machine instruction with everything decided.
type Inst struct {
	Op   Op
	Cond Cond       // of an operation with [isa.FlagCond]
	R    [4]isa.Reg // the registers by operand; entries for other operands and implied ones are not read
	Mem  Mem        // the memory operand or address
	Imm  int64      // the immediate, or the offset of a place in the code from the end of the instruction
}

// Mem is the address Base + Index<<Scale + Disp. Without Base and Index it is Disp itself.
type Mem struct {
	Base  isa.Reg // RIP, or NoReg
	Index isa.Reg // NoReg, and never RSP
	Scale uint8   // log2 of the factor
	Disp  int32
}

// At is the memory operand at a register plus an offset.
func At(base isa.Reg, disp int32) Mem { return Mem{Base: base, Index: isa.NoReg, Disp: disp} }

// Indexed is the memory operand at base + index<<scale + disp.
func Indexed(base, index isa.Reg, scale uint8, disp int32) Mem { return Mem{base, index, scale, disp} }

func (m Mem) String() string {
	var b strings.Builder
	if m.Base != isa.NoReg {
		b.WriteString(regNames[m.Base])
	}
	if m.Index != isa.NoReg {
		if m.Base != isa.NoReg {
			b.WriteByte('+')
		}
		fmt.Fprintf(&b, "%s*%d", regNames[m.Index], 1<<m.Scale)
	}
	switch {
	case b.Len() == 0:
		return fmt.Sprintf("ds:%d", m.Disp)
	case m.Disp != 0 || m.Base == RIP:
		fmt.Fprintf(&b, "%+d", m.Disp)
	}
	return "[" + b.String() + "]"
}

var memSizes = map[uint16]string{8: "BYTE PTR ", 16: "WORD PTR ", 32: "DWORD PTR ", 64: "QWORD PTR ", 128: "XMMWORD PTR "}

// String is the instruction in Intel's syntax, as GNU as reads it. A place in the code is an offset from the end of the instruction.
func (in *Inst) String() string {
	var b strings.Builder
	b.WriteString(mnemonics[in.Op])
	if ops[in.Op].Has(isa.FlagCond) {
		b.WriteString(in.Cond.String())
	}
	sep := " "
	for i, o := range Target.OperandsOf(uint16(in.Op)) {
		if o.Implied {
			continue
		}
		b.WriteString(sep)
		sep = ", "
		switch o.Form {
		case isa.FormReg:
			r := in.R[i]
			if o.Fixed != isa.NoReg {
				r = o.Fixed
			}
			b.WriteString(regName(r, o.Bits))
			if enc := &encodings[in.Op]; enc.flags&isVEX == 0 && int(enc.reg) == i && int(enc.rm) == i {
				b.WriteString(sep + regName(r, o.Bits))
			} else if enc.flags&isVEX != 0 && int(enc.vex) == i && int(enc.rm) == i {
				b.WriteString(strings.Repeat(sep+regName(r, o.Bits), 2))
			}
		case isa.FormMem:
			b.WriteString(memSizes[o.Bits] + in.Mem.String())
		case isa.FormAddr:
			b.WriteString(in.Mem.String())
		case isa.FormImm:
			fmt.Fprintf(&b, "%d", in.Imm)
		case isa.FormCode:
			fmt.Fprintf(&b, ".%+d", in.Imm)
		}
	}
	return b.String()
}
