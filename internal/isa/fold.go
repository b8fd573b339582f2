package isa

// Fold is a way in which an operation can read arguments from memory that its row wants in registers: as another operation, with a memory
// operand in the place of the register.
type Fold uint8

// The ways.
const (
	FoldLast  Fold = iota // the last argument
	FoldFirst             // the first of several
	FoldBoth              // both arguments, if they are the same value; the other operation has an immediate, 0
	FoldCount
)
