//go:build linux || darwin

package wasi

import (
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// openNonblock keeps the opening of a FIFO from waiting for its other end.
const openNonblock = unix.O_NONBLOCK

// The operations here open the parent directory through os.Root, which contains the path, and then name one component
// relative to it. The component holds no slash and is not "..", and none of the calls follow a link there, so they
// cannot leave the parent; and the parent is an open descriptor, so renaming it meanwhile changes nothing.

// atParent calls f with a descriptor of the directory that holds p's last component.
func (d *hostDir) atParent(p guestPath, f func(parent int, base string) error) error {
	dir, base := p.split()
	parent, err := d.root.OpenFile(dir, os.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return d.rooted(err)
	}
	defer parent.Close()
	return control(parent, func(fd int) error { return f(fd, base) })
}

func (d *hostDir) removeFile(p guestPath) error {
	return d.atParent(p, func(parent int, base string) error {
		err := unix.Unlinkat(parent, base, 0)
		if err == unix.EPERM && isDirAt(parent, base) {
			return ErrIsDirectory // POSIX systems other than Linux do not tell the two apart
		}
		return err
	})
}

func (d *hostDir) removeDir(p guestPath) error {
	return d.atParent(p, func(parent int, base string) error {
		err := unix.Unlinkat(parent, base, unix.AT_REMOVEDIR)
		if err == unix.EEXIST {
			return ErrNotEmpty
		}
		return err
	})
}

func (d *hostDir) rename(p guestPath, to *hostDir, q guestPath) error {
	return d.atParent(p, func(parent int, base string) error {
		return to.atParent(q, func(newParent int, newBase string) error {
			err := unix.Renameat(parent, base, newParent, newBase)
			if err == unix.EEXIST {
				return ErrNotEmpty
			}
			return err
		})
	})
}

func (d *hostDir) link(p guestPath, to *hostDir, q guestPath) error {
	return d.atParent(p, func(parent int, base string) error {
		return to.atParent(q, func(newParent int, newBase string) error {
			return unix.Linkat(parent, base, newParent, newBase, 0)
		})
	})
}

func (d *hostDir) setLinkTimes(p guestPath, accessed, modified time.Time) error {
	info, err := d.root.Lstat(p.name)
	if err != nil {
		return d.rooted(err)
	}
	times, err := timespecs(info, accessed, modified)
	if err != nil {
		return err
	}
	return d.atParent(p, func(parent int, base string) error {
		return unix.UtimesNanoAt(parent, base, times, unix.AT_SYMLINK_NOFOLLOW)
	})
}

// isDirAt reports whether the entry is a directory.
func isDirAt(parent int, base string) bool {
	var s unix.Stat_t
	return unix.Fstatat(parent, base, &s, unix.AT_SYMLINK_NOFOLLOW) == nil && s.Mode&unix.S_IFMT == unix.S_IFDIR
}

// timespecs returns the times to set; a zero time stays what info says.
func timespecs(info fs.FileInfo, accessed, modified time.Time) ([]unix.Timespec, error) {
	now := hostStat(info, "")
	if accessed.IsZero() {
		accessed = now.Accessed
	}
	if modified.IsZero() {
		modified = now.Modified
	}
	times := make([]unix.Timespec, 2)
	for i, t := range [...]time.Time{accessed, modified} {
		spec, err := unix.TimeToTimespec(t)
		if err != nil {
			return nil, err
		}
		times[i] = spec
	}
	return times, nil
}

// control calls f with the file's descriptor, which stays open meanwhile.
func control(file *os.File, f func(fd int) error) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	if err := raw.Control(func(fd uintptr) { result = f(int(fd)) }); err != nil {
		return err
	}
	return result
}
