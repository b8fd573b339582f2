package wasi

import (
	"io"
	"io/fs"
	"sync"
)

// fsFile is a File over fs.File, which promises only to be read from front to back. Where the file can do no more,
// going back opens it again.
type fsFile struct {
	unchangingFile
	fsys fs.FS
	path string

	mu       sync.Mutex
	file     fs.File
	position int64 // where file stands, while it is read in order
}

func (f *fsFile) Stat() (Stat, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := f.file.Stat()
	if err != nil {
		return Stat{}, err
	}
	return fsStat(info, f.path), nil
}

func (f *fsFile) ReadAt(p []byte, offset int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.readAt(p, offset)
	if err != nil && err != io.EOF {
		// Some implementations refuse an offset beyond the end, which to a guest is only the end.
		if info, statErr := f.file.Stat(); statErr == nil && offset >= info.Size() {
			err = io.EOF
		}
	}
	return n, err
}

// readAt reads by the best means that the file has.
func (f *fsFile) readAt(p []byte, offset int64) (int, error) {
	if r, ok := f.file.(io.ReaderAt); ok {
		return r.ReadAt(p, offset)
	}
	if err := f.moveTo(offset); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(f.file, p)
	f.position += int64(n)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// moveTo makes the next byte that file gives the one at offset.
func (f *fsFile) moveTo(offset int64) error {
	if offset == f.position {
		return nil
	}
	if s, ok := f.file.(io.Seeker); ok {
		at, err := s.Seek(offset, io.SeekStart)
		if err == nil {
			f.position = at
		}
		return err
	}
	if offset < f.position {
		again, err := f.fsys.Open(f.path)
		if err != nil {
			return err
		}
		f.file.Close()
		f.file, f.position = again, 0
	}
	n, err := io.CopyN(io.Discard, f.file, offset-f.position)
	f.position += n
	return err
}

func (f *fsFile) Advise(_, _ uint64, advice Advice) error {
	if advice > AdviceNoReuse {
		return ErrInvalid
	}
	return nil
}

func (f *fsFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.file.Close()
}
