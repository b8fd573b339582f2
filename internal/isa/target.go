package isa

// Target is an instruction set.
type Target struct {
	Name      string
	RegNames  []string           // by register, at full width
	Ops       []Op               // by operation; the entry 0 is no operation
	Operands  [][]Operand        // the lists that the operations share
	Regs      [ClassCount]RegSet // the registers that the allocator may use
	CallSaved RegSet             // those of them that a callee preserves
	IntArgs   []Reg              // registers of integer arguments and results, in order
	VecArgs   []Reg              // registers of float and vector arguments and results, in order
	Context   Reg                // pinned: the context of the instance
	MemBase   Reg                // pinned: the base of memory 0
	SP        Reg                // pinned: the stack pointer
}

// OperandsOf returns the operands of an operation.
func (t *Target) OperandsOf(op uint16) []Operand { return t.Operands[t.Ops[op].List] }

// ClassOf is the class of a register.
func (t *Target) ClassOf(r Reg) Class {
	if t.Regs[ClassVector].Has(r) {
		return ClassVector
	}
	return ClassInt
}
