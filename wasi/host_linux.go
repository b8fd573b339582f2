package wasi

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// addHostStat adds what package io/fs has no words for.
func addHostStat(s *Stat, info fs.FileInfo) {
	sys, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return
	}
	s.Device, s.Inode, s.Links = uint64(sys.Dev), sys.Ino, uint64(sys.Nlink)
	s.Accessed = time.Unix(sys.Atim.Unix())
	s.Changed = time.Unix(sys.Ctim.Unix())
}

// setFileTimes sets the times of an open file. Linux before 5.8 takes no empty path, but has a name for the descriptor.
func setFileTimes(file *os.File, accessed, modified time.Time) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	times, err := timespecs(info, accessed, modified)
	if err != nil {
		return err
	}
	return control(file, func(fd int) error {
		err := unix.UtimesNanoAt(fd, "", times, unix.AT_EMPTY_PATH)
		if err == unix.EINVAL || err == unix.ENOENT {
			err = unix.UtimesNanoAt(unix.AT_FDCWD, "/proc/self/fd/"+strconv.Itoa(fd), times, 0)
		}
		return err
	})
}

func syncData(file *os.File) error { return control(file, unix.Fdatasync) }

// appendAtomically lets the kernel find the end. done is false where the file system does not offer that.
func appendAtomically(file *os.File, p []byte) (n int, done bool, err error) {
	for n < len(p) {
		var wrote int
		err = control(file, func(fd int) (err error) {
			wrote, err = unix.Pwritev2(fd, [][]byte{p[n:]}, 0, unix.RWF_APPEND)
			return err
		})
		switch {
		case err == unix.EINTR:
			continue
		case n == 0 && (err == unix.ENOSYS || err == unix.EOPNOTSUPP):
			return 0, false, nil
		case err != nil:
			return n, true, err
		}
		n += wrote
	}
	return n, true, nil
}

func allocate(file *os.File, offset, bytes int64) error {
	return control(file, func(fd int) error { return unix.Fallocate(fd, 0, offset, bytes) })
}

// advise passes the advice on; WASI's numbers differ from Linux's.
func advise(file *os.File, offset, bytes int64, advice Advice) error {
	host := [...]int{
		AdviceNormal:     unix.FADV_NORMAL,
		AdviceSequential: unix.FADV_SEQUENTIAL,
		AdviceRandom:     unix.FADV_RANDOM,
		AdviceWillNeed:   unix.FADV_WILLNEED,
		AdviceDontNeed:   unix.FADV_DONTNEED,
		AdviceNoReuse:    unix.FADV_NOREUSE,
	}[advice]
	return control(file, func(fd int) error { return unix.Fadvise(fd, offset, bytes, host) })
}

// hostResolution is what the clocks of package time resolve.
const hostResolution = time.Nanosecond
