// Package isa describes instruction sets to the parts of the compiler that are the same for all of them.
//
// A [Target] is a plain struct: tables of registers and of operations. An operation's row says which operands it has, in which
// registers they may be, what it does to the condition flags and how long it takes. The register allocator, the scheduler and the dumps
// read nothing else; encodings stay inside the package of the target.
//
// The operands of add32 of amd64, which adds its second operand to its first in place, with one register tied to both roles:
//
//	{Form: FormReg, Role: RoleDefUse, Class: ClassInt, Bits: 32, Fixed: NoReg}
//	{Form: FormReg, Role: RoleUse, Class: ClassInt, Bits: 32, Fixed: NoReg}
//
// and those of div32, whose first two are implied by the encoding:
//
//	{Form: FormReg, Role: RoleDefUse, Class: ClassInt, Bits: 32, Fixed: RAX, Implied: true}
//	{Form: FormReg, Role: RoleDefUse, Class: ClassInt, Bits: 32, Fixed: RDX, Implied: true}
//	{Form: FormReg, Role: RoleUse, Class: ClassInt, Bits: 32, Fixed: NoReg}
//
// A value of the IR with a target operation finds its operands so: the registers that are read are its arguments, in the order of the
// operands, then base and index of the memory operand if there is one; the registers that are written are its results, in the order
// of the operands.
package isa
