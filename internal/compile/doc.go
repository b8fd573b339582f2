// Package compile turns functions of the IR into machine code. It is the list of the compiler's phases, and what happens when one of them fails.
//
// In comes an ssa.Func as the front end has built it, out goes a code.Object:
//
//	passes over generic operations   ssa.Passes, in their order
//	lower                            operations become those of amd64
//	allocate                         values get registers
//	emit                             instructions, tables
//
// A [Compiler] compiles one function after another and reuses its memory; it is not safe for concurrent use. [Parallel] shares the functions of
// a module among several of them; what comes out does not depend on how:
//
//	objects, err := compile.Parallel(n, workers, explicit, func(i int, f *ssa.Func) error {
//		return generator.Func(i, f)
//	})
//
// A bug in the compiler makes a phase panic. The panic ends here and becomes an [Error] that names the phase and the function.
package compile
