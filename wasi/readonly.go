package wasi

import "time"

// ReadOnly returns dir without the right to change anything, in it or below it: every such operation is
// [ErrReadOnly], and directories opened through it are read-only too.
func ReadOnly(dir Dir) Dir {
	if already, ok := dir.(*readOnlyDir); ok {
		return already
	}
	return &readOnlyDir{dir: dir}
}

// readOnlyDir passes on what only looks and refuses the rest.
type readOnlyDir struct {
	unchangingDir
	dir Dir
}

func (d *readOnlyDir) Open(path string, flags OpenFlags) (Node, error) {
	if flags&openMutates != 0 {
		if err := d.refuse(path, flags); err != nil {
			return nil, err
		}
		flags &^= openMutates
	}
	node, err := d.dir.Open(path, flags)
	if err != nil {
		return nil, err
	}
	switch node := node.(type) {
	case Dir:
		return ReadOnly(node), nil
	case File:
		return readOnlyFile{file: node}, nil
	}
	return node, nil
}

// refuse returns the error of an open that would change something, which is what a disk mounted read-only gives. It is
// nil when OpenCreate finds a file that will only be read.
func (d *readOnlyDir) refuse(path string, flags OpenFlags) error {
	s, err := d.dir.StatAt(path, flags&OpenFollow != 0)
	switch {
	case err != nil && flags&OpenCreate != 0 && ErrorOf(err) == ErrNoEntry:
		return ErrReadOnly
	case err != nil:
		return err
	case flags&(OpenCreate|OpenExclusive) == OpenCreate|OpenExclusive:
		return ErrExist
	case flags&(OpenWrite|OpenTruncate) == 0:
		return nil
	case s.Type == TypeDirectory:
		return ErrIsDirectory
	}
	return ErrReadOnly
}

func (d *readOnlyDir) Stat() (Stat, error) { return d.dir.Stat() }
func (d *readOnlyDir) StatAt(path string, follow bool) (Stat, error) {
	return d.dir.StatAt(path, follow)
}
func (d *readOnlyDir) Readlink(path string) (string, error) { return d.dir.Readlink(path) }
func (d *readOnlyDir) Entries() (Entries, error)            { return d.dir.Entries() }
func (d *readOnlyDir) Close() error                         { return d.dir.Close() }

// readOnlyFile is a file whose contents and attributes cannot be changed.
type readOnlyFile struct {
	unchangingFile
	file File
}

func (f readOnlyFile) Stat() (Stat, error)                        { return f.file.Stat() }
func (f readOnlyFile) ReadAt(p []byte, offset int64) (int, error) { return f.file.ReadAt(p, offset) }
func (f readOnlyFile) Advise(offset, n uint64, advice Advice) error {
	return f.file.Advise(offset, n, advice)
}
func (f readOnlyFile) Close() error { return f.file.Close() }

// unchanging are the methods of a Node that cannot be changed, unchangingDir and unchangingFile those of a Dir and a
// File. Nothing has to reach the disk.
type unchanging struct{}

func (unchanging) SetTimes(time.Time, time.Time) error { return ErrReadOnly }
func (unchanging) Sync(bool) error                     { return nil }

type unchangingDir struct{ unchanging }

func (unchangingDir) SetTimesAt(string, bool, time.Time, time.Time) error { return ErrReadOnly }
func (unchangingDir) Mkdir(string) error                                  { return ErrReadOnly }
func (unchangingDir) Symlink(string, string) error                        { return ErrReadOnly }
func (unchangingDir) RemoveFile(string) error                             { return ErrReadOnly }
func (unchangingDir) RemoveDir(string) error                              { return ErrReadOnly }
func (unchangingDir) Rename(string, Dir, string) error                    { return ErrReadOnly }
func (unchangingDir) Link(string, Dir, string) error                      { return ErrReadOnly }

type unchangingFile struct{ unchanging }

func (unchangingFile) WriteAt([]byte, int64) (int, error) { return 0, ErrReadOnly }
func (unchangingFile) Append([]byte) (int, error)         { return 0, ErrReadOnly }
func (unchangingFile) SetSize(uint64) error               { return ErrReadOnly }
func (unchangingFile) Allocate(uint64, uint64) error      { return ErrReadOnly }
