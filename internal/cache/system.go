package cache

import (
	"io"
	"io/fs"
	"os"
)

// system is what changes the directory. Tests make it fail.
type system struct {
	create  func(dir, prefix string) (newFile, error)
	rename  func(from, to string) error
	remove  func(name string) error
	readDir func(dir string) ([]fs.DirEntry, error)
}

// newFile is a file that is being written.
type newFile interface {
	io.WriteCloser
	Name() string
}

var osSystem = system{
	create:  func(dir, prefix string) (newFile, error) { return os.CreateTemp(dir, prefix+"*") },
	rename:  os.Rename,
	remove:  os.Remove,
	readDir: os.ReadDir,
}
