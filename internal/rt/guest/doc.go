// Package guest runs machine code inside a goroutine: it keeps guest stacks and code memory, enters and leaves generated code, turns
// hardware faults into traps and Go's preemption requests into yields. It knows no WebAssembly; of the code it runs it knows where it
// may trap and how large its frames are.
//
// In comes code with those tables ([Map]) and something that answers its calls ([Host]); out comes the way a call ended: by returning, by a
// trap with its backtrace, or by a panic or runtime.Goexit of a host function, which pass through guest frames as through any others.
//
//	text, err := guest.Map("fib", size, tables, write)   // written once, then executable and never writable again
//	stack, err := pool.Get()
//	stack.Host = host
//	args, trap := stack.Slots(1)
//	args[0] = 20
//	trap = stack.Call(text.Address(0), target, instance)  // args[0] is the result
//
// # Control
//
//	Go          Stack.Call ──▶ enter ══▶ switchIn ──▶ generated code ──▶ hostStub ══▶ enter ──▶ Host.HostCall
//	            (any frame)    (landing)                                               └── switchBack ══▶ after the call
//	                               ▲
//	                               ╚══ switchIn after RET, trapStub, faultLand after a fault, yieldLand after a signal
//
// A double arrow changes stacks. All ways out of the guest end at the landing in enter's frame, which tells them apart by the exit that
// the context block holds. That frame stays below every host function, so Go sees an ordinary call.
//
// # Contract with generated code
//
// Code is entered with AX the address of the argument slots, CX the target, R14 the instance, BX the context block, SP = 8 mod 16 with the
// return address on top. It returns with RET, its results in the slots, and may change every register. It keeps nothing below
// SP, leaves the direction flag and MXCSR alone, and uses VZEROUPPER before it calls a stub or returns if it has
// written an upper half of a YMM register. It calls the stubs ([Stub]) with any alignment. Every instruction is a safe point.
//
// A frame larger than abi.StackGuard touches its pages in order, from the top. Everything smaller needs no check: running into the guard
// below the stack is abi.TrapStackExhausted.
//
// Code traps by any instruction that faults at a trap site. HLT is the one to use where nothing else does: it has one byte, and hypervisors do
// not look at it first as they do at UD2, which makes that three times as slow.
//
// # Nesting
//
// A host function may call the guest again, on the same stack or another. On the same, the new frames go below those of the guest code that
// called it; between them lies a record that leads a backtrace across the host's frames. The slots in the context block belong to whoever
// calls next, so generated code keeps the arguments of host calls in its frame. While a guest has yielded, nothing else
// runs on its stack: what it was about to pass to a call is still there when it goes on.
//
// # Signals
//
// See signal_linux_amd64.s for the handler and [Check] for how it is verified. Where signals cannot be used, or only some, code is
// compiled with explicit checks: trapStub, pollStub and fuelStub are there in every mode.
package guest
