//go:build (linux || darwin) && (amd64 || arm64) && !weft_portable

package rt

import (
	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/fault"
)

// What the kernel is asked for.

func mmap(fd int, offset int64, length, prot, flags int) ([]byte, error) {
	if err := fault.At(fault.Mmap); err != nil {
		return nil, err
	}
	return unix.Mmap(fd, offset, length, prot, flags)
}

func munmap(b []byte) error {
	if err := fault.At(fault.Munmap); err != nil {
		return err
	}
	return unix.Munmap(b)
}

func mprotect(b []byte, prot int) error {
	if err := fault.At(fault.Mprotect); err != nil {
		return err
	}
	return unix.Mprotect(b, prot)
}
