package wasi

import (
	"io"
	"io/fs"
	"path"
	"strings"
)

// fsDir is a read-only Dir over fs.FS. Files that fs.FS reports with a mode that is neither regular nor a directory are
// read as files.
type fsDir struct {
	unchangingDir
	fsys fs.FS
	path string // of this directory within fsys
}

// FSDir returns the tree of fsys, read-only. Symbolic links are what fsys makes of them: [os.DirFS] follows them out of
// its directory, so give [HostDir] with [ReadOnly] for directories of the host.
func FSDir(fsys fs.FS) Dir { return ReadOnly(&fsDir{fsys: fsys, path: "."}) }

// resolve turns a guest's path into one that fs.FS takes, which has no "..". What a ".." steps out of must be a
// directory, as it would on a disk.
func (d *fsDir) resolve(name string) (full string, mustDir bool, err error) {
	p, err := parsePath(name)
	if err != nil {
		return "", false, err
	}
	var below []string
	for part := range strings.SplitSeq(p.name, "/") {
		switch part {
		case "", ".":
		case "..":
			if len(below) == 0 {
				return "", false, ErrNotPermitted
			}
			info, err := fs.Stat(d.fsys, path.Join(d.path, path.Join(below...)))
			if err != nil {
				return "", false, err
			}
			if !info.IsDir() {
				return "", false, ErrNotDirectory
			}
			below = below[:len(below)-1]
		default:
			below = append(below, part)
		}
	}
	return path.Join(d.path, path.Join(below...)), p.dir || p.isDot(), nil
}

func (d *fsDir) Open(name string, flags OpenFlags) (Node, error) {
	full, mustDir, err := d.resolve(name)
	if err != nil {
		return nil, err
	}
	if flags&OpenFollow == 0 && !mustDir {
		if info, err := fs.Lstat(d.fsys, full); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return nil, ErrLoop
		}
	}
	f, err := d.fsys.Open(full)
	if err != nil {
		return nil, d.refine(full, err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	if info.IsDir() {
		return &fsDir{fsys: d.fsys, path: full}, f.Close()
	}
	if mustDir || flags&OpenDirectory != 0 {
		f.Close()
		return nil, ErrNotDirectory
	}
	return &fsFile{fsys: d.fsys, path: full, file: f}, nil
}

// refine turns "no entry" into "not a directory" where a file stands in the middle of the path: most implementations of
// fs.FS do not tell the two apart, and guests do.
func (d *fsDir) refine(full string, err error) error {
	if ErrorOf(err) != ErrNoEntry {
		return err
	}
	for dir := path.Dir(full); dir != "."; dir = path.Dir(dir) {
		if info, statErr := fs.Stat(d.fsys, dir); statErr == nil {
			if !info.IsDir() {
				return ErrNotDirectory
			}
			break
		}
	}
	return err
}

func (d *fsDir) Stat() (Stat, error) { return d.StatAt(".", true) }

func (d *fsDir) StatAt(name string, follow bool) (Stat, error) {
	full, mustDir, err := d.resolve(name)
	if err != nil {
		return Stat{}, err
	}
	look := fs.Lstat
	if follow || mustDir {
		look = fs.Stat
	}
	info, err := look(d.fsys, full)
	if err != nil {
		return Stat{}, d.refine(full, err)
	}
	if mustDir && !info.IsDir() {
		return Stat{}, ErrNotDirectory
	}
	return fsStat(info, full), nil
}

// fsStat identifies a file by its path, so that a file has one serial number however fsys is implemented.
func fsStat(info fs.FileInfo, full string) Stat {
	return Stat{
		Inode:    pathInode(full),
		Type:     fileType(info.Mode()),
		Links:    1,
		Size:     uint64(max(info.Size(), 0)),
		Accessed: info.ModTime(),
		Modified: info.ModTime(),
		Changed:  info.ModTime(),
	}
}

func (d *fsDir) Readlink(name string) (string, error) {
	full, mustDir, err := d.resolve(name)
	if err != nil {
		return "", err
	}
	info, err := fs.Lstat(d.fsys, full)
	if err != nil {
		return "", d.refine(full, err)
	}
	if mustDir || info.Mode()&fs.ModeSymlink == 0 {
		return "", ErrInvalid
	}
	return fs.ReadLink(d.fsys, full)
}

func (d *fsDir) Entries() (Entries, error) {
	f, err := d.fsys.Open(d.path)
	if err != nil {
		return nil, err
	}
	if lister, ok := f.(fs.ReadDirFile); ok {
		return &fsEntries{lister: lister, path: d.path}, nil
	}
	f.Close()
	list, err := fs.ReadDir(d.fsys, d.path)
	return &fsEntries{list: list, path: d.path}, err
}

// fsEntries lists from an open directory, or from a list read at once where fsys has no such thing.
type fsEntries struct {
	lister fs.ReadDirFile
	list   []fs.DirEntry
	path   string
}

func (e *fsEntries) Next(n int) ([]Entry, error) {
	batch, err := e.list, error(nil)
	if e.lister != nil {
		batch, err = e.lister.ReadDir(n)
	} else {
		batch = batch[:min(n, len(batch))]
		e.list = e.list[len(batch):]
	}
	if len(batch) == 0 && err == nil {
		err = io.EOF
	}
	entries := make([]Entry, len(batch))
	for i, entry := range batch {
		full := path.Join(e.path, entry.Name())
		entries[i] = Entry{Name: entry.Name(), Inode: pathInode(full), Type: fileType(entry.Type())}
	}
	return entries, err
}

func (e *fsEntries) Close() error {
	if e.lister == nil {
		return nil
	}
	return e.lister.Close()
}

func (d *fsDir) Close() error { return nil }
