//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/fault"
)

// What only this kernel is asked for.

func memfd(name string) (int, error) {
	if err := fault.At(fault.MemfdCreate); err != nil {
		return -1, err
	}
	return unix.MemfdCreate(name, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
}

func pwrite(fd int, p []byte, offset int64) (int, error) {
	if err := fault.At(fault.Pwrite); err != nil {
		return 0, err
	}
	return unix.Pwrite(fd, p, offset)
}

func pread(fd int, p []byte, offset int64) (int, error) {
	if err := fault.At(fault.Pread); err != nil {
		return 0, err
	}
	return unix.Pread(fd, p, offset)
}

// seal makes a file in memory one that nobody can change.
func seal(fd int) error {
	if err := fault.At(fault.Seal); err != nil {
		return err
	}
	_, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SEAL|unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_WRITE)
	return err
}

func madvise(b []byte, advice int) error {
	if err := fault.At(fault.Madvise); err != nil {
		return err
	}
	return unix.Madvise(b, advice)
}

// mapFixed maps a file in place of what is mapped there.
//
// Sound because at lies within a reservation whose owner has no reference to it but by way of its memory.
func mapFixed(fd int, offset int64, at []byte, prot, flags int) error {
	if err := fault.At(fault.Mmap); err != nil {
		return err
	}
	_, err := unix.MmapPtr(fd, offset, unsafe.Pointer(unsafe.SliceData(at)), uintptr(len(at)), prot, flags|unix.MAP_FIXED)
	return err
}

// pageFaults is how many page faults all threads of the process have had, 0 if that is not known.
func pageFaults() int64 {
	if fault.At(fault.Getrusage) != nil {
		return 0
	}
	var u unix.Rusage
	if _, _, e := unix.RawSyscall(unix.SYS_GETRUSAGE, unix.RUSAGE_SELF, uintptr(unsafe.Pointer(&u)), 0); e != 0 {
		return 0
	}
	return u.Minflt + u.Majflt
}

// openPagemap opens the file that says what of this process's pages is where.
func openPagemap() (int, error) {
	if err := fault.At(fault.Open); err != nil {
		return -1, err
	}
	return unix.Open("/proc/self/pagemap", unix.O_RDONLY|unix.O_CLOEXEC, 0)
}

// pagemapScan is the number of the ioctl, _IOWR('f', 16, struct pm_scan_arg).
const pagemapScan = 3<<30 | unsafe.Sizeof(scanArgs{})<<16 | 'f'<<8 | 16

// quickBytes is up to how much is scanned without telling Go's scheduler, as Go itself asks the kernel for memory: it takes no longer than some
// page faults.
const quickBytes = 16 << 20

func scanPagemap(fd int, a *scanArgs) (regions int, err error) {
	if err := fault.At(fault.PagemapScan); err != nil {
		return 0, err
	}
	var n uintptr
	var e syscall.Errno
	if a.end-a.start <= quickBytes {
		n, _, e = unix.RawSyscall(unix.SYS_IOCTL, uintptr(fd), pagemapScan, uintptr(unsafe.Pointer(a)))
	} else {
		n, _, e = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), pagemapScan, uintptr(unsafe.Pointer(a)))
	}
	if e != 0 {
		return 0, e
	}
	return int(n), nil
}
