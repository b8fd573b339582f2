package wasi

import "time"

// ReadOnly returns dir without the right to change anything, in it or below it: every such operation is
// [ErrReadOnly], and directories opened through it are read-only too.
func ReadOnly(dir Dir) Dir {
	if already, ok := dir.(*readOnlyDir); ok {
		return already
	}
	return &readOnlyDir{dir}
}

// readOnlyDir passes on what only looks and refuses the rest. Files opened through it were opened without OpenWrite,
// and readOnlyFile refuses what an open file allows regardless.
type readOnlyDir struct{ dir Dir }

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
		return readOnlyFile{node}, nil
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
func (d *readOnlyDir) Sync(bool) error                      { return nil }
func (d *readOnlyDir) Close() error                         { return d.dir.Close() }
func (d *readOnlyDir) SetTimes(time.Time, time.Time) error  { return ErrReadOnly }
func (d *readOnlyDir) Mkdir(string) error                   { return ErrReadOnly }
func (d *readOnlyDir) Symlink(string, string) error         { return ErrReadOnly }
func (d *readOnlyDir) RemoveFile(string) error              { return ErrReadOnly }
func (d *readOnlyDir) RemoveDir(string) error               { return ErrReadOnly }
func (d *readOnlyDir) Rename(string, Dir, string) error     { return ErrReadOnly }
func (d *readOnlyDir) Link(string, Dir, string) error       { return ErrReadOnly }
func (d *readOnlyDir) SetTimesAt(string, bool, time.Time, time.Time) error {
	return ErrReadOnly
}

// readOnlyFile is a file whose attributes cannot be changed either.
type readOnlyFile struct{ File }

func (readOnlyFile) WriteAt([]byte, int64) (int, error)  { return 0, ErrReadOnly }
func (readOnlyFile) Append([]byte) (int, error)          { return 0, ErrReadOnly }
func (readOnlyFile) SetTimes(time.Time, time.Time) error { return ErrReadOnly }
func (readOnlyFile) SetSize(uint64) error                { return ErrReadOnly }
func (readOnlyFile) Allocate(uint64, uint64) error       { return ErrReadOnly }
func (readOnlyFile) Sync(bool) error                     { return nil }
