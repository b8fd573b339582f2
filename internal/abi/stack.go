package abi

// Guest stacks. Each lies in a slot of address space of StackAlign bytes, aligned to that: its [Context] is the last page of the slot, the
// usable part is below it, and all the rest down to the slot's lower end cannot be accessed. So the context of running guest
// code is at
//
//	(RSP | StackAlign-1) + 1 - ContextBytes
const (
	// StackAlign is the address space of a guest stack, a power of two.
	StackAlign = 16 << 20

	// StackGuard is the least that is inaccessible below a stack. Code with larger frames compares with StackLimit before it makes them.
	StackGuard = 1 << 20

	// StackSlack is what lies below StackLimit of code that checks its stack explicitly: stubs and code that calls nothing may use it.
	StackSlack = 4 << 10
)

// The explicit preemption check of generated code is the one Go's own functions make in their prologue: the guard in the
// goroutine's descriptor holds an impossible address when the goroutine is to give way.
//
//	mov rX, [context + ContextGoroutine]
//	cmp qword [rX + GoroutineGuard], GoroutinePreempt
//	je  …poll
const (
	GoroutineGuard   = 16
	GoroutinePreempt = -1314
)

// Where Go keeps the thread that a goroutine is on: the goroutine's descriptor leads to that of the machine, as Go calls it, which has the thread's
// number. The guest package checks both before it relies on them.
const (
	GoroutineMachine = 48
	MachineThread    = 64
)

// The general registers in [Context].Registers, in the order of a signal's context on linux/amd64.
const (
	RegisterR8 = iota
	RegisterR9
	RegisterR10
	RegisterR11
	RegisterR12
	RegisterR13
	RegisterR14
	RegisterR15
	RegisterDI
	RegisterSI
	RegisterBP
	RegisterBX
	RegisterDX
	RegisterAX
	RegisterCX
	RegisterSP
	RegisterPC
	RegisterFlags
)

// Divisor names the register that a division divides by, which tells its two traps apart: TrapDivideByZero if it holds zero, else
// TrapIntegerOverflow. The zero value is for what is no division.
type Divisor uint8

// divisorWide marks a division of 64 bits.
const divisorWide = 0x80

// DivideBy is the divisor in a register, one of those above, of which the low 32 or all 64 bits count.
func DivideBy(register int, is64 bool) Divisor {
	d := Divisor(register + 1)
	if is64 {
		d |= divisorWide
	}
	return d
}

// Trap is the one of the two that a fault of the division was, by the registers at the fault.
func (d Divisor) Trap(registers *[RegisterFlags + 1]uint64) Trap {
	value := registers[d&^divisorWide-1]
	if d&divisorWide == 0 {
		value = uint64(uint32(value))
	}
	if value == 0 {
		return TrapDivideByZero
	}
	return TrapIntegerOverflow
}
