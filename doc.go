// Package weft runs WebAssembly in Go programs, without cgo.
//
// An [Engine] compiles modules; a [Linker] gives a module's imports their values; an [Instance] is a module that runs. Calls take a
// context, and cancelling it stops the guest:
//
//	engine := weft.NewEngine(weft.Config{})
//	defer engine.Close()
//	module, err := engine.Compile(ctx, wasmBytes)
//	linker := weft.NewLinker(engine)
//	err = linker.Define("env", "log", func(ctx context.Context, in *weft.Instance, ptr, n uint32) error { … })
//	instance, err := linker.Instantiate(ctx, module)
//	defer instance.Close()
//	add, err := weft.Lookup2[int32, int32, int32](instance, "add")
//	sum, err := add(ctx, 1, 2)
//
// # Safety
//
// A guest reads and writes nothing but what it was given: its memories, its tables, and the functions it imports. What it takes is
// bounded by [Limits]. Bad modules, bad arguments and misuse give errors: *[ModuleError], *[LinkError], *[TypeError], *[RangeError],
// *[LimitError], *[Trap], *[Exception], *[ExitError], [ErrClosed] and [ErrConcurrent]. Nothing panics on bad input.
//
// # Concurrency
//
// Engines, modules and linkers may be used by any number of goroutines at once. Instances that are linked by functions, tables or globals
// form a store in which one guest runs at a time: a call from a second goroutine returns [ErrConcurrent]. While the guest is in a function
// of the host, calls into the store are welcome from any goroutine; the guest goes on when none of theirs runs. Tables and globals
// must not be used by the host while a guest that has them runs on another goroutine. Instances that share
// nothing, or only a shared memory, run in parallel.
package weft
