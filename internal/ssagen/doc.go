// Package ssagen builds the IR of functions: a validated body goes in, an ssa.Func comes out.
//
// A [Module] holds what a module's functions have in common. It depends on the module, on the layout of its instances' contexts and on
// [Options], and on no instance, so code can be kept and shared. A [Generator] builds the functions, one [Generator.Func] at a time.
//
// # Algorithm
//
// One pass over the body, with a stack of operands, which are values, and a stack of frames, one for each structured instruction that is
// open. Locals are variables of the ssa.Builder, which finds their values. A label that is branched to becomes a block with a parameter
// for each operand that the branches bring; the end of a block without branches to it costs nothing. Code that cannot be reached is
// passed over. Time and memory are linear in the size of the body and of the signatures it mentions.
//
// An instruction that computes its results from its operands alone is the operation of the same name (op's table is the source of both).
// Of the others, control is in control.go, calls in call.go, exceptions in exception.go; accesses to memories, tables and globals become
// loads and stores of machine addresses, found through the instance's context (abi.InstanceLayout); and what is rare or large is a call
// of the runtime (abi.Helper).
//
// # Memory
//
// A 32-bit address is zero-extended and added to the base of its memory. Where a guard makes whatever lies beyond fault
// (Options.GuardBytes) there is no check; all other accesses are checked against the memory's length first and then marked as safe.
//
// # Positions
//
// The position of a value is the offset of its instruction from the start of the function's declarations of locals, as in branch hints: it is
// never 0. Minus wasm.Code.LocalsSize and plus its Offset, it is an offset in the module.
//
// # Example
//
// With memory 0 of 32-bit addresses and a guard, the sum of n words,
//
//	(func $sum (param $at i32) (param $n i32) (result i32) (local $s i32)
//	  (block $done
//	    (loop $next
//	      (br_if $done (i32.eqz (local.get $n)))
//	      (local.set $s (i32.add (local.get $s) (i32.load (local.get $at))))
//	      (local.set $at (i32.add (local.get $at) (i32.const 4)))
//	      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
//	      (br $next)))
//	  (local.get $s))
//
// becomes, without the positions,
//
//	func sum(i32 i32) -> i32 {
//	b1(v1 i32, v2 i32):
//	  v18 = i32.const 0
//	  v10 = membase
//	  jump -> b2(v1, v18, v2)
//	b2(v8 i32, v7 i32, v4 i32):
//	  v5 = i32.eqz v4
//	  if v5 -> b4, b3
//	b4:
//	  return v7
//	b3:
//	  v9 = i64.extend_i32_u v8
//	  v11 = i32.load v10 v9 memory[0]
//	  v12 = i32.add v7 v11
//	  v13 = i32.const 4
//	  v14 = i32.add v8 v13
//	  v15 = i32.const 1
//	  v16 = i32.sub v4 v15
//	  jump -> b2(v14, v12, v16)
//	}
package ssagen
