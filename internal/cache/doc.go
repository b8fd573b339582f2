// Package cache keeps files in a directory that processes share: each under a key that says all that it depends on, the least recently used ones
// removed when there are too many bytes.
//
// In come keys with functions that write a file or open one, out comes whether there is one:
//
//	c, err := cache.Open(dir, 1<<30)
//	if !c.Load(key, func(name string) error { f, err = code.Open(name, id); … }) {
//		… make it …
//		c.Store(key, func(w io.Writer) error { … })
//	}
//
// A cache never makes anything fail. What cannot be read is removed and made again; what cannot be written is not kept. [Stats] tells.
//
// # Processes, crashes and full disks
//
// There are no locks. A file is written under a name of its own and then renamed: whoever opens a key finds a whole file or none. Two processes that make
// the same file write it twice, and the second one replaces the first, which goes on to exist for those that have it open; so does a file that another
// process evicts.
//
// Nothing waits for the disk. After a crash of the system a file may have its name and not all of its contents; whoever opens it verifies it, and an error
// from that removes it. What a process leaves behind that dies while it writes is removed after [staleAfter].
package cache
