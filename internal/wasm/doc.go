// Package wasm is the binary format of WebAssembly 3.0: the types, the [Module] they describe, decoding it from bytes or
// from a stream, and encoding it again.
//
// In comes a binary module (spec 5), out comes a *Module, which the validator, the text format, the interpreter and the compiler
// read. Decoding checks what the specification calls malformed (spec 5: structure, lengths, encodings) and the limits of
// limits.go; everything it calls invalid (spec 3) is left to package validate. Function bodies are not looked into: [Code] is a
// slice of the input, so that a 30 MB module costs its section headers and nothing else. Whoever wants the instructions reads them with an
// [InstrReader].
//
// For the module
//
//	00 61 73 6d  01 00 00 00           magic, version
//	01 05 01 60 00 01 7f               type section: one function type [] -> [i32]
//	03 02 01 00                        function section: one function of type 0
//	0a 06 01 04 00 41 2a 0b            code section: one body, no locals, i32.const 42, end
//
// the result has Types[0].Func.Results = [I32], Funcs = [0] and Code[0].Body = 41 2a 0b, at offset 24.
//
// A decoder is a loop over sections (decode.go) that takes them from a source, either the bytes of a module or a stream (source.go), and
// gives each to a reader of integers, names and types whose first error sticks (reader.go, leb.go, readtype.go). Types of different
// modules meet in a [TypeSet], where equal ones have equal ids (typeset.go, scope.go, match.go).
package wasm
