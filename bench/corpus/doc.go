// Corpus builds the programs that `bench exec` runs: real libraries in C with workloads of ours, kernels with vector
// instructions, language runtimes with scripts, Go and AssemblyScript. Nothing that it builds is committed.
//
//	go run ./corpus -o DIR [-only NAME,…] [-j N]
//
// In come the names of Debian source packages and of pinned npm packages, the drivers and scripts of this folder, and
// clang-19 with wasi-libc (installed with apt where they are missing and this process may). Out come, for each program:
//
//	DIR/NAME.wasm             the program for wasm32-wasi
//	DIR/NAME.stdout.expected  what it must print
//	DIR/NAME.args             its arguments, one a line, without the program's name; absent where there are none
//	DIR/NAME.native           where the source is C, the same source by the same clang -O3 for this machine
//
// and the files that the arguments name. An engine gives the program DIR as its folder ".".
//
// A [program] is a [binary] with arguments and files, so several scripts share one interpreter. A binary is made by one of
// four kinds of builder: [cBinary], [npmBinary], [goBinary], [asBinary]. The expected output never comes from a WebAssembly
// engine: it is what the native build prints, or, for runtimes that have none here, what the native build of another
// program prints that does the same work in another language (field like).
//
// Everything is kept in the user's cache directory under weft-corpus: sources by package, binaries by a hash of all that
// went into them (recipe, drivers, versions of source and compiler). A second run only copies. One program that fails is
// reported and counted, and the others are still built; the exit status is 1 then.
//
// For example the program lz4 is c/lz4.c with lib/*.c of the source package lz4, twice through clang: once for
// wasm32-wasi at -O2, once for the host at -O3. The host's build is run, and its output becomes lz4.stdout.expected.
//
// A driver marks the region that counts with bench_start and bench_end of c/include/bench.h, which are imports
// bench.start and bench.end in WebAssembly and nothing in the native build.
package main
