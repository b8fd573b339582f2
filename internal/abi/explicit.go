package abi

// Explicit says what generated code does for itself because this process cannot have it done by signals. The zero value says that it can.
// Code of one kind runs wherever what it leaves to signals works.
type Explicit struct {
	// Faults: faults do not become traps. Code checks bounds, divisors and its stack, and traps by a call of the runtime.
	Faults bool
	// Preempt: running code is not made to yield. It polls at the head of each loop and in front of each tail call.
	Preempt bool
}
