// Package dbg is how one looks into the engine without rebuilding it: the flags of the environment variable WEFTDEBUG, and pages that show
// what the phases of the compiler make of a function.
//
// WEFTDEBUG is a list of settings separated by commas:
//
//	ssa/gvn=off        leave out a pass: the area, a slash, and its name with - for blanks
//	ssa/gvn=dump       print each function behind the pass
//	ssa/all=dump       the same for all passes of the area
//	func=NAME          confine the settings of passes to functions with this name
//	passes=N           confine them to the first N functions and passes they apply to, which is how bisecting finds the one that matters
//
// as in
//
//	WEFTDEBUG=ssa/gvn=dump,func=fib weft run fib.wasm
//
// The variable is read once. A setting that cannot be understood is reported on standard error and left out.
package dbg
