package wasi

import (
	"io"
	"time"
)

// FileType is what an object is.
type FileType uint8

// The file types.
const (
	TypeUnknown FileType = iota
	TypeBlockDevice
	TypeCharacterDevice
	TypeDirectory
	TypeFIFO
	TypeSymbolicLink
	TypeRegularFile
	TypeSocketStream
	TypeSocketDatagram
)

// Stat is what is known about an object. Fields that the host cannot supply are zero.
type Stat struct {
	Device, Inode               uint64 // together they identify an object; made up from the path where the host has none
	Type                        FileType
	Links                       uint64
	Size                        uint64 // bytes; of a symbolic link, the length of its target
	Accessed, Modified, Changed time.Time
}

// OpenFlags say how [Dir.Open] opens.
type OpenFlags uint16

// The flags of [Dir.Open].
const (
	OpenRead      OpenFlags = 1 << iota // the contents will be read
	OpenWrite                           // the contents will be written
	OpenCreate                          // create a regular file if nothing is there
	OpenExclusive                       // with OpenCreate: fail if something is there
	OpenTruncate                        // cut a regular file to no bytes
	OpenDirectory                       // fail if it is not a directory
	OpenFollow                          // follow a symbolic link in the last component
	OpenSync                            // each write reaches the disk before it returns
)

// openMutates are the flags that a read-only Dir refuses.
const openMutates = OpenWrite | OpenCreate | OpenTruncate

// Node is what every object in a file system can do.
type Node interface {
	Stat() (Stat, error)

	// SetTimes sets the times of last access and modification; a zero time leaves that one as it is.
	SetTimes(accessed, modified time.Time) error

	// Sync waits until the object's contents are on the disk, and unless dataOnly its attributes too.
	Sync(dataOnly bool) error

	Close() error
}

// Dir is an open directory: the right to use everything below it. Paths are the guest's, relative and separated by '/'
// on every system; symbolic links are followed as long as they stay below the Dir, in all components but the last, and
// in the last where the method says so. A path that leads out is [ErrNotPermitted].
//
// Errors are of any type; [ErrorOf] classifies them. Methods are safe for concurrent use.
type Dir interface {
	Node

	// Open opens a [Dir], a [File] or, for what is neither (a FIFO, a device), a [*Stream].
	Open(path string, flags OpenFlags) (Node, error)

	StatAt(path string, follow bool) (Stat, error)
	SetTimesAt(path string, follow bool, accessed, modified time.Time) error
	Readlink(path string) (string, error)

	Mkdir(path string) error

	// Symlink makes path a symbolic link to target, which must be relative. It may dangle and may point out of the
	// Dir, since it is checked whenever it is followed.
	Symlink(target, path string) error

	// RemoveFile removes anything but a directory, RemoveDir an empty directory.
	RemoveFile(path string) error
	RemoveDir(path string) error

	// Rename moves path to newPath below newDir, replacing a file or an empty directory there. Dirs that the host
	// cannot move between are [ErrCrossDevice].
	Rename(path string, newDir Dir, newPath string) error

	// Link makes newPath below newDir another name of path, which is not followed.
	Link(path string, newDir Dir, newPath string) error

	// Entries lists the directory from its beginning, without "." and "..".
	Entries() (Entries, error)
}

// Entry is one name in a directory.
type Entry struct {
	Name  string
	Inode uint64
	Type  FileType
}

// Entries reads a directory in the host's order.
type Entries interface {
	// Next returns up to n entries, and at the end none and [io.EOF].
	Next(n int) ([]Entry, error)
	io.Closer
}

// File is an open regular file. It has no position of its own. Methods are safe for concurrent use.
type File interface {
	Node
	io.ReaderAt
	io.WriterAt

	// Append writes at the end of the file, wherever that is by then.
	Append(p []byte) (int, error)

	SetSize(bytes uint64) error

	// Allocate makes sure that the bytes from offset on can be written without running out of space, and extends the
	// file to hold them.
	Allocate(offset, bytes uint64) error

	// Advise tells the host how a part of the file will be used. It may do nothing.
	Advise(offset, bytes uint64, advice Advice) error
}

// Advice is how a part of a file will be used.
type Advice uint8

// The kinds of advice.
const (
	AdviceNormal Advice = iota
	AdviceSequential
	AdviceRandom
	AdviceWillNeed
	AdviceDontNeed
	AdviceNoReuse
)
