package amd64

import "github.com/weft-wasm/weft/internal/isa"

// Operations without an encoding of their own: each becomes a few instructions when code is emitted (see emitpseudo.go), because it
// branches, needs two conditions, or must keep registers apart. The register allocator sees them as it sees those of the table. Results
// behind the value's own are working registers, which differ from all arguments and results.
const (
	If       Op = Count + iota // a branch on condition flags
	TrapIf                     // a trap on condition flags
	SetCond                    // 1 if a condition holds, else 0
	SetFloat                   // 1 if a comparison of floats holds, else 0; Imm is the predicate of vcmp
	Choose32                   // the second argument if a condition holds, else the first
	Choose64
	ChooseVector
	SafeDiv32 // division, signed, with -1 as a divisor
	SafeDiv64
	SafeRem32
	SafeRem64
	Add128
	Sub128
	Meter // takes Imm from the count of fuel

	pseudoEnd
)

// The conditions that two flags make, for floats: after ucomis, equal is E and NP.
const (
	condFloatEqual    Cond = 16 + iota // equal and ordered
	condFloatNotEqual                  // not equal or unordered
)

// reg is an operand that is a register.
func reg(role isa.Role, class isa.Class, bits uint16, fixed isa.Reg) isa.Operand {
	return isa.Operand{Form: isa.FormReg, Role: role, Class: class, Bits: bits, Fixed: fixed}
}

func intReg(role isa.Role, bits uint16) isa.Operand { return reg(role, isa.ClassInt, bits, isa.NoReg) }
func vecReg(role isa.Role) isa.Operand              { return reg(role, isa.ClassVector, 128, isa.NoReg) }

const (
	use    = isa.RoleUse
	def    = isa.RoleDef
	defUse = isa.RoleDefUse
)

// pseudo is a row of the operations without an encoding.
type pseudo struct {
	name     string
	flags    isa.Flag
	operands []isa.Operand
}

// divides is the operands of a signed division that yields the quotient; the remainder's register is lost.
func divides(bits uint16) []isa.Operand {
	return []isa.Operand{reg(defUse, isa.ClassInt, bits, RAX), reg(def, isa.ClassInt, bits, RDX), intReg(use, bits)}
}

// leaves is the operands of one that yields the remainder. The first argument is a zero, the remainder for -1.
func leaves(bits uint16) []isa.Operand {
	return []isa.Operand{reg(defUse, isa.ClassInt, bits, RDX), reg(defUse, isa.ClassInt, bits, RAX), intReg(use, bits)}
}

// wideAdd is the operands of an addition of 128 bits: both results, two working registers, and the halves of both arguments.
var wideAdd = []isa.Operand{
	intReg(def, 64), intReg(def, 64), intReg(def, 64), intReg(def, 64),
	intReg(use, 64), intReg(use, 64), intReg(use, 64), intReg(use, 64),
}

var pseudos = [...]pseudo{
	If - Count:           {"if", isa.FlagReadsCond | isa.FlagCond | isa.FlagTerm, nil},
	TrapIf - Count:       {"trapif", isa.FlagReadsCond | isa.FlagCond | isa.FlagTrap, nil},
	SetCond - Count:      {"set_cond", isa.FlagReadsCond | isa.FlagCond, []isa.Operand{intReg(def, 32)}},
	SetFloat - Count:     {"set_float", isa.FlagWritesCond, []isa.Operand{intReg(def, 32), vecReg(def), vecReg(use), vecReg(use)}},
	Choose32 - Count:     {"choose32", isa.FlagReadsCond | isa.FlagCond, []isa.Operand{intReg(defUse, 32), intReg(use, 32)}},
	Choose64 - Count:     {"choose64", isa.FlagReadsCond | isa.FlagCond, []isa.Operand{intReg(defUse, 64), intReg(use, 64)}},
	ChooseVector - Count: {"choosevector", isa.FlagReadsCond | isa.FlagCond, []isa.Operand{vecReg(defUse), vecReg(use)}},
	SafeDiv32 - Count:    {"safediv32", isa.FlagWritesCond | isa.FlagTrap, divides(32)},
	SafeDiv64 - Count:    {"safediv64", isa.FlagWritesCond | isa.FlagTrap, divides(64)},
	SafeRem32 - Count:    {"saferem32", isa.FlagWritesCond | isa.FlagTrap, leaves(32)},
	SafeRem64 - Count:    {"saferem64", isa.FlagWritesCond | isa.FlagTrap, leaves(64)},
	Add128 - Count:       {"add128", isa.FlagWritesCond, wideAdd},
	Sub128 - Count:       {"sub128", isa.FlagWritesCond, wideAdd},
	Meter - Count:        {"meter", isa.FlagWritesCond | isa.FlagTrap, []isa.Operand{intReg(defUse, 64)}},
}

// resultCount is how many results an operation has as a value, where that is not the number of registers it writes.
func resultCount(o Op) (n int, ok bool) {
	switch o {
	case SetFloat, SafeDiv32, SafeDiv64, SafeRem32, SafeRem64:
		return 1, true
	case Add128, Sub128:
		return 2, true
	}
	return 0, false
}

// withPseudos appends the operations without an encoding to the table and its lists of operands.
func withPseudos() (all []isa.Op, lists [][]isa.Operand) {
	all, lists = append(all, ops[:Count]...), append(lists, operandLists...)
	for _, p := range pseudos {
		all = append(all, isa.Op{Name: p.name, List: uint8(len(lists)), Latency: 2, Flags: p.flags})
		lists = append(lists, p.operands)
	}
	if len(lists) > 256 {
		panic("amd64: more lists of operands than a byte can number")
	}
	return withUntied(withFolds(all, lists)), lists
}
