// Package wat is the text format of WebAssembly 3.0 (spec 6): parsing it, printing it, and parsing the scripts (.wast) of the
// specification's test suite.
//
// In comes text, out comes a *wasm.Module whose function bodies, constant expressions and segments are in binary form, as if
// they had been decoded; or the other way round. The keywords of instructions and their immediates are those of package op,
// there is no second list.
//
// # Parsing
//
// A lexer turns text into tokens; it has no state but its position. That is what the parser makes use of: everything in a
// module may be referred to before it is defined, so it goes over the fields of a module three times, first to bind
// identifiers, then to read types, then to read everything else. Only the last pass looks into function bodies. It encodes
// instructions as they come; those in front of their operands wait on a stack, as bytes. For
//
//	(func $double (param $x i32) (result i32)
//	  (i32.add (local.get $x) (local.get $x)))
//
// the first pass binds $double to function 0, and the third adds the type [i32] -> [i32], puts off i32.add (6a), appends
// 20 00 and 20 00 for its operands, then the 6a, then 0b for the end. The names go into a name section.
//
// After an error the parser sees nothing but the end of the text, so that everything under way comes to an end without
// checking. The first error is the one that counts.
//
// # Printing
//
// The printer writes a module definition by definition and instruction by instruction, and keeps nothing but the names.
// parse(print(m)) equals m, save what text cannot express: offsets, how many bytes integers take, how locals of one type
// are grouped, and a data count section that nothing needs.
package wat
