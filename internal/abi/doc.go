// Package abi is the contract between code that executes WebAssembly, interpreted or generated, and the
// runtime it executes in: the trap codes, and for generated code the layout of the context block at the top of every guest
// stack (context.table), the geometry of those stacks and what may be assumed about the goroutine that runs it; the layout of an
// instance's context (instance.go), and the services of the runtime that it calls (helper.go).
//
// # Values in registers
//
// Generated code passes and returns an i32 in a general register whose upper half is zero, and relies on it: an i32 is an address, or an i64
// without a sign, as it is. Code of all functions keeps that among itself. Whatever brings an i32 from elsewhere, which are the entries from
// Go and the returns of host functions and helpers, loads it with 32 bits from its slot, whatever the upper half of the slot holds. An f32 or
// f64 may have anything in the other lanes of its register.
package abi
