package wasi

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"
	"time"
)

// testTree is a tree with a file, directories that exist only through what they hold, and links.
var testTree = fstest.MapFS{
	"a/b/file": {Data: []byte("contents"), ModTime: time.Unix(1000, 0)},
	"top":      {Data: []byte("top")},
	"link":     {Data: []byte("a/b/file"), Mode: fs.ModeSymlink},
}

func TestFSDir(t *testing.T) {
	d := FSDir(testTree)
	for _, c := range []struct {
		path  string
		flags OpenFlags
		want  Error
	}{
		{"top", OpenRead | OpenFollow, 0},
		{"a/../top", OpenRead | OpenFollow, 0},
		{"a/b/../../top", OpenRead | OpenFollow, 0},
		{"top/../top", OpenRead | OpenFollow, ErrNotDirectory},
		{"none/../top", OpenRead | OpenFollow, ErrNoEntry},
		{"../top", OpenRead | OpenFollow, ErrNotPermitted},
		{"a/../../top", OpenRead | OpenFollow, ErrNotPermitted},
		{"/top", OpenRead, ErrNotPermitted},
		{"top/", OpenRead | OpenFollow, ErrNotDirectory},
		{"top", OpenDirectory, ErrNotDirectory},
		{"top/x", OpenRead, ErrNotDirectory},
		{"a", OpenDirectory, 0},
		{"a/", OpenRead, 0},
		{"a//b/.", OpenRead, 0},
		{".", OpenDirectory, 0},
		{"link", OpenRead | OpenFollow, 0},
		{"link", OpenRead, ErrLoop},
		{"top", OpenWrite, ErrReadOnly},
		{"top", OpenRead | OpenTruncate, ErrReadOnly},
		{"top", OpenRead | OpenCreate | OpenFollow, 0},
		{"top", OpenRead | OpenCreate | OpenExclusive, ErrExist},
		{"new", OpenRead | OpenCreate, ErrReadOnly},
		{"a", OpenWrite, ErrIsDirectory},
		{"none", OpenWrite, ErrNoEntry},
	} {
		node, err := d.Open(c.path, c.flags)
		wantError(t, c.path, err, c.want)
		if err == nil {
			node.Close()
		}
	}
	node, err := d.Open("a/b", OpenDirectory)
	if err != nil {
		t.Fatal(err)
	}
	file, err := node.(Dir).Open("file", OpenRead)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, file); got != "contents" {
		t.Errorf("contents %q", got)
	}
	s, err := file.Stat()
	at, atErr := d.StatAt("a/b/file", false)
	if err != nil || atErr != nil || s != at || s.Size != 8 || s.Modified != time.Unix(1000, 0) {
		t.Errorf("Stat %+v, %v, StatAt %+v, %v", s, err, at, atErr)
	}
	if top, _ := d.StatAt("top", false); top.Inode == s.Inode {
		t.Error("two files have one serial number")
	}
	if got, err := d.Readlink("link"); got != "a/b/file" || err != nil {
		t.Errorf("Readlink = %q, %v", got, err)
	}
	_, err = d.Readlink("top")
	wantError(t, "Readlink of a file", err, ErrInvalid)
}

func TestFSEntries(t *testing.T) {
	for name, fsys := range map[string]fs.FS{"listing": testTree, "only ReadDir": readDirOnly{testTree}} {
		list, err := FSDir(fsys).Entries()
		if err != nil {
			t.Fatal(name, err)
		}
		var got []string
		for {
			batch, err := list.Next(2)
			for _, e := range batch {
				got = append(got, e.Name)
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(name, err)
			}
		}
		list.Close()
		slices.Sort(got)
		if want := []string{"a", "link", "top"}; !slices.Equal(got, want) {
			t.Errorf("%s: entries %v, want %v", name, got, want)
		}
	}
}

// readDirOnly lists directories through the file system and not through open directories, as fs.FS permits.
type readDirOnly struct{ fstest.MapFS }

func (f readDirOnly) Open(name string) (fs.File, error) {
	file, err := f.MapFS.Open(name)
	return struct{ fs.File }{file}, err
}

// TestFilesThatOnlyRead reads backwards and forwards in files that can only be read from front to back, or only seek.
func TestFilesThatOnlyRead(t *testing.T) {
	for name, fsys := range map[string]fs.FS{
		"in order":  readDirOnly{testTree},
		"seekable":  seekOnly{testTree},
		"random":    testTree,
		"read only": openOnly{testTree},
	} {
		node, err := FSDir(fsys).Open("a/b/file", OpenRead)
		if err != nil {
			t.Fatal(name, err)
		}
		f := node.(File)
		for _, c := range []struct {
			offset int64
			want   string
			err    error
		}{{4, "ent", nil}, {0, "con", nil}, {3, "ten", nil}, {6, "ts", io.EOF}, {9, "", io.EOF}, {7, "s", io.EOF}, {1, "ont", nil}} {
			p := make([]byte, 3)
			n, err := f.ReadAt(p, c.offset)
			if got := string(p[:n]); got != c.want || !errors.Is(err, c.err) {
				t.Errorf("%s: at %d: %q, %v, want %q, %v", name, c.offset, got, err, c.want, c.err)
			}
		}
		f.Close()
	}
}

// openOnly hides everything but Open.
type openOnly struct{ fs fs.FS }

func (f openOnly) Open(name string) (fs.File, error) { return f.fs.Open(name) }

// seekOnly gives files that seek and have no ReadAt.
type seekOnly struct{ fstest.MapFS }

func (f seekOnly) Open(name string) (fs.File, error) {
	file, err := f.MapFS.Open(name)
	if s, ok := file.(io.Seeker); ok {
		return struct {
			fs.File
			io.Seeker
		}{file, s}, err
	}
	return file, err
}

func TestReadOnlyRefusesEverything(t *testing.T) {
	rw, _ := newHostDir(t)
	write(t, rw, "f", "contents")
	wantError(t, "Mkdir", rw.Mkdir("dir"), 0)
	write(t, rw, "dir/f", "below")
	d := ReadOnly(rw)
	if ReadOnly(d) != d {
		t.Error("a read-only Dir is wrapped twice")
	}
	sub, err := d.Open("dir", OpenDirectory)
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	for name, d := range map[string]Dir{"mount": d, "below": sub.(Dir), "fs": FSDir(testTree)} {
		wantError(t, name+": Mkdir", d.Mkdir("new"), ErrReadOnly)
		wantError(t, name+": Symlink", d.Symlink("f", "new"), ErrReadOnly)
		wantError(t, name+": RemoveFile", d.RemoveFile("f"), ErrReadOnly)
		wantError(t, name+": RemoveDir", d.RemoveDir("dir"), ErrReadOnly)
		wantError(t, name+": Rename", d.Rename("f", rw, "g"), ErrReadOnly)
		wantError(t, name+": Link", d.Link("f", rw, "g"), ErrReadOnly)
		wantError(t, name+": SetTimes", d.SetTimes(time.Unix(1, 0), time.Unix(1, 0)), ErrReadOnly)
		wantError(t, name+": SetTimesAt", d.SetTimesAt("f", true, time.Unix(1, 0), time.Unix(1, 0)), ErrReadOnly)
		_, err := d.Open("new", OpenWrite|OpenCreate)
		wantError(t, name+": create", err, ErrReadOnly)
		wantError(t, name+": Sync", d.Sync(false), 0)
	}
	for name, open := range map[string]func() (Node, error){
		"host": func() (Node, error) { return d.Open("f", OpenRead) },
		"fs":   func() (Node, error) { return FSDir(testTree).Open("top", OpenRead) },
	} {
		node, err := open()
		if err != nil {
			t.Fatal(err)
		}
		f := node.(File)
		_, err = f.WriteAt([]byte("x"), 0)
		wantError(t, name+": WriteAt", err, ErrReadOnly)
		_, err = f.Append([]byte("x"))
		wantError(t, name+": Append", err, ErrReadOnly)
		wantError(t, name+": SetSize", f.SetSize(0), ErrReadOnly)
		wantError(t, name+": Allocate", f.Allocate(0, 1), ErrReadOnly)
		wantError(t, name+": SetTimes", f.SetTimes(time.Unix(1, 0), time.Unix(1, 0)), ErrReadOnly)
		wantError(t, name+": Advise", f.Advise(0, 1, AdviceRandom), 0)
		wantError(t, name+": Sync", f.Sync(true), 0)
		f.Close()
	}
	if node, err := rw.Open("f", OpenRead); err != nil || readAll(t, node) != "contents" {
		t.Error("the file was changed", err)
	}
}
