// Package smith makes random modules that are valid and that terminate, for differential tests of executors.
//
// In goes a source of random numbers and [Options], out comes a *wasm.Module. The same numbers make the same module.
//
// # Bodies
//
// A body grows by a random walk over a model of the operand stack: each step picks an instruction, sees how many of its operands
// the top of the stack already has by chance, pushes the others, and models the result. So values stay on the stack while locals that they
// came from are written, blocks open over operands that are not theirs, and branches leave some behind; generators that build
// expression trees never get there. A step might go
//
//	stack          step            emitted                     stack after
//	i32 f64        i32.add         local.get 2  i32.const 7    i32 f64 i32
//	                               i32.add
//	i32 f64 i32    br_if 1 [f64]   local.get 4  local.get 2    i32 f64 i32 f64
//	                               br_if 1
//
// When a block ends, the operands that are not its results are dropped, put into locals, or left behind by a branch.
//
// # Termination
//
// The last global is the fuel. Every function and every loop takes one from it where it begins, and traps when there is none.
//
// # Determinism
//
// The specification leaves the bits of a NaN that arithmetic makes open. Behind each float instruction that computes, a NaN is
// replaced by the canonical one, so that executors must agree on every bit.
package smith
