package main

import "slices"

// catalogue returns all programs, in the order in which they are built: those that build quickly first, and runtimes last,
// because their expected output is another program's.
func catalogue() []program {
	return slices.Concat(kernels(), codecs(), images(), texts(), cryptography(), interpreters(), goPrograms(), assemblyScripts(), runtimes())
}
