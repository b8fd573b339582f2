package isa

import "math/bits"

// Reg is a register, numbered by the target from 0 over all classes, in the way its encodings count.
type Reg uint8

// NoReg is no register.
const NoReg Reg = 0xff

// MaxRegs is how many registers a target may have.
const MaxRegs = 64

// Class is a set of registers that hold the same values.
type Class uint8

// The classes.
const (
	ClassInt    Class = iota // integers, addresses and references
	ClassVector              // floats and vectors

	ClassCount
)

// RegSet is a set of registers.
type RegSet uint64

// Set returns the set of the registers.
func Set(regs ...Reg) RegSet {
	var s RegSet
	for _, r := range regs {
		s |= 1 << r
	}
	return s
}

// Has reports whether r is in the set.
func (s RegSet) Has(r Reg) bool { return r < MaxRegs && s>>r&1 != 0 }

// With returns the set with r in it.
func (s RegSet) With(r Reg) RegSet { return s | 1<<r }

// Without returns the set without r.
func (s RegSet) Without(r Reg) RegSet { return s &^ (1 << r) }

// Len is the number of registers in the set.
func (s RegSet) Len() int { return bits.OnesCount64(uint64(s)) }

// First is the register with the lowest number, or NoReg if the set is empty.
func (s RegSet) First() Reg {
	if s == 0 {
		return NoReg
	}
	return Reg(bits.TrailingZeros64(uint64(s)))
}
