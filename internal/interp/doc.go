// Package interp executes validated functions without generating machine code: the readable reference semantics of
// WebAssembly, and the tier for platforms without a compiler.
//
// In comes an rt.Module; [New] makes the rt.Executor for it. A function is lowered when it is first called, from the bytes of its body into
// a compact form that the loop in run executes: instructions of 16 bytes whose operands name the slots of a frame. Locals come first in
// a frame and the operand stack after them, so that every operand has a slot known in advance, and local.get, local.set and most constants
// need no instruction of their own. The body
//
//	local.get 0  i32.const 1  i32.add  local.tee 0  i32.const 10  i32.lt_s  br_if 0
//
// becomes two:
//
//	i32.add.imm  slot0 = slot0, 1
//	br.i32.lt_s.imm  slot0, 10 -> target
//
// The meaning of an instruction is the last column of op's table; the cases of the loop are generated from it (internal/gen). Only
// control, calls, exceptions and the instructions on tables and whole memories are written by hand.
//
// Guest frames overlap: a call's arguments lie at the top of the caller's frame and are the first locals of the callee's, and its
// results come back in the same place. Frames are in one slice that grows, calls do not use the Go stack, and a tail call reuses
// the frame, so depth is bounded by rt.Limits alone.
package interp
