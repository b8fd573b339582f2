// Package abi is the contract between code that executes WebAssembly, interpreted or generated, and the
// runtime it executes in. Today that is the list of trap codes; the context layout, the helper ids and the pinned registers of
// generated code join it with the compiler.
package abi
