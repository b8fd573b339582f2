// Package jitdump writes down compiled functions with their code, for Linux perf: with it, perf annotate shows instructions, which the map of package
// perfmap cannot.
//
// In come functions, as they are put into memory; out comes the file jit-PID.dump in the current directory, which perf inject makes a shared library of each
// function of:
//
//	WEFTDEBUG=jitdump perf record -k mono weft run program.wasm
//	perf inject --jit -i perf.data -o perf.jit.data
//	perf report -i perf.jit.data
//
// # Format
//
// Numbers have the byte order of the machine. The header is
//
//	u32 magic "JiTD" (0x4a695444), u32 version 1, u32 size of the header 40, u32 machine as in ELF, u32 0, u32 process, u64 time, u64 flags 0
//
// and each record for a function that has been loaded
//
//	u32 0, u32 size of the record, u64 time, u32 process, u32 thread, u64 address, u64 address, u64 size of the code, u64 number of the record, name, 0, code
//
// Times are those of CLOCK_MONOTONIC in nanoseconds; perf orders records by them, which is why it is to use that clock as well. perf learns of the file from the
// process mapping a page of it as if to execute it.
package jitdump
