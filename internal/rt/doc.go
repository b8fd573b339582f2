// Package rt is what a guest runs in: linear memories, tables, globals, tags, functions and instances, the stores that
// keep them together, linking, and traps. Both tiers, the interpreter and the compiler, work on the same objects.
//
// In comes a [Module], which is a validated wasm.Module with its types made canonical, and the imports for it; out comes an
// [Instance], whose functions an [Executor] can call.
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
// its functions and objects reachable, one call at a time runs in it, and its memories are given back when its last
// instance is closed. A memory alone does not join stores, so that threads can share one.
//
// # Memories
//
// Where the system can reserve address space, a memory is a reservation of its largest size whose accessible part grows by mprotect:
// its base never moves, and slices of it stay valid across memory.grow. Elsewhere it is a Go slice that is copied to grow.
//
// This is the one package of the engine that may use unsafe; each use states the invariant that makes it sound.
package rt
