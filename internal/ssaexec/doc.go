// Package ssaexec runs instances on their functions' IR: an rt.Executor for tests of ssagen and of the passes behind it, which needs no
// machine code.
//
// In go a rt.Module, the layout of its instances' contexts and a function that has each function's IR; out comes an [Executor], which is
// to the instances what a compiler's is. Behind it is a [World] of made-up addresses. Everything that generated code finds through the context
// of an instance (abi.InstanceLayout) has a window of addresses there, and accesses to a window are accesses to the object of package
// rt that it stands for: to the bytes of a memory, to the word of a descriptor, to the elements of a table. What lies between, such as the
// guard of a memory, faults. So the interpreter, host functions and the IR work on the same instances, and their results compare.
//
// References are as in generated code, the address of a function's record, and are converted to those of package rt on the way into
// tables, globals, exceptions and hosts.
//
// For instance, the load of memory 1 of an instance whose context is window 7 and whose memory's contents are window 9 goes
//
//	i64.load context +64      window 7: the address of the descriptor of memory 1, window 8
//	i64.load v1               window 8: the address of its contents, window 9
//	i32.load v2 v3 +4         window 9: bytes
package ssaexec
