//go:build linux || darwin

package wasi

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// readiness asks the kernel whether a read or a write of a host file would block. Where it would not, the caller reads
// or writes in place, which takes a third of the time of doing it on a goroutine, and reads nothing ahead that nobody
// asked for.
type readiness struct {
	raw    syscall.RawConn // nil if the object is no file
	events int16
}

// readinessOf returns the readiness of a host object, for reading or for writing.
func readinessOf(object any, write bool) readiness {
	file, ok := object.(*os.File)
	if !ok || file == nil {
		return readiness{}
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return readiness{}
	}
	if write {
		return readiness{raw, unix.POLLOUT}
	}
	return readiness{raw, unix.POLLIN}
}

// now reports whether the kernel says that the operation would not block. False only means that it may.
func (r *readiness) now() bool {
	if r.raw == nil {
		return false
	}
	ready := false
	err := r.raw.Control(func(fd uintptr) {
		fds := [1]unix.PollFd{{Fd: int32(fd), Events: r.events}}
		n, err := unix.Poll(fds[:], 0)
		ready = err == nil && n == 1 && fds[0].Revents&unix.POLLNVAL == 0
	})
	return ready && err == nil
}
