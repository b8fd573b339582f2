package wasi

import (
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// addHostStat adds what package io/fs has no words for. The serial number needs an open handle here, so it is made from
// the path instead.
func addHostStat(s *Stat, info fs.FileInfo) {
	if sys, ok := info.Sys().(*syscall.Win32FileAttributeData); ok {
		s.Accessed = time.Unix(0, sys.LastAccessTime.Nanoseconds())
	}
}

func setFileTimes(file *os.File, accessed, modified time.Time) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = raw.Control(func(handle uintptr) {
		result = windows.SetFileTime(windows.Handle(handle), nil, filetime(accessed), filetime(modified))
	})
	if err != nil {
		return err
	}
	return result
}

// filetime converts a time; nil means that it is to stay.
func filetime(t time.Time) *windows.Filetime {
	if t.IsZero() {
		return nil
	}
	ft := windows.NsecToFiletime(t.UnixNano())
	return &ft
}

func syncData(file *os.File) error { return file.Sync() }

func appendAtomically(*os.File, []byte) (n int, done bool, err error) { return 0, false, nil }

func allocate(*os.File, int64, int64) error { return ErrUnsupported }

func advise(*os.File, int64, int64, Advice) error { return nil }

// hostResolution is what the clocks of package time resolve.
const hostResolution = 100 * time.Nanosecond
