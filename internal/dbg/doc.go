// Package dbg is how one looks into the engine without rebuilding it: the settings of the environment variable WEFTDEBUG, times of the
// compiler's phases, and pages that show what they make of a function.
//
// WEFTDEBUG is a list of settings separated by commas, as in
//
//	WEFTDEBUG=ssa/gvn=off,func=fib weft run fib.wasm
//
// which compiles the function fib without one of the passes. WEFTDEBUG=help prints what there is; the table is in settings.go. The variable
// is read once. A setting that cannot be understood is reported on standard error and left out.
//
// The phases ask: [Pass] whether they are to run, [Dumps] whether to show what they made, [Interpreted] whether a function is to be compiled
// at all. Where nothing is set an answer costs a few instructions.
package dbg
