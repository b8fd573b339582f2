// Package op is the instruction table of WebAssembly: one row in instr.table for every instruction, with its name,
// opcode, immediates, signature, feature, flags and meaning in Go. Whatever needs a list of instructions, reads this one: the
// decoder, the validator, the text format and the interpreter have none of their own.
//
// What is generated from the table for this package is in op_gen.go. For the row
//
//	i32.add | 6a | - | i32 i32 -> i32 | mvp | comm,ext | x + y
//
// that is the constant I32Add, and an [Info] that says it is spelled "i32.add", has the opcode 0x6a and no immediates, takes two
// operands of type i32 and gives one. Its last column, the meaning, goes into the interpreter's case for I32Add.
package op
