package p1

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/weft-wasm/weft/wasi"
)

// dirent is a decoded directory entry.
type dirent struct {
	next, inode uint64
	kind        uint8
	name        string
}

// readdir reads one buffer of entries. Those that are cut off are left out; full reports whether there may be more.
func (g *guest) readdir(fd, cookie uint64, bytes int) (entries []dirent, full bool) {
	g.Helper()
	buffer, out := g.alloc(bytes), g.alloc(4)
	g.want(errnoSuccess, "fd_readdir", fd, buffer, uint64(bytes), cookie, out)
	used := g.u32(out)
	p := g.mem[buffer:][:used]
	for len(p) >= direntBytes {
		n := int(le.Uint32(p[16:]))
		if len(p) < direntBytes+n {
			break
		}
		entries = append(entries, dirent{le.Uint64(p), le.Uint64(p[8:]), p[20], string(p[direntBytes:][:n])})
		p = p[direntBytes+n:]
	}
	return entries, int(used) == bytes
}

// readAll reads a directory with a buffer of a size, as C libraries do: an entry that was cut off is asked for again.
func (g *guest) readAll(fd uint64, bytes int, between func(read int)) []string {
	g.Helper()
	var names []string
	cookie := uint64(0)
	for {
		entries, full := g.readdir(fd, cookie, bytes)
		for _, e := range entries {
			names = append(names, e.name)
			cookie = e.next
		}
		if !full {
			return names
		}
		if len(entries) == 0 {
			g.Fatalf("no whole entry fits %d bytes", bytes)
		}
		if between != nil {
			between(len(names))
		}
	}
}

func TestReaddirInSmallBuffers(t *testing.T) {
	g, path := newRootGuest(t)
	want := []string{".", ".."}
	for i := range 300 {
		name := fmt.Sprintf("file-%03d", i)
		if err := os.WriteFile(filepath.Join(path, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		want = append(want, name)
	}
	for _, bytes := range []int{direntBytes + 8, 50, 100, 1000, 4096, 20000} {
		got := g.readAll(rootFD, bytes, nil)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("with %d bytes: %d entries %v", bytes, len(got), got)
		}
	}
	if entries, full := g.readdir(rootFD, 0, direntBytes-1); len(entries) != 0 || !full {
		t.Errorf("with too few bytes for a head: %v, %v", entries, full)
	}
	if entries, full := g.readdir(rootFD, 302, 4096); len(entries) != 0 || full {
		t.Errorf("after the end: %v, %v", entries, full)
	}
	if entries, full := g.readdir(rootFD, 1<<60, 4096); len(entries) != 0 || full {
		t.Errorf("far after the end: %v, %v", entries, full)
	}
}

// TestReaddirWhileChanging removes what was read and adds more between the calls, as rm -r and build tools do: every
// entry that was there all along is seen exactly once.
func TestReaddirWhileChanging(t *testing.T) {
	g, path := newRootGuest(t)
	var want []string
	for i := range 100 {
		name := fmt.Sprintf("file-%03d", i)
		if err := os.WriteFile(filepath.Join(path, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		want = append(want, name)
	}
	var names []string
	added := 0
	names = g.readAll(rootFD, 100, func(read int) {
		if added < 20 {
			os.WriteFile(filepath.Join(path, fmt.Sprintf("added-%d", added)), nil, 0o600)
			added++
		}
		if read > 3 {
			entries, _ := os.ReadDir(path)
			for _, e := range entries[:1] {
				os.Remove(filepath.Join(path, e.Name()))
			}
		}
	})
	seen := make(map[string]int)
	for _, name := range names {
		seen[name]++
	}
	for _, name := range want {
		if seen[name] != 1 {
			t.Errorf("%s was seen %d times", name, seen[name])
		}
	}
	if len(g.readAll(rootFD, 4096, nil)) == len(names) {
		t.Error("cookie 0 did not start a new listing")
	}
}

func TestReaddirEntries(t *testing.T) {
	g, _ := newRootGuest(t)
	fd := g.mustOpen("file", openCreate, fileRights, 0)
	dir, n := g.put("dir")
	g.want(errnoSuccess, "path_create_directory", rootFD, dir, n)
	link, ln := g.put("link")
	g.want(errnoSuccess, "path_symlink", dir, n, rootFD, link, ln)
	stat := g.alloc(64)
	g.want(errnoSuccess, "fd_filestat_get", fd, stat)
	entries, _ := g.readdir(rootFD, 0, 1000)
	kinds := make(map[string]uint8)
	for i, e := range entries {
		kinds[e.name] = e.kind
		if e.next != uint64(i+1) {
			t.Errorf("%s has the cookie %d, want %d", e.name, e.next, i+1)
		}
		if e.name == "file" && e.inode != g.u64(stat+8) {
			t.Errorf("inode %d, fd_filestat_get says %d", e.inode, g.u64(stat+8))
		}
		if e.inode == 0 {
			t.Errorf("%s has no inode", e.name)
		}
	}
	for name, want := range map[string]wasi.FileType{
		".": wasi.TypeDirectory, "..": wasi.TypeDirectory, "dir": wasi.TypeDirectory,
		"file": wasi.TypeRegularFile, "link": wasi.TypeSymbolicLink,
	} {
		if kinds[name] != fileTypes[want] {
			t.Errorf("%s has the type %d, want %d", name, kinds[name], fileTypes[want])
		}
	}
}
