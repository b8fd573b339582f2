// Package wasi is the capability system under every version of WASI that weft offers: what a guest may reach, said in
// Go values. The packages p1, and later p2 and p3, translate it to the binary interface of their version and hold no
// policy of their own.
//
// # In and out
//
// In comes a [Config]: arguments, environment, standard streams, mounts, sockets, a clock, a source of randomness. Out
// comes a [System], checked once, that any number of instances share. Nothing is ambient: the zero Config gives no
// arguments, no environment, no files and no sockets, an empty standard input, and outputs that discard. Only the
// clock and the randomness default to the real ones, and both can be replaced.
//
// # Objects
//
// A guest holds four kinds of object:
//
//   - [Dir]: a directory, which is the right to everything below it and to nothing else. Every path is relative to a
//     Dir. [HostDir] makes one over an [os.Root], [FSDir] over an [io/fs.FS], and [ReadOnly] takes writing away.
//   - [File]: a regular file. It has no position; reads and writes name their offset, as in WASI 0.2. The 0.1 adapter
//     keeps the position beside its descriptor.
//   - [Stream]: a pipe, a terminal or a connection: bytes in order, each direction with readiness.
//   - [Listener]: a socket that accepts.
//
// # Containment
//
// Paths are those of the guest: '/' separates on every system, a leading '/' is refused, and a name that the host would
// read differently (a backslash or a colon on Windows) is refused rather than translated. What remains is resolved by
// os.Root, one component at a time relative to an open directory, so '..', symbolic links and directories renamed in
// mid-flight cannot lead out. Operations that os.Root lacks (removing only a file or only a directory, renaming between
// two directories, setting a link's own times) open the parent through os.Root and then name one component that the
// kernel does not follow.
//
// # Waiting
//
// A host that blocks must not hold a cancelled guest. Reads, writes and accepts that may block run on a goroutine of
// their own with a buffer of their own; when the context ends the guest's call returns at once with a [*CanceledError],
// and whatever the host delivers later is kept for the next reader. See the comment at the head of ahead.go.
//
// # Example
//
//	root, err := os.OpenRoot("testdata")
//	system, err := wasi.New(wasi.Config{
//		Args:   []string{"prog", "-v"},
//		Stdout: os.Stdout,
//		Mounts: []wasi.Mount{{Path: "/data", Dir: wasi.ReadOnly(wasi.HostDir(root))}},
//	})
//	node, err := system.Mounts[0].Dir.Open("a/../b.txt", wasi.OpenRead|wasi.OpenFollow)
//
// The path is resolved inside testdata whatever a may be, node is a File, and opening it for writing gives
// [ErrReadOnly].
package wasi
