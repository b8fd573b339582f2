// Package fuel says what executing a guest costs, so that every tier comes to the same count: [Costs] has the price of each instruction, and a [Meter]
// cuts a body into segments and says what each of them is charged.
//
// In come the instructions of a body, one after the other; out comes, in front of each, what is to be done with the count there. A tier has no other
// knowledge of costs.
//
// # Segments
//
// A segment is a run of instructions that are executed one after the other if the first of them is: it begins where a function, a loop, an arm or the end
// of a block begins, or behind a branch or a call, and ends with the next of these. It is charged as a whole, where its first instruction stands that costs
// something.
//
// # Points
//
// The count is to be seen at points only: entries of functions, heads of loops, calls, returns, throws, unreachable, and the instructions that fill or copy
// memories and tables or grow these. There it is what was charged along the way; between them a tier may keep it where it likes, add charges up and move them. A
// trap leaves the count of the last point, because nobody knows what a register held at a fault.
//
// At the entry of a function and at the head of a loop, the segment that begins there is charged at once, and a count that is not above zero then ends the
// guest or has it wait for more. So no path goes on for long without fuel: it must come to a loop or a call. A function that has neither is a leaf (see [IsLeaf]): it
// is charged as any other, but its entry is no point. The head of a loop and a tail call cost 1 at least, whatever the table says.
//
// # Example
//
// With the default costs, the body
//
//	(loop $next
//	  (local.set $n (i32.sub (local.get $n) (i32.const 1)))
//	  (br_if $next (local.get $n)))
//	(call $done)
//
// has two segments that cost something: 7 at each turn of the loop, its head included, charged at the head; and 1 behind it, for the call. The count is exact at
// the head and at the call.
package fuel
