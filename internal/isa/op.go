package isa

// Op describes an operation of a target.
type Op struct {
	Name    string
	List    uint8 // its operands, an index into Target.Operands
	Latency uint8 // cycles from register operands to the result
	Flags   Flag
	Folds   [FoldCount]uint16 // the operations that read arguments from memory, 0 where there is none
}

// Flag is a property of an operation.
type Flag uint32

// The properties.
const (
	FlagReadsCond  Flag = 1 << iota // reads the condition flags
	FlagWritesCond                  // writes the condition flags, or leaves them undefined
	FlagCompares                    // the condition flags it writes mean something
	FlagTestsZero                   // the flags for zero and sign tell of its result
	FlagCond                        // takes a condition code
	FlagLoad                        // reads its memory operand
	FlagStore                       // writes its memory operand
	FlagMem                         // has a memory operand or an address
	FlagComm                        // its first two register operands that are read commute
	FlagMove                        // copies one register to another and does nothing else
	FlagRemat                       // may be repeated instead of spilled
	FlagTerm                        // ends a block
	FlagCall                        // leaves the function and comes back
	FlagTrap                        // may trap other than by its memory access
	FlagFence                       // orders memory accesses
	FlagFalseDep                    // may wait for the old value of its result
	FlagExtension                   // needs more than the baseline of the target
	FlagUntied                      // has a form, of arguments in registers, whose first result need not be in the register of the argument it is tied to
)

// Has reports whether the operation has all the properties.
func (o *Op) Has(f Flag) bool { return o.Flags&f == f }

// Form is the kind of an operand.
type Form uint8

// The forms.
const (
	FormReg  Form = iota // a register
	FormMem              // a place in memory
	FormAddr             // an address that is computed, not accessed
	FormImm              // an immediate
	FormCode             // a place in the code
)

// Role says what an operation does with an operand.
type Role uint8

// The roles.
const (
	RoleUse    Role = 1 << iota // read
	RoleDef                     // written
	RoleDefUse = RoleUse | RoleDef
)

// Operand is one operand of an operation. For memory and addresses the registers in it are read, whatever the role.
type Operand struct {
	Form    Form
	Role    Role
	Class   Class  // of the register
	Bits    uint16 // how much of the operand takes part
	Fixed   Reg    // the only register that it may be, or NoReg
	Implied bool   // the encoding does not mention it
}
