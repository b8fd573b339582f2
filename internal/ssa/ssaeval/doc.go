// Package ssaeval executes the IR as it stands: the meaning of ssa.Func, for tests of what builds and changes it.
//
// In go a function, a [Machine] and arguments, out comes an [Outcome]. The machine is the world outside of the function: its memory, and what
// calls do. The same function executed before and after a pass must have the same outcomes and do the same to its machine.
//
// Values are kept in a num.V128 each, i32 and f32 zero-extended. A function that is wrong makes Eval panic where that shows: when an
// access faults that is marked as one that cannot trap. So
//
//	func f(i32) -> i32 {
//	b1(v1 i32):
//	  v2 = i32.const 10
//	  v3 = i32.div_u v2 v1
//	  return v3
//	}
//
// has the outcome {Returned, [3]} for 3 and {Trapped, integer divide by zero} for 0.
//
// What numeric operations compute is generated from internal/op/instr.table.
package ssaeval
