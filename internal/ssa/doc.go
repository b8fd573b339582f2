// Package ssa is the intermediate representation of the compiler, from the front end to the emission of machine code: values in static single
// assignment form, in basic blocks with parameters. It knows neither WebAssembly nor any machine.
//
// In comes a function made by a [Builder], or read by [Parse]; passes rewrite it in place, first into simpler generic operations and then
// into those of a target; out goes the same [Func], which register allocation annotates and emission walks.
//
// # Values
//
// A [Value] is a number. What it stands for is in the tables of its Func: an operation ([Op]), a type, arguments, two constants (Imm and Aux)
// and a source position. Operations are listed in op.table and, the numeric ones, in internal/op/instr.table, where also their meaning
// is told: Fold computes them on constants by the same expressions that the interpreter is made of. A target adds operations with Define.
//
// Operations without effects may move anywhere their arguments are defined. All others keep their order in the block; for loads and stores, Aux tells
// the [Region] of the state that they touch. Several results come as one value, a tuple, that proj takes apart.
//
// # Blocks
//
// A [Block] has parameters, values, and as the last value a terminator. Its successors are reached along edges ([Edge]), each with an argument for each
// parameter of the block that it leads to. The entry has the parameters of the function. The predecessors of a block are kept up to date.
//
// A call that may unwind to a handler in the same function is the last value of its block but one, and the terminator `try` has the ways on:
// the first successor gets control when the call returns, the second when it unwinds. The call's result has no value on the second one.
// No register survives the unwinding.
//
// # Example
//
// The function that computes Fibonacci numbers, as text:
//
//	func fib(i32) -> i32 {
//	b1(v1 i32):
//	  v2 = i32.const 2
//	  v3 = i32.lt_s v1 v2
//	  if v3 -> b2(v1), b3
//	b2(v4 i32):
//	  return v4
//	b3:
//	  v5 = i32.const 1
//	  v6 = i32.sub v1 v5
//	  v7 = call v6 (i32) -> i32 func[0]
//	  v8 = i32.sub v1 v2
//	  v9 = call v8 (i32) -> i32 func[0]
//	  v10 = i32.add v7 v9
//	  jump -> b2(v10)
//	}
//
// # Invariants
//
// [Check] proves them in every test behind every pass. What passes may rely on besides: values are never in two blocks; an i32 constant is kept
// sign-extended; a replaced value is a copy until ResolveCopies; analyses (Order, Idom, Loops, Freq) are computed when asked for, and
// forgotten when a block or an edge changes.
package ssa
