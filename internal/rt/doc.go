// Package rt is what a guest runs in: linear memories, tables, globals, tags, functions and instances, the stores that
// keep them together, linking, and traps. Both tiers, the interpreter and the compiler, work on the same objects.
//
// In comes a [Module], which is a validated wasm.Module with its types made canonical, and the imports for it; out comes an
// [Instance], whose functions an [Executor] can call:
//
//	plan, err := module.Plan(imports)    // checks the imports; all that instances have in common
//	in := plan.New(host)
//	err = in.Instantiate()               // takes a slot, fills in what depends on the instance
//	err = Call(ctx, in.Func(3), stack)
//	in.Close()                           // puts the slot back for the next instance
//
// # Values
//
// A value is held in 64-bit slots: i32 and f32 in the low half of a slot whose high half is zero, i64 and f64 in one,
// v128 in two, low half first. A reference is a [Ref] in one slot, 0 for null: a function reference is the address of its [Func],
// any other is the number of an [Object] of the store. No slot holds a pointer that the Go collector has to see.
//
// # Stores
//
// Instances that can reach each other, by an imported function, table or global, share a [Store] (spec 4.2.3). A store is made for
// each instance and merged with those of its imports. It is the unit of life and of execution: it keeps
// its functions and objects reachable, one call at a time runs in it, and a closed instance is given back when no open one of it can reach
// it. A memory alone does not join stores, so that threads can share one.
//
// # Memories
//
// Where the system can reserve address space, a memory is a reservation of its largest size whose accessible part grows by mprotect:
// its base never moves, and slices of it stay valid across memory.grow. Elsewhere it is a Go slice that is copied to grow.
//
// # Starting quickly
//
// What instances of a module begin with is worked out once: the contents of its memories, the values of its globals, and its tables. On Linux,
// contents are a sealed file in memory that is mapped copy-on-write, and reservations are slots, which the instances of a module have one after
// the other: the kernel says which pages one has written to, and these are put back. Tables into which nothing but calls looks lie in front of
// the memory, and begin with stubs; functions come to be when something refers to them. So an instance costs what is its own, and time goes
// by what the one before it has changed. Elsewhere the same contents are copied.
//
// This is the one package of the engine that may use unsafe; each use states the invariant that makes it sound.
package rt
