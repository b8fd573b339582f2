//go:build !race

package bias

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// From linux/membarrier.h.
const (
	privateExpedited         = 1 << 3
	registerPrivateExpedited = 1 << 4
)

func membarrier(command uintptr) error {
	if _, _, err := unix.RawSyscall(unix.SYS_MEMBARRIER, command, 0, 0); err != 0 {
		return err
	}
	return nil
}

// grants reports whether locks can be biased: whether the process may have all its threads execute a barrier.
var grants = sync.OnceValue(func() bool { return membarrier(registerPrivateExpedited) == nil })

// barrier makes every thread of the process execute a memory barrier. The kernel may be short of memory for that, or a filter of system calls have been
// set up since: stopping the world has the same effect on threads that run Go code, or guests.
func barrier() {
	if membarrier(privateExpedited) != nil {
		runtime.ReadMemStats(new(runtime.MemStats))
	}
}

// goroutine is the address of the descriptor of the calling goroutine. It is in goroutine_linux_amd64.s.
func goroutine() uintptr

// release is an atomic store of free that does not wait for what was stored before it, as on amd64 it need not: others see it after that anyhow.
func release(state *atomic.Uint32) {
	// An atomic.Uint32 is 4 bytes that hold its value.
	*(*uint32)(unsafe.Pointer(state)) = free
}
