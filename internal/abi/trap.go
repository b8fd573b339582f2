package abi

import "fmt"

// Trap is the reason why execution of a guest ended early. The zero value means that it did not.
type Trap uint8

// The trap codes. Their order is part of the on-disk code format, so new ones go to the end.
const (
	TrapNone Trap = iota
	TrapUnreachable
	TrapMemoryOutOfBounds
	TrapTableOutOfBounds
	TrapUndefinedElement
	TrapUninitializedElement
	TrapIndirectCallTypeMismatch
	TrapDivideByZero
	TrapIntegerOverflow
	TrapInvalidConversion
	TrapStackExhausted
	TrapNullReference
	TrapNullFunction
	TrapNullStruct
	TrapNullArray
	TrapNullI31
	TrapCastFailure
	TrapArrayOutOfBounds
	TrapUnalignedAtomic
	TrapExpectedShared
	TrapUncaughtException
	TrapInterrupted
	TrapHostError
	TrapOutOfMemory
	TrapInstanceClosed
	TrapOutOfFuel

	TrapCount
)

// trapText holds the phrase the specification's test suite uses for each code, where it has one.
var trapText = [TrapCount]string{
	TrapNone:                     "no trap",
	TrapUnreachable:              "unreachable",
	TrapMemoryOutOfBounds:        "out of bounds memory access",
	TrapTableOutOfBounds:         "out of bounds table access",
	TrapUndefinedElement:         "undefined element",
	TrapUninitializedElement:     "uninitialized element",
	TrapIndirectCallTypeMismatch: "indirect call type mismatch",
	TrapDivideByZero:             "integer divide by zero",
	TrapIntegerOverflow:          "integer overflow",
	TrapInvalidConversion:        "invalid conversion to integer",
	TrapStackExhausted:           "call stack exhausted",
	TrapNullReference:            "null reference",
	TrapNullFunction:             "null function reference",
	TrapNullStruct:               "null structure reference",
	TrapNullArray:                "null array reference",
	TrapNullI31:                  "null i31 reference",
	TrapCastFailure:              "cast failure",
	TrapArrayOutOfBounds:         "out of bounds array access",
	TrapUnalignedAtomic:          "unaligned atomic",
	TrapExpectedShared:           "expected shared memory",
	TrapUncaughtException:        "uncaught exception",
	TrapInterrupted:              "interrupted",
	TrapHostError:                "host function failed",
	TrapOutOfMemory:              "out of memory",
	TrapInstanceClosed:           "the instance is closed",
	TrapOutOfFuel:                "out of fuel",
}

func (t Trap) String() string {
	if t < TrapCount {
		return trapText[t]
	}
	return fmt.Sprintf("trap(%d)", uint8(t))
}
