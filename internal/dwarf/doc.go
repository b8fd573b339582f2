// Package dwarf finds the places in the source that code of a module was compiled from.
//
// In come the custom sections with DWARF 4 or 5 that compilers put into modules, and the offset of an instruction; out comes a list of [Location]: the
// place of the instruction, and, if it is in a function that was inlined, the places of the calls that were, up to the function that the module has.
//
//	d := dwarf.Load(module)        // nothing is read yet
//	for _, l := range d.Find(0x1f3) {
//		fmt.Println(l.Function, l.File, l.Line)
//	}
//
// prints, for an instruction of square that the compiler has inlined into sum, which it has inlined into main,
//
//	square /src/sums.c 3
//	sum    /src/sums.c 11
//	main   /src/main.c 7
//
// Addresses in the sections are offsets in the contents of the code section, as LLVM has them. What the linker has thrown away has address 0 or one
// behind the end; it is left out.
//
// A look-up finds the compilation unit whose ranges have the address, and then, once for each unit, reads all of the unit's entries into an index of
// functions and calls that were inlined (index.go) and its line table into rows (line.go). Both stay. So a module whose backtraces nobody prints costs
// nothing, and the first print costs the units that are in it.
//
// The sections are a stranger's. Nothing that they say makes room for more than is there; how much is read is bounded by a budget of steps in proportion
// to their size, for a few bytes can refer to the same lists again and again; and names end at maxName. Data that is broken, or beyond the budget, gives
// fewer places, never an error: it is for people to look at.
//
// Split DWARF, type units and supplementary files are not read, nor what the sections external_debug_info and sourceMappingURL lead to.
package dwarf
