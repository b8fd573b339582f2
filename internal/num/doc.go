// Package num holds the numeric and vector semantics of WebAssembly (spec 4.3) as plain Go functions. It is the
// single definition that the interpreter's generated cases, the constant folder and the compiler's tests share.
//
// A function is named after its instruction in camel case: i32.div_s is [I32DivS], i8x16.add_sat_s is [I8x16AddSatS].
// The column "go" of internal/op/instr.table calls it with the operands in stack order and then the lane immediate.
// Instructions that are one Go operator, such as i32.add, are spelled in the table itself.
//
// # Operands
//
//   - i32 and i64 travel as uint32 and uint64; signed instructions convert inside.
//   - f32 and f64 travel as float32 and float64 where a function computes, and as uint32 and uint64 where it only moves
//     bits: abs, neg, copysign, and splat, extract_lane and replace_lane of the float vectors. Those must return a
//     signalling NaN as it came, and only an integer register promises that on every machine.
//   - v128 is [V128], two 64-bit halves; lane 0 is the least significant part of Lo.
//   - A comparison of vectors yields all ones or all zeros per lane; all_true yields a bool.
//   - An instruction that may trap returns its result and an [abi.Trap]; the result is 0 when the trap is not TrapNone.
//
// # NaN and rounding
//
// Every result is rounded to nearest, ties to even, at the width of its type. No function lets Go fuse a
// multiplication with an addition, except the relaxed ones which are fused by definition. The spec leaves the payload
// of a NaN result open. Here an operand's NaN comes back with its payload kept and its quiet bit set, so that canonical
// NaNs give canonical ones. For add, sub, mul, div and the fused forms the machine decides which of two NaNs it is, and
// the sign of a NaN that no operand brought; min and max take the first.
//
// # Lanes inside a register
//
// Integer lanes of 8, 16 and 32 bits are computed eight, four or two at a time in a uint64; swar.go explains how.
// Adding the bytes 0xff 0x01 and 0x01 0x01 (first byte least significant), with the top bits masked by 0x80:
//
//	x = 0x01ff  y = 0x0101
//	(x &^ 0x8080) + (y &^ 0x8080) = 0x017f + 0x0101 = 0x0280   no carry can leave a byte
//	(x ^ y) & 0x8080              = 0x0080                     the top bits are added without carry
//	xor of both                   = 0x0200                     0xff+0x01 = 0x00, 0x01+0x01 = 0x02
package num
