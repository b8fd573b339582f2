package wasi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// write creates or replaces a file through the Dir.
func write(tb testing.TB, d Dir, path, data string) {
	tb.Helper()
	node, err := d.Open(path, OpenWrite|OpenCreate|OpenTruncate|OpenFollow)
	if err != nil {
		tb.Fatal(err)
	}
	defer node.Close()
	if n, err := node.(File).WriteAt([]byte(data), 0); n != len(data) || err != nil {
		tb.Fatal(n, err)
	}
}

func TestOpenKinds(t *testing.T) {
	d, _ := newHostDir(t)
	write(t, d, "file", "contents")
	wantError(t, "Mkdir", d.Mkdir("dir"), 0)
	wantError(t, "Symlink", d.Symlink("file", "link"), 0)
	wantError(t, "Symlink", d.Symlink("dir", "dirlink"), 0)
	wantError(t, "Symlink", d.Symlink("nowhere", "dangling"), 0)
	for _, c := range []struct {
		path  string
		flags OpenFlags
		want  Error
	}{
		{"file", OpenRead, 0},
		{"file", OpenRead | OpenFollow, 0},
		{"file/", OpenRead | OpenFollow, ErrNotDirectory},
		{"file", OpenDirectory, ErrNotDirectory},
		{"file/x", OpenRead | OpenFollow, ErrNotDirectory},
		{"file", OpenWrite | OpenCreate | OpenExclusive, ErrExist},
		{"none", OpenRead | OpenFollow, ErrNoEntry},
		{"none/x", OpenRead | OpenFollow, ErrNoEntry},
		{"", OpenRead, ErrNoEntry},
		{"dir", OpenRead | OpenFollow, 0},
		{"dir/", OpenDirectory, 0},
		{"dir", OpenWrite, ErrIsDirectory},
		{"dir", OpenDirectory | OpenCreate, ErrInvalid},
		{"dir/", OpenDirectory | OpenTruncate, ErrInvalid},
		{".", OpenDirectory, 0},
		{"dir/..", OpenDirectory, 0},
		{"link", OpenRead | OpenFollow, 0},
		{"link", OpenRead, ErrLoop},
		{"link", OpenWrite | OpenCreate | OpenExclusive | OpenFollow, ErrExist},
		{"dirlink", OpenDirectory | OpenFollow, 0},
		{"dirlink", OpenDirectory, ErrLoop},
		{"dirlink/", OpenDirectory, 0},
		{"dangling", OpenRead | OpenFollow, ErrNoEntry},
		{"dangling", OpenRead, ErrLoop},
		{"dangling", OpenWrite | OpenCreate, ErrLoop},
		{"dangling", OpenWrite | OpenCreate | OpenExclusive | OpenFollow, ErrExist},
		{"dangling", OpenWrite | OpenCreate | OpenFollow, 0},
		{"nowhere", OpenRead, 0},
	} {
		node, err := d.Open(c.path, c.flags)
		wantError(t, fmt.Sprintf("Open(%q, %b)", c.path, c.flags), err, c.want)
		if err == nil {
			node.Close()
		}
	}
}

func TestReadWrite(t *testing.T) {
	d, _ := newHostDir(t)
	node, err := d.Open("f", OpenRead|OpenWrite|OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	f := node.(File)
	f.WriteAt([]byte("hello"), 3)
	f.Append([]byte(" world"))
	f.WriteAt([]byte("H"), 3) // appending has not made every write append
	if got := readAll(t, f); got != "\x00\x00\x00Hello world" {
		t.Errorf("contents %q", got)
	}
	wantError(t, "SetSize", f.SetSize(4), 0)
	wantError(t, "SetSize too large", f.SetSize(1<<63), ErrFileTooLarge)
	wantError(t, "Allocate", f.Allocate(2, 10), 0)
	wantError(t, "Allocate nothing", f.Allocate(2, 0), ErrInvalid)
	wantError(t, "Allocate beyond the end of numbers", f.Allocate(1<<63, 1<<63), ErrFileTooLarge)
	wantError(t, "Advise", f.Advise(0, 4, AdviceWillNeed), 0)
	wantError(t, "Advise wrongly", f.Advise(0, 4, 6), ErrInvalid)
	wantError(t, "Sync", f.Sync(false), 0)
	wantError(t, "Sync data", f.Sync(true), 0)
	s, err := f.Stat()
	wantError(t, "Stat", err, 0)
	if s.Size != 12 || s.Type != TypeRegularFile || s.Links != 1 || s.Inode == 0 {
		t.Errorf("Stat = %+v", s)
	}
	at, err := d.StatAt("f", true)
	if err != nil || at.Inode != s.Inode || at.Device != s.Device {
		t.Errorf("StatAt = %+v, %v, Stat = %+v", at, err, s)
	}
}

func TestAppendersShareAFile(t *testing.T) {
	d, _ := newHostDir(t)
	var writing sync.WaitGroup
	for range 4 {
		node, err := d.Open("log", OpenWrite|OpenCreate|OpenFollow)
		if err != nil {
			t.Fatal(err)
		}
		defer node.Close()
		writing.Go(func() {
			for range 100 {
				node.(File).Append([]byte("line\n"))
			}
		})
	}
	writing.Wait()
	if s, err := d.StatAt("log", true); err != nil || s.Size != 4*100*5 {
		t.Errorf("size %d, %v, want %d: appended lines overwrote each other", s.Size, err, 4*100*5)
	}
}

func TestTimes(t *testing.T) {
	d, _ := newHostDir(t)
	write(t, d, "f", "")
	wantError(t, "Symlink", d.Symlink("f", "link"), 0)
	first, second := time.Unix(1000, 5000), time.Unix(2000, 6000)
	wantError(t, "SetTimesAt", d.SetTimesAt("f", true, first, second), 0)
	wantError(t, "SetTimesAt keeps", d.SetTimesAt("link", true, time.Time{}, first), 0)
	wantTimes := func(what string, s Stat, err error, accessed, modified time.Time) {
		t.Helper()
		if err != nil || !s.Accessed.Equal(accessed) || !s.Modified.Equal(modified) {
			t.Errorf("%s: %v, %v, %v, want %v, %v", what, s.Accessed, s.Modified, err, accessed, modified)
		}
	}
	s, err := d.StatAt("f", false)
	wantTimes("f", s, err, first, first)
	wantError(t, "SetTimesAt a link", d.SetTimesAt("link", false, second, second), 0)
	s, err = d.StatAt("link", false)
	wantTimes("link", s, err, second, second)
	s, err = d.StatAt("link", true)
	wantTimes("through link", s, err, first, first)

	node, err := d.Open("f", OpenRead)
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	wantError(t, "File.SetTimes", node.SetTimes(second, time.Time{}), 0)
	s, err = node.Stat()
	wantTimes("file", s, err, second, first)
	wantError(t, "Dir.SetTimes", d.SetTimes(first, second), 0)
	s, err = d.Stat()
	wantTimes("directory", s, err, first, second)
}

func TestRemove(t *testing.T) {
	d, _ := newHostDir(t)
	write(t, d, "f", "")
	d.Mkdir("dir")
	write(t, d, "dir/f", "")
	d.Symlink("dir", "link")
	wantError(t, "RemoveFile dir", d.RemoveFile("dir"), ErrIsDirectory)
	wantError(t, "RemoveFile dir/", d.RemoveFile("dir/"), ErrIsDirectory)
	wantError(t, "RemoveFile .", d.RemoveFile("."), ErrIsDirectory)
	wantError(t, "RemoveFile f/", d.RemoveFile("f/"), ErrNotDirectory)
	wantError(t, "RemoveFile none", d.RemoveFile("none"), ErrNoEntry)
	wantError(t, "RemoveDir f", d.RemoveDir("f"), ErrNotDirectory)
	wantError(t, "RemoveDir link", d.RemoveDir("link"), ErrNotDirectory)
	wantError(t, "RemoveDir link/", d.RemoveDir("link/"), ErrNotDirectory)
	wantError(t, "RemoveDir dir", d.RemoveDir("dir"), ErrNotEmpty)
	wantError(t, "RemoveDir .", d.RemoveDir("."), ErrInvalid)
	wantError(t, "RemoveFile link", d.RemoveFile("link"), 0)
	wantError(t, "RemoveFile dir/f", d.RemoveFile("dir/f"), 0)
	wantError(t, "RemoveDir dir/", d.RemoveDir("dir/"), 0)
	wantError(t, "RemoveFile f", d.RemoveFile("f"), 0)
}

func TestRename(t *testing.T) {
	d, _ := newHostDir(t)
	other, _ := newHostDir(t)
	write(t, d, "a", "a")
	write(t, d, "b", "b")
	d.Mkdir("empty")
	d.Mkdir("full")
	write(t, d, "full/f", "")
	wantError(t, "over a file", d.Rename("a", d, "b"), 0)
	wantError(t, "gone", d.Rename("a", d, "b"), ErrNoEntry)
	wantError(t, "directory over a directory", d.Rename("full", d, "empty"), 0)
	d.Mkdir("full")
	wantError(t, "over a directory that is not empty", d.Rename("full", d, "empty"), ErrNotEmpty)
	wantError(t, "file over a directory", d.Rename("b", d, "full"), ErrIsDirectory)
	wantError(t, "directory over a file", d.Rename("full", d, "b"), ErrNotDirectory)
	wantError(t, "file to a name with a slash", d.Rename("b", d, "c/"), ErrNotDirectory)
	wantError(t, "directory to a name with a slash", d.Rename("full", d, "c/"), 0)
	wantError(t, "into itself", d.Rename("c", d, "c/d"), ErrInvalid)
	wantError(t, "the root", d.Rename(".", d, "x"), ErrBusy)
	wantError(t, "onto the root", d.Rename("c", d, "."), ErrBusy)
	wantError(t, "between mounts", d.Rename("b", other, "b"), 0)
	wantError(t, "to a read-only mount", d.Rename("c", ReadOnly(other), "c"), ErrReadOnly)
	wantError(t, "link", other.Link("b", d, "again"), 0)
	wantError(t, "link over a file", other.Link("b", d, "again"), ErrExist)
	wantError(t, "link a directory", d.Link("c", d, "e"), ErrNotPermitted)
	if s, err := other.StatAt("b", false); err != nil || s.Links != 2 {
		t.Errorf("links %d, %v", s.Links, err)
	}
}

func TestLinks(t *testing.T) {
	d, path := newHostDir(t)
	wantError(t, "Symlink", d.Symlink("some/where/else", "link"), 0)
	wantError(t, "Symlink again", d.Symlink("x", "link"), ErrExist)
	wantError(t, "Symlink with a slash", d.Symlink("x", "new/"), ErrNoEntry)
	wantError(t, "Symlink to nothing", d.Symlink("", "new"), ErrNoEntry)
	if got, err := d.Readlink("link"); got != "some/where/else" || err != nil {
		t.Errorf("Readlink = %q, %v", got, err)
	}
	if s, err := d.StatAt("link", false); err != nil || s.Type != TypeSymbolicLink || s.Size != 15 {
		t.Errorf("StatAt = %+v, %v", s, err)
	}
	if err := os.WriteFile(filepath.Join(path, "f"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := d.Readlink("f")
	wantError(t, "Readlink of a file", err, ErrInvalid)
	_, err = d.Readlink(".")
	wantError(t, "Readlink of .", err, ErrInvalid)
}

func TestEntries(t *testing.T) {
	d, _ := newHostDir(t)
	d.Mkdir("dir")
	d.Symlink("dir", "link")
	var want []string
	for i := range 50 {
		name := fmt.Sprintf("f%02d", i)
		write(t, d, name, "")
		want = append(want, name)
	}
	want = append([]string{"dir"}, append(want, "link")...)
	list, err := d.Entries()
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	var got []string
	for {
		batch, err := list.Next(7)
		for _, e := range batch {
			got = append(got, e.Name)
			if s, err := d.StatAt(e.Name, false); err != nil || s.Inode != e.Inode || s.Type != e.Type {
				t.Errorf("entry %+v, StatAt %+v, %v", e, s, err)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("entries %v", got)
	}
}

func TestMkdir(t *testing.T) {
	d, _ := newHostDir(t)
	wantError(t, "Mkdir", d.Mkdir("a"), 0)
	wantError(t, "Mkdir with a slash", d.Mkdir("a/b/"), 0)
	wantError(t, "Mkdir again", d.Mkdir("a"), ErrExist)
	wantError(t, "Mkdir .", d.Mkdir("."), ErrExist)
	wantError(t, "Mkdir below nothing", d.Mkdir("x/y"), ErrNoEntry)
	write(t, d, "f", "")
	wantError(t, "Mkdir below a file", d.Mkdir("f/y"), ErrNotDirectory)
}
