package wasi

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"
)

// newDirMode is the permissions of a directory that a guest makes, before the host's umask.
const newDirMode = 0o777

// hostDir is a Dir over os.Root. Opening a directory opens a Root of its own, so that a descriptor stays what it was
// when directories above it are renamed, and so that ".." ends at the directory that was handed out.
type hostDir struct {
	root *os.Root
	top  *os.Root // the mount's root, borrowed; operations between two Dirs need a common one where the host has no *at calls
	path string   // from top to root as it was opened; a hint, verified before use
}

// HostDir returns the directory tree of root. Closing it closes root.
func HostDir(root *os.Root) Dir { return &hostDir{root: root, top: root, path: "."} }

// escapeOf returns the error by which os.Root says that a path leads out. The value has no name, so it is learned once
// by asking for a path that is refused before the file system is touched.
var learnEscape sync.Once
var escapeError error

func escapeOf(root *os.Root) error {
	learnEscape.Do(func() {
		_, err := root.Lstat("/")
		escapeError = errors.Unwrap(err)
	})
	return escapeError
}

// rooted translates an error of os.Root. An escape has no system call's error to be classified by.
func (d *hostDir) rooted(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, escapeOf(d.root)) {
		return ErrNotPermitted
	}
	return err
}

func (d *hostDir) Stat() (Stat, error) { return d.StatAt(".", true) }

func (d *hostDir) StatAt(name string, follow bool) (Stat, error) {
	p, err := parsePath(name)
	if err != nil {
		return Stat{}, err
	}
	look := d.root.Lstat
	if follow || p.dir {
		look = d.root.Stat
	}
	info, err := look(p.name)
	if err != nil {
		return Stat{}, d.rooted(err)
	}
	if p.dir && !info.IsDir() {
		return Stat{}, ErrNotDirectory
	}
	return hostStat(info, path.Join(d.path, p.name)), nil
}

func (d *hostDir) SetTimes(accessed, modified time.Time) error {
	return d.rooted(d.root.Chtimes(".", accessed, modified))
}

func (d *hostDir) SetTimesAt(name string, follow bool, accessed, modified time.Time) error {
	p, err := parsePath(name)
	if err != nil {
		return err
	}
	if !follow && !p.dir && !p.isDot() {
		return d.setLinkTimes(p, accessed, modified)
	}
	if p.dir {
		if err := d.mustBeDir(p); err != nil {
			return err
		}
	}
	return d.rooted(d.root.Chtimes(p.name, accessed, modified))
}

func (d *hostDir) Readlink(name string) (string, error) {
	p, err := parsePath(name)
	if err != nil {
		return "", err
	}
	if p.dir || p.isDot() {
		return "", ErrInvalid
	}
	target, err := d.root.Readlink(p.name)
	return filepath.ToSlash(target), d.rooted(err)
}

func (d *hostDir) Mkdir(name string) error {
	p, err := parsePath(name)
	if err != nil {
		return err
	}
	if p.isDot() {
		return ErrExist
	}
	return d.rooted(d.root.Mkdir(p.name, newDirMode))
}

func (d *hostDir) Symlink(target, name string) error {
	if _, err := parsePath(target); err != nil {
		return err
	}
	p, err := parsePath(name)
	if err != nil {
		return err
	}
	if p.dir || p.isDot() {
		if _, err := d.root.Stat(p.name); err != nil {
			return ErrNoEntry
		}
		return ErrExist
	}
	return d.rooted(d.root.Symlink(filepath.FromSlash(target), p.name))
}

// mustBeDir checks a path that ended in a slash.
func (d *hostDir) mustBeDir(p guestPath) error {
	info, err := d.root.Stat(p.name)
	if err != nil {
		return d.rooted(err)
	}
	if !info.IsDir() {
		return ErrNotDirectory
	}
	return nil
}

// entryOf checks a path whose last component names an entry to be removed, renamed or linked: not "." or "..", and a
// real directory if it ended in a slash.
func (d *hostDir) entryOf(name string, dots Error) (guestPath, error) {
	p, err := parsePath(name)
	if err != nil {
		return p, err
	}
	if p.isDot() {
		return p, dots
	}
	if p.dir {
		info, err := d.root.Lstat(p.name)
		if err != nil {
			return p, d.rooted(err)
		}
		if !info.IsDir() {
			return p, ErrNotDirectory
		}
	}
	return p, nil
}

func (d *hostDir) RemoveFile(name string) error {
	p, err := d.entryOf(name, ErrIsDirectory)
	if err != nil {
		return err
	}
	return d.removeFile(p)
}

func (d *hostDir) RemoveDir(name string) error {
	p, err := d.entryOf(name, ErrInvalid)
	if err != nil {
		return err
	}
	return d.removeDir(p)
}

func (d *hostDir) Rename(name string, newDir Dir, newName string) error {
	to, p, q, err := d.pair(name, newDir, newName)
	if err != nil {
		return err
	}
	if q.dir {
		if info, err := d.root.Lstat(p.name); err != nil {
			return d.rooted(err)
		} else if !info.IsDir() {
			return ErrNotDirectory
		}
	}
	return d.rename(p, to, q)
}

func (d *hostDir) Link(name string, newDir Dir, newName string) error {
	to, p, q, err := d.pair(name, newDir, newName)
	if err != nil {
		return err
	}
	switch {
	case p.dir:
		return ErrNotPermitted
	case q.dir:
		return ErrNoEntry
	}
	return d.link(p, to, q)
}

// pair checks the two ends of an operation between directories.
func (d *hostDir) pair(name string, newDir Dir, newName string) (to *hostDir, p, q guestPath, err error) {
	if p, err = d.entryOf(name, ErrBusy); err != nil {
		return nil, p, q, err
	}
	switch other := newDir.(type) {
	case *hostDir:
		to = other
	case *readOnlyDir:
		return nil, p, q, ErrReadOnly
	default:
		return nil, p, q, ErrCrossDevice
	}
	if q, err = parsePath(newName); err == nil && q.isDot() {
		err = ErrBusy
	}
	return to, p, q, err
}

func (d *hostDir) Sync(bool) error {
	f, err := d.root.Open(".")
	if err != nil {
		return d.rooted(err)
	}
	defer f.Close()
	return f.Sync()
}

func (d *hostDir) Entries() (Entries, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, d.rooted(err)
	}
	return &hostEntries{file: f, path: d.path}, nil
}

func (d *hostDir) Close() error { return d.root.Close() }

// hostEntries reads an open directory. Each entry is looked at once, because the host's listing carries no serial
// number through package os, and a guest's C library would otherwise ask for each by path.
type hostEntries struct {
	file *os.File
	path string
}

func (e *hostEntries) Next(n int) ([]Entry, error) {
	infos, err := e.file.Readdir(n)
	entries := make([]Entry, len(infos))
	for i, info := range infos {
		s := hostStat(info, path.Join(e.path, info.Name()))
		entries[i] = Entry{Name: info.Name(), Inode: s.Inode, Type: s.Type}
	}
	return entries, err
}

func (e *hostEntries) Close() error { return e.file.Close() }
