// Package dump shows what the phases of the compiler make of a module's functions: as text, or side by side on a page for a browser.
//
// In comes a valid module, out come a function's [Phase]s, from its WebAssembly to its machine code; they are what the engine would make of
// it, with what WEFTDEBUG says of passes:
//
//	d, err := dump.New(module, dump.Options{})
//	f, err := d.Func(3)
//	f.Text(os.Stdout, []string{"wasm", "opt", "emit"})
//	f.Page(file)
//
// All phases speak of the same places in the source: @1f behind an instruction, a value or a machine instruction is the WebAssembly instruction
// 0x1f bytes behind the start of the function's declarations of locals.
package dump
