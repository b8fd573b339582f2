// Package native runs the functions of guests as machine code. It is the compiled tier's rt.Executor: it has a module compiled, puts the code
// into memory, and stands between that code and the runtime while it runs.
//
// In comes an rt.Module, out comes a [Module]:
//
//	engine, err := native.NewEngine(native.Config{})
//	m.Exec, err = engine.Compile(ctx, m, nil)   // ssagen, compile, link
//	in, err := m.Instantiate(imports)           // rt fills the instance's context, Module.Bind its functions' records
//	rt.Call(ctx, in.Func(0), stack)             // Module.Call: enters the code on a guest stack
//
// # Code
//
// The text of a module is its functions, one behind the other, and then an entry for each of their signatures, through which Go calls them.
// It depends on the module alone: what belongs to an instance is found through the context register. Functions of the host have shims, one
// for each signature, which the engines of a process share.
//
// [Module.Save] writes it to a file and [Engine.Load] has it run from there, in this process or another one.
//
// # Calls
//
// Each call from the host has a machine: a guest stack, and what the code's calls of the host need. A call from a function of the host back into
// a guest has another machine: calls on several goroutines may take turns in a store, so their frames cannot share a stack.
//
// Code leaves for the host with a word (abi.HostWordBit): a call of a host's function, or of one of the helpers of package abi.
//
// # Unwinding
//
// Traps end the machine's call; exceptions go on at the landing of the innermost call that has one, found by return addresses. Both are led
// through the frames by tables, so that code pays nothing for them.
//
// # Functions that are not compiled
//
// A function that is too large for the compiler, or that WEFTDEBUG says is to be interpreted, is bound to the shim of its signature like one of
// the host; its calls go to the interpreter. Direct calls of it lead to a wrapper that calls through its record.
package native
