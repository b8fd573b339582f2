// Package regalloc decides which register or stack slot each value of a function is in, and what has to move when.
//
// In comes an [ssa.Func] after lowering, with operations of an [isa.Target] and the generic ones that survive: parameters, copies, projections,
// constants, calls, checks, terminators. Out comes an [Allocation], side tables that emission reads while it walks the function: places of
// arguments and results per operation, moves in front of operations, slots, preserved registers. The function itself stays as it is
// but for critical edges, which are split, and arguments that commute. Reads the estimate of frequencies of ssa; needs no other pass.
//
//	a := regalloc.New(amd64.Target, ssa.OpAMD64)
//	o := a.Allocate(f)
//	for each block b, each value v in it:
//		for each m of o.Moves(v): emit the move
//		emit v with o.Results(v) and o.Uses(v)
//
// # The algorithm
//
// One pass over the blocks in reverse post-order, forwards through each, with the state of all registers at hand (scan.go, place.go, results.go).
// What decides is the distance to the next use, computed beforehand over all blocks (liveness.go, distance.go), in which leaving a loop counts
// as very far and passing a call as far:
//
//   - If a register is needed and none is free, the value with the farthest next use loses its own: Belady's rule, carried over to
//     SSA form by Braun and Hack, "Register Spilling and Live-Range Splitting for SSA-Form Programs" (CC 2009).
//   - Losing a register emits nothing. Only when the value is used again does it become one that is spilled: it is loaded there, and in the end
//     stored once, at the cheapest point that dominates all loads (slots.go). Constants are computed anew instead. What is used once more is read
//     from memory by the operation itself, if that can (fold.go).
//   - At the head of a loop the registers are given to what the loop uses, unless calls would take them before the turn ends (retain.go); what it does
//     not use leaves them in front of the loop (join.go).
//     Where branches meet, values stay where they mostly are.
//   - Which register: one that the value is needed in soon; that of its web, which is a parameter with its arguments and what is
//     computed in place; one that no operation destroys while the value is alive; one that need not be saved (state.go).
//   - Arguments in fixed registers, and edges, move all their values at once, in an order that is right, with exchanges for cycles (parallel.go).
//
// So a live range is split wherever that helps, and each block has the memory and time of its own length. Both are linear in the size of
// the function except for liveness, which is bounded by a budget.
//
// # Example
//
// A loop with a call, on a machine whose calls preserve r5 and r6 (from testdata). The counter v3 and the bound v1 live across the call and get the
// preserved registers, the counter's increment overwrites it in place, and nothing moves on the way back:
//
//	b2(v3 r5):
//	    r0 = r5 i64 v3
//	  call v3 (i64) -> func[0]                 r0
//	  v4 = fake.add v3 v2                      r5 = r5 r6
//
// # Invariants
//
//   - Registers that the target does not list are never touched. A value of context or membase is always in its pinned register.
//   - At the start of a block that a call unwinds to, nothing is in a register.
//   - Moves of a way between blocks are in front of the terminator of a block with one successor, or in front of the first
//     operation of a block with one predecessor.
//   - The condition flags survive all moves for which [Move] says so; operations that write them are never computed anew.
//   - A value of type i32 may be moved with 32 or with 64 bits; what its upper half holds is kept only if that is zero.
//
// [Check] proves each of these on a finished allocation, and runs in every test.
package regalloc
