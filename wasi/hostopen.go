package wasi

import (
	"errors"
	"io/fs"
	"os"
	"path"
)

// newFileMode is the permissions of a file that a guest creates, before the host's umask.
const newFileMode = 0o666

func (d *hostDir) Open(name string, flags OpenFlags) (Node, error) {
	p, err := parsePath(name)
	if err != nil {
		return nil, err
	}
	if flags&(OpenDirectory|OpenCreate) == OpenDirectory|OpenCreate {
		return nil, ErrInvalid
	}
	var linked fs.FileInfo
	if flags&OpenFollow == 0 && !p.dir {
		if linked, err = d.refuseLink(p.name, flags); err != nil {
			return nil, err
		}
	}
	if flags&OpenDirectory != 0 || p.dir {
		return d.openDir(p, flags)
	}
	f, err := d.root.OpenFile(p.name, hostOpenFlags(flags), newFileMode)
	if err != nil {
		return nil, d.rooted(err)
	}
	info, err := f.Stat()
	if err == nil && linked != nil && !os.SameFile(info, linked) {
		_, err = d.refuseLink(p.name, flags) // another file took its place meanwhile, or a link did
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return d.wrap(p, f, info, flags)
}

// refuseLink looks at the last component of a path that is not to be followed there. It returns nil, nil when nothing
// is there yet.
func (d *hostDir) refuseLink(name string, flags OpenFlags) (fs.FileInfo, error) {
	info, err := d.root.Lstat(name)
	switch {
	case err != nil && flags&OpenCreate != 0 && errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, d.rooted(err)
	case info.Mode()&fs.ModeSymlink != 0 && flags&OpenExclusive == 0:
		return nil, ErrLoop
	}
	return info, nil
}

// wrap makes the node for what was opened. A directory is opened again, as a Root.
func (d *hostDir) wrap(p guestPath, f *os.File, info fs.FileInfo, flags OpenFlags) (Node, error) {
	switch {
	case info.IsDir():
		f.Close()
		return d.openDir(p, flags)
	case info.Mode().IsRegular():
		return &hostFile{file: f, path: path.Join(d.path, p.name), sync: flags&OpenSync != 0}, nil
	default:
		return newHostStream(f, flags), nil
	}
}

func (d *hostDir) openDir(p guestPath, flags OpenFlags) (Node, error) {
	// OpenRoot on a FIFO would wait for a writer, and its error for a file says nothing that can be classified.
	info, err := d.root.Stat(p.name)
	switch {
	case err != nil:
		return nil, d.rooted(err)
	case !info.IsDir():
		return nil, ErrNotDirectory
	case flags&OpenWrite != 0:
		return nil, ErrIsDirectory
	case flags&OpenTruncate != 0:
		return nil, ErrInvalid
	}
	sub, err := d.root.OpenRoot(p.name)
	if err != nil {
		return nil, d.rooted(err)
	}
	return &hostDir{root: sub, top: d.top, path: path.Join(d.path, p.name)}, nil
}

// hostOpenFlags translates to package os. A file is never opened with O_APPEND, because that would fix what WASI lets
// a guest switch; see hostFile.Append.
func hostOpenFlags(flags OpenFlags) int {
	host := os.O_RDONLY | openNonblock
	switch writes := flags&(OpenWrite|OpenTruncate) != 0; {
	case writes && flags&OpenRead != 0:
		host |= os.O_RDWR
	case writes:
		host |= os.O_WRONLY
	}
	if flags&OpenCreate != 0 {
		host |= os.O_CREATE
	}
	if flags&OpenExclusive != 0 {
		host |= os.O_EXCL
	}
	if flags&OpenTruncate != 0 {
		host |= os.O_TRUNC
	}
	if flags&OpenSync != 0 {
		host |= os.O_SYNC
	}
	return host
}
