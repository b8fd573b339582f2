//go:build !linux && !darwin && !windows

package wasi

import (
	"io/fs"
	"os"
	"time"
)

// What package os cannot do is absent on hosts that have no file of their own here.

func addHostStat(*Stat, fs.FileInfo) {}

func setFileTimes(*os.File, time.Time, time.Time) error { return ErrUnsupported }

func syncData(file *os.File) error { return file.Sync() }

func appendAtomically(*os.File, []byte) (n int, done bool, err error) { return 0, false, nil }

func allocate(*os.File, int64, int64) error { return ErrUnsupported }

func advise(*os.File, int64, int64, Advice) error { return nil }

// hostResolution is what the clocks of package time resolve everywhere.
const hostResolution = time.Millisecond
