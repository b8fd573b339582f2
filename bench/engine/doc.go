// Package engine has the engines that are measured, behind one interface, one file each.
//
// In comes the binary of a command for WASI 0.1, out comes a process that can be started:
//
//	e, err := engine.Open("wasmtime")
//	module, err := e.Compile(ctx, wasm)
//	guest, err := module.Instantiate(ctx, engine.Process{Args: []string{"zstd"}, Dir: "corpus", Begin: begin, End: end})
//	err = guest.Start(ctx) // nil when the guest returned, or exited with code 0
//
// All engines give a guest the same things: its arguments, the standard streams of this process, the real clocks, randomness, one folder,
// and the functions bench.start and bench.end. Each engine is set up as its makers recommend for speed, with everything that
// WebAssembly 3.0 has turned on where there is a switch. Where an engine has a cache of compiled code, it is off.
//
// The same files have [Calls], the loops that measure what crossing between host and guest costs. Node is not linked into this program;
// [Node] and the natively compiled programs are processes, see node.go and native.go.
package engine
