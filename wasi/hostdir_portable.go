//go:build !linux && !darwin

package wasi

import (
	"io/fs"
	"os"
	"path"
	"time"
)

// openNonblock is nothing here: these hosts have no FIFOs that opening would wait for.
const openNonblock = 0

// These hosts have no calls relative to an open directory that Go offers, so everything goes through os.Root. Between
// looking and acting another process may change the entry; then the act fails or hits the other entry, still inside
// the root.

func (d *hostDir) removeFile(p guestPath) error {
	info, err := d.root.Lstat(p.name)
	if err != nil {
		return d.rooted(err)
	}
	if info.IsDir() {
		return ErrIsDirectory
	}
	return d.rooted(d.root.Remove(p.name))
}

func (d *hostDir) removeDir(p guestPath) error {
	info, err := d.root.Lstat(p.name)
	if err != nil {
		return d.rooted(err)
	}
	if !info.IsDir() {
		return ErrNotDirectory
	}
	return d.rooted(d.root.Remove(p.name))
}

func (d *hostDir) rename(p guestPath, to *hostDir, q guestPath) error {
	if d == to {
		return d.rooted(d.root.Rename(p.name, q.name))
	}
	from, into, err := d.underTop(p, to, q)
	if err != nil {
		return err
	}
	return d.rooted(d.top.Rename(from, into))
}

func (d *hostDir) link(p guestPath, to *hostDir, q guestPath) error {
	if d == to {
		return d.rooted(d.root.Link(p.name, q.name))
	}
	from, into, err := d.underTop(p, to, q)
	if err != nil {
		return err
	}
	return d.rooted(d.top.Link(from, into))
}

// underTop spells both paths from the root that the two directories share, after checking that each directory is still
// where it was opened.
func (d *hostDir) underTop(p guestPath, to *hostDir, q guestPath) (from, into string, err error) {
	if d.top != to.top {
		return "", "", ErrCrossDevice
	}
	for _, dir := range [...]*hostDir{d, to} {
		there, err := dir.top.Stat(dir.path)
		if err != nil {
			return "", "", dir.rooted(err)
		}
		here, err := dir.root.Stat(".")
		if err != nil {
			return "", "", dir.rooted(err)
		}
		if !os.SameFile(there, here) {
			return "", "", ErrBusy
		}
	}
	return path.Join(d.path, p.name), path.Join(to.path, q.name), nil
}

func (d *hostDir) setLinkTimes(p guestPath, accessed, modified time.Time) error {
	info, err := d.root.Lstat(p.name)
	if err != nil {
		return d.rooted(err)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return ErrUnsupported
	}
	return d.rooted(d.root.Chtimes(p.name, accessed, modified))
}
