// Package validate decides whether a decoded module is valid (spec 3): every type, index, limit and initialiser of the module, and every
// instruction of every function, for WebAssembly 3.0 with threads and wide arithmetic.
//
// In comes a *wasm.Module, out comes an [Info] with the few facts that later stages want of each function, or a *wasm.Error that names
// the offending instruction, its offset and its function. What is malformed inside a function body (package wasm does not look into
// bodies) is found here, too.
//
// # Algorithm
//
// Functions are validated in one pass over their bytes with the algorithm of the specification's appendix (7.3): a stack of
// operand types and a stack of control frames. Code that cannot be reached makes the operand stack of its frame polymorphic:
// below the frame's height there is an endless supply of operands of type bottom, which matches everything.
//
// Each function is driven by two readers of the same bytes:
//
//   - body.quick (quickrun.go, with its table in quick.go) handles the instructions that make up 96 % of real code, in the case that
//     they are right: the operands are there with exactly these types, the index has one to four bytes and is in range. It
//     returns as soon as anything else comes along, with nothing of it done.
//   - body.step (body.go) reads one instruction with wasm.InstrReader and handles it whatever it is. Only here errors are
//     found and put into words.
//
// Signatures come from the table of package op in both; only what the table marks as typed by hand is spelled out here, in control.go,
// local.go, access.go, reference.go and aggregate.go. Subtyping is in match.go.
//
// Functions are independent of each other, so [Module] validates them on all processors. The error it returns is that of the
// lowest function, whatever the scheduling.
//
// # Example
//
// For the function (func (param i32) (result i32) local.get 0  f64.const 1  i32.add), with the stack on the right,
//
//	local.get 0   [i32]
//	f64.const 1   [i32 f64]
//	i32.add       type mismatch
//
// the error reads
//
//	weft: function 0 at 0x2b: i32.add: type mismatch: have f64, want i32
//
// # Cost
//
// Time is linear in the size of the code, save that one instruction of a few bytes may name a list of up to wasm.MaxParams
// or wasm.MaxResults types. Memory is one scratch area per processor, bounded by [MaxOperands], wasm.MaxNesting and wasm.MaxLocals, and a
// [FuncInfo] per function. Nothing is allocated per function or per instruction, and nothing recurses.
package validate
