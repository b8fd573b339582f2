// Package code holds machine code between the compiler that makes it and the runtime that maps it.
//
// An [Object] is one compiled function: its text, the references in it to other functions and helpers, and the tables that the runtime
// needs when something happens at one of its instructions: which trap a fault there means, which place in the source it comes from,
// where an exception that comes out of a call goes on. Everything is an offset from the start of the text or a number; there is no
// pointer, so that an object can be written to disk and mapped anywhere.
//
// The text of a function that adds two locals and divides by a third:
//
//	offset  bytes        instruction    position  trap
//	0       01 c8        add eax, ecx   3
//	2       85 d2        test edx, edx  6
//	4       74 ..        je 24          6
//	...
//	24      0f 0b        ud2            6         divide by zero
//
// A table row holds from its offset on to that of the next row.
package code
