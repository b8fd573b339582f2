package wasi

import (
	"io/fs"
	"os"
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
	s.Device, s.Inode, s.Links = uint64(uint32(sys.Dev)), sys.Ino, uint64(sys.Nlink)
	s.Accessed = time.Unix(sys.Atimespec.Unix())
	s.Changed = time.Unix(sys.Ctimespec.Unix())
}

// setFileTimes sets the times of an open file, to the microsecond.
func setFileTimes(file *os.File, accessed, modified time.Time) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	times, err := timespecs(info, accessed, modified)
	if err != nil {
		return err
	}
	micros := make([]unix.Timeval, 2)
	for i := range times {
		micros[i] = unix.NsecToTimeval(times[i].Nano())
	}
	return control(file, func(fd int) error { return unix.Futimes(fd, micros) })
}

func syncData(file *os.File) error { return file.Sync() }

// appendAtomically switches the descriptor to appending. Darwin's pwrite keeps to its offset even so, which makes the
// switch invisible to every other operation.
func appendAtomically(file *os.File, p []byte) (n int, done bool, err error) {
	err = control(file, func(fd int) error {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		if err == nil && flags&unix.O_APPEND == 0 {
			_, err = unix.FcntlInt(uintptr(fd), unix.F_SETFL, flags|unix.O_APPEND)
		}
		return err
	})
	if err != nil {
		return 0, true, err
	}
	n, err = file.Write(p)
	return n, true, err
}

func allocate(*os.File, int64, int64) error { return ErrUnsupported }

func advise(*os.File, int64, int64, Advice) error { return nil }

// hostResolution is what the clocks of package time resolve.
const hostResolution = time.Microsecond
