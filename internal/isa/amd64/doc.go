// Package amd64 is the target for x86-64 with the extensions of x86-64-v3: AVX2, BMI1 and 2, FMA, LZCNT, MOVBE.
//
// Its operations are the rows of ops.table, the only list of them: constraints for the register allocator, the data of the encoder and
// the assembly listing are generated from it. What comes in are operations with registers; what goes out is the text of a function with
// its tables, a [code.Object].
//
// An [Inst] is one instruction with everything decided, and Append encodes it:
//
//	in := Inst{Op: Add32Load, R: [4]isa.Reg{RCX}, Mem: Indexed(R15, RAX, 2, 16)}
//	in.String()    // add ecx, DWORD PTR [r15+rax*4+16]
//	in.Append(nil) // 41 03 4c 87 10
//
// An [Assembler] strings instructions together: labels, branches in their shortest form, constants behind the code, tables of traps
// and of source positions.
//
// A [Lowerer] selects instructions: it turns the generic operations of an ssa.Func into these ones. Once registers are allocated, an
// [Emitter] walks the function and drives an assembler. Where no instruction does what an operation needs, there are pseudo operations, of
// which emission makes a few instructions (pseudo.go). The order in which a newcomer should read: ssaops.go, lower.go, then one theme of the
// files lower*.go, then emit.go and frame.go.
//
//	v9 = i32.load v3 v8 +16 memory[0]       v10 = amd64.add32.load.i32 v7 v3 v8 16 memory[0]
//	v10 = i32.add v7 v9                     add edx, DWORD PTR [r15+rbx*1+16]
//
// All vector operations use VEX encodings, which have three operands and leave no stale upper halves behind.
package amd64
