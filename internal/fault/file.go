package fault

import (
	"io/fs"
	"os"
)

// File is a file that is being written.
type File struct{ *os.File }

// CreateTemp is os.CreateTemp.
func CreateTemp(dir, pattern string) (File, error) {
	if err := pathError(Create, dir); err != nil {
		return File{}, err
	}
	f, err := os.CreateTemp(dir, pattern)
	return File{f}, err
}

// Write writes half of b when it is to fail, as onto a disk that becomes full.
func (f File) Write(b []byte) (int, error) {
	if err := pathError(Write, f.Name()); err != nil {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, err
	}
	return f.File.Write(b)
}

// Sync is that of os.File.
func (f File) Sync() error {
	if err := pathError(Sync, f.Name()); err != nil {
		return err
	}
	return f.File.Sync()
}

// Chmod is that of os.File.
func (f File) Chmod(mode fs.FileMode) error {
	if err := pathError(Chmod, f.Name()); err != nil {
		return err
	}
	return f.File.Chmod(mode)
}

// Close closes the file when it is to fail too, as the system does.
func (f File) Close() error {
	injected := pathError(Close, f.Name())
	if err := f.File.Close(); err != nil {
		return err
	}
	return injected
}

// OpenFile is os.Open.
func OpenFile(name string) (*os.File, error) {
	if err := pathError(Open, name); err != nil {
		return nil, err
	}
	return os.Open(name)
}

// RenameFile is os.Rename.
func RenameFile(from, to string) error {
	if err := At(Rename); err != nil {
		return &os.LinkError{Op: Rename.String(), Old: from, New: to, Err: err}
	}
	return os.Rename(from, to)
}

// RemoveFile is os.Remove.
func RemoveFile(name string) error {
	if err := pathError(Remove, name); err != nil {
		return err
	}
	return os.Remove(name)
}

// Entries is os.ReadDir.
func Entries(dir string) ([]fs.DirEntry, error) {
	if err := pathError(ReadDir, dir); err != nil {
		return nil, err
	}
	return os.ReadDir(dir)
}

// MkdirAll is os.MkdirAll.
func MkdirAll(dir string, mode fs.FileMode) error {
	if err := pathError(Mkdir, dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, mode)
}

// StatFile is os.Stat.
func StatFile(name string) (fs.FileInfo, error) {
	if err := pathError(Stat, name); err != nil {
		return nil, err
	}
	return os.Stat(name)
}

// pathError is the error of a call with a name, nil if it is to be made.
func pathError(c Call, name string) error {
	if err := At(c); err != nil {
		return &os.PathError{Op: c.String(), Path: name, Err: err}
	}
	return nil
}
