// Package abi is the contract between code that executes WebAssembly, interpreted or generated, and the
// runtime it executes in: the trap codes, and for generated code the layout of the context block at the top of every guest
// stack (context.table), the geometry of those stacks and what may be assumed about the goroutine that runs it; the layout of an
// instance's context (instance.go), and the services of the runtime that it calls (helper.go).
package abi
