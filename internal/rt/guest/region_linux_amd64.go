package guest

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/fault"
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
	if err := fault.At(fault.Mmap); err != nil {
		return region{}, err
	}
	all, err := unix.Mmap(-1, 0, size+align, accessNone, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return region{}, fmt.Errorf("reserve %d MiB of address space: %w", (size+align)>>20, err)
	}
	skip := -int(addressOf(all)) & (align - 1)
	bytes := all[skip : skip+size : skip+size]
	return region{bytes: bytes, base: addressOf(bytes)}, nil
}

func protect(part []byte, access int) error {
	err := fault.At(fault.Mprotect)
	if err == nil {
		err = unix.Mprotect(part, access)
	}
	if err != nil {
		return fmt.Errorf("change access to %d KiB: %w", len(part)>>10, err)
	}
	return nil
}

// discard gives the memory of a part back; it reads as zero from then on.
func discard(part []byte) error {
	err := fault.At(fault.Madvise)
	if err == nil {
		err = unix.Madvise(part, unix.MADV_DONTNEED)
	}
	if err != nil {
		return fmt.Errorf("give back %d KiB: %w", len(part)>>10, err)
	}
	return nil
}

// mapExecutable puts a part of a file in the place of a part of a region.
//
// Sound because the part is one that the arena has handed out: nothing of Go's and no other text lies there.
func mapExecutable(part []byte, file *os.File, offset int64) error {
	if err := mapFixed(int(file.Fd()), offset, part, accessExecute, 0); err != nil {
		return fmt.Errorf("map %d KiB of code: %w", len(part)>>10, err)
	}
	return nil
}

// vacate takes away whatever is in a part of a region. The part stays reserved: there is no moment at which something else could get its place.
func vacate(part []byte) error {
	if err := mapFixed(-1, 0, part, accessNone, unix.MAP_ANON|unix.MAP_NORESERVE); err != nil {
		return fmt.Errorf("give back %d KiB: %w", len(part)>>10, err)
	}
	return nil
}

func mapFixed(fd int, offset int64, part []byte, access, flags int) error {
	if err := fault.At(fault.Mmap); err != nil {
		return err
	}
	flags |= unix.MAP_PRIVATE | unix.MAP_FIXED
	_, err := unix.MmapPtr(fd, offset, unsafe.Pointer(unsafe.SliceData(part)), uintptr(len(part)), access, flags)
	return err
}

// addressOf is where a part of a region is. The result stays true because a region is no memory of Go's: it does not move.
func addressOf(part []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(part))) }
