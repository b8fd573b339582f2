package guest

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// region is a range of address space. It is reserved once and stays reserved for the life of the process, so that an address inside of it
// is never anything else: the signal handler relies on that.
type region struct {
	bytes []byte
	base  uintptr
}

// Access rights of a part of a region.
const (
	accessNone    = unix.PROT_NONE
	accessWrite   = unix.PROT_READ | unix.PROT_WRITE
	accessExecute = unix.PROT_READ | unix.PROT_EXEC
)

// reserve takes size bytes of address space at a multiple of align, none of them accessible.
func reserve(size, align int) (region, error) {
	all, err := unix.Mmap(-1, 0, size+align, accessNone, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return region{}, fmt.Errorf("reserve %d MiB of address space: %w", (size+align)>>20, err)
	}
	skip := -int(addressOf(all)) & (align - 1)
	bytes := all[skip : skip+size : skip+size]
	return region{bytes: bytes, base: addressOf(bytes)}, nil
}

func protect(part []byte, access int) error {
	if err := unix.Mprotect(part, access); err != nil {
		return fmt.Errorf("change access to %d KiB: %w", len(part)>>10, err)
	}
	return nil
}

// discard gives the memory of a part back; it reads as zero from then on.
func discard(part []byte) error {
	if err := unix.Madvise(part, unix.MADV_DONTNEED); err != nil {
		return fmt.Errorf("give back %d KiB: %w", len(part)>>10, err)
	}
	return nil
}

// addressOf is where a part of a region is. The result stays true because a region is no memory of Go's: it does not move.
func addressOf(part []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(part))) }
