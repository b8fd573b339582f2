package wasi

import (
	"io"
	"math"
	"os"
	"sync"
	"time"
)

// hostFile is a File over os.File.
type hostFile struct {
	file *os.File
	path string // from the mount's root, as it was opened
	sync bool   // opened with OpenSync

	appending sync.Mutex // held from finding the end to having written there
}

func (f *hostFile) Stat() (Stat, error) {
	info, err := f.file.Stat()
	if err != nil {
		return Stat{}, err
	}
	return hostStat(info, f.path), nil
}

func (f *hostFile) SetTimes(accessed, modified time.Time) error {
	return setFileTimes(f.file, accessed, modified)
}

func (f *hostFile) Sync(dataOnly bool) error {
	if dataOnly {
		return syncData(f.file)
	}
	return f.file.Sync()
}

func (f *hostFile) Close() error                                { return f.file.Close() }
func (f *hostFile) ReadAt(p []byte, offset int64) (int, error)  { return f.file.ReadAt(p, offset) }
func (f *hostFile) WriteAt(p []byte, offset int64) (int, error) { return f.file.WriteAt(p, offset) }

// Append writes in one step where the host can append to a file that was not opened for appending; elsewhere two
// guests that append to one file through different descriptors may overwrite each other.
func (f *hostFile) Append(p []byte) (int, error) {
	f.appending.Lock()
	defer f.appending.Unlock()
	if n, done, err := appendAtomically(f.file, p); done {
		return n, err
	}
	end, err := f.file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	return f.file.WriteAt(p, end)
}

func (f *hostFile) SetSize(bytes uint64) error {
	if bytes > math.MaxInt64 {
		return ErrFileTooLarge
	}
	return f.file.Truncate(int64(bytes))
}

func (f *hostFile) Allocate(offset, bytes uint64) error {
	end := offset + bytes
	switch {
	case bytes == 0:
		return ErrInvalid
	case end < offset || end > math.MaxInt64:
		return ErrFileTooLarge
	}
	err := allocate(f.file, int64(offset), int64(bytes))
	if ErrorOf(err) != ErrUnsupported {
		return err
	}
	info, err := f.file.Stat()
	if err != nil || uint64(info.Size()) >= end {
		return err
	}
	return f.file.Truncate(int64(end))
}

func (f *hostFile) Advise(offset, bytes uint64, advice Advice) error {
	if advice > AdviceNoReuse || offset > math.MaxInt64 || bytes > math.MaxInt64 {
		return ErrInvalid
	}
	return advise(f.file, int64(offset), int64(bytes), advice)
}
