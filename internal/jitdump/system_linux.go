package jitdump

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapMarker maps the beginning of the file as if to execute it.
func mapMarker(f *os.File) ([]byte, error) {
	return unix.Mmap(int(f.Fd()), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE)
}

// now is the time that perf record -k mono uses.
func now() uint64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) // there always is this clock
	return uint64(t.Nano())
}

func thread() uint32 { return uint32(unix.Gettid()) }
