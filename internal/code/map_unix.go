//go:build unix

package code

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/fault"
)

// mapFile maps a file for reading.
func mapFile(f *os.File) (data []byte, mapped bool, err error) {
	if err := fault.At(fault.Stat); err != nil {
		return nil, false, err
	}
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return nil, false, err
	}
	if err := fault.At(fault.Mmap); err != nil {
		return nil, false, err
	}
	data, err = unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE)
	return data, err == nil, err
}

func unmapFile(data []byte) error {
	if err := fault.At(fault.Munmap); err != nil {
		return err
	}
	return unix.Munmap(data)
}
