// Package coredump writes and reads core dumps of guests, in the format of WebAssembly's tool conventions (Coredump.md).
//
// A core dump is a module in the binary format that is not meant to run. It has custom sections with what was going on:
//
//	core           the program's name
//	coremodules    names of modules
//	coreinstances  for each instance its module, and which of the memories and globals below are its own
//	corestack      for each thread its frames, innermost first: instance, function, offset of the instruction from where the
//	               function's body begins (its locals included), values of locals and operands, as far as known
//
// and standard sections with the state: memories in their present sizes, globals that are constants, and data segments with what is in the memories.
//
// [Write] takes a [Dump] whose memories are lists of [Segment]; [Segments] makes these of the bytes of a memory, leaves out pages of zeros, and copies
// nothing, so writing takes no memory to speak of. [Read] gives the Dump back, of a file that may be anybody's.
//
//	d := &coredump.Dump{Program: "demo", Modules: []string{"demo"}, Instances: []coredump.Instance{{Module: 0, Memories: []uint32{0}}}, …}
//	d.Memories = []coredump.Memory{{Type: memoryType, Segments: coredump.Segments(memory, coredump.MaxSegments)}}
//	err := coredump.Write(file, d)
//
// Tables are not in the format, and values of references neither: a global with a reference is null. What is read is a module to the decoder, whose limits
// hold: 1 GiB, and 100 memories.
package coredump
