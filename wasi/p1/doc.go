// Package p1 gives guests WASI 0.1: the functions of the import modules wasi_snapshot_preview1 and, for programs built
// before 2020, wasi_unstable.
//
// # In and out
//
// In comes a [wasi.Config], the capabilities; [Add] defines every function in a linker. What each guest does with them
// (its open descriptors, their positions) is kept for each instance and closed with it.
//
// # How a call goes
//
// funcs.go has one row for each function: name, parameters, handler. Both import modules are registered from it; what
// differs between them is data in abi.go. A row's host function finds the instance's process, takes the guest's memory
// as one slice, and runs the handler, whose error becomes the errno that the guest sees:
//
//	guest ─(raw 64-bit slots)→ call ─handler→ error ─errnoOf→ i32
//
// Handlers look at the guest's memory only through the methods of call, which check bounds: a bad pointer is errno
// FAULT, before anything else has happened. Data moves between the guest's memory and the file or socket without a
// copy, except where the wasi package must be able to give up waiting.
//
// Two kinds of error are not for the guest and unwind it: [*weft.ExitError], from proc_exit and proc_raise, and
// [*wasi.CanceledError], when the context of the call ends while the guest waits.
//
// # Descriptors
//
// 0, 1 and 2 are the standard streams, then come the mounts, the listeners and the connections in the order of the
// Config. A new descriptor gets the lowest number that is free. Rights are kept and enforced as the specification says:
// what is asked for beyond what a directory passes on is silently not given, a missing right to read or write is BADF,
// and any other is NOTCAPABLE.
//
// # Example
//
//	linker := weft.NewLinker(engine)
//	err := p1.Add(linker, wasi.Config{Args: []string{"prog"}, Stdout: os.Stdout, Root: root})
//	instance, err := linker.Instantiate(ctx, module)
//	code, err := p1.Run(ctx, instance)
package p1
