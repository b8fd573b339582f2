// Package fault makes system calls fail when a test says so.
//
// Whoever asks the system for something that it may refuse asks At first, which a test can have answer in the place of the system:
//
//	if err := fault.At(fault.Mmap); err != nil {
//		return nil, err
//	}
//	return unix.Mmap(…)
//
// Files have the calls of package os with that in front of them, in file.go. Without a test it costs a load of a variable that never changes. A test counts the calls that something makes, and then does it again for each of
// them, with that one failing:
//
//	stop := fault.Inject(func(fault.Call) error { n++; if n == nth { return syscall.ENOMEM }; return nil })
//	defer stop()
package fault

import "sync/atomic"

// Call is a kind of system call.
type Call uint8

// The kinds. Some have several system calls in them, as Go's package os does.
const (
	Mmap Call = iota
	Munmap
	Mprotect
	Madvise
	MemfdCreate
	Seal
	Pread
	Pwrite
	PagemapScan
	Getrusage
	Sigaction
	Open
	Stat
	Create
	Mkdir
	Write
	Sync
	Chmod
	Close
	Rename
	Remove
	ReadDir
)

var names = [...]string{"mmap", "munmap", "mprotect", "madvise", "memfd_create", "seal", "pread", "pwrite", "PAGEMAP_SCAN", "getrusage", "rt_sigaction",
	"open", "stat", "create", "mkdir", "write", "fsync", "chmod", "close", "rename", "remove", "readdir"}

func (c Call) String() string { return names[c] }

var plan atomic.Pointer[func(Call) error]

// At returns the error that a call is to fail with, nil if it is to be made.
func At(c Call) error {
	if p := plan.Load(); p != nil {
		return (*p)(c)
	}
	return nil
}

// Inject has a function say which calls fail, until stop. It is called by all goroutines that make system calls. There is one at a time.
func Inject(fails func(Call) error) (stop func()) {
	if !plan.CompareAndSwap(nil, &fails) {
		panic("fault: there is a plan already")
	}
	return func() { plan.Store(nil) }
}
