package p1

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/weft-wasm/weft/wasi"
)

func TestReadWriteSeek(t *testing.T) {
	g, path := newRootGuest(t)
	fd := g.mustOpen("f", openCreate|openExclusive, fileRights, 0)
	g.write(fd, "hello world")
	if at, e := g.seek(fd, -5, 1); at != 6 || e != errnoSuccess {
		t.Errorf("seek = %d, %v", at, e)
	}
	if got, e := g.read(fd, 3); got != "wor" || e != errnoSuccess {
		t.Errorf("read %q, %v", got, e)
	}
	out := g.alloc(8)
	g.want(errnoSuccess, "fd_tell", fd, out)
	if g.u64(out) != 9 {
		t.Errorf("position %d, want 9", g.u64(out))
	}
	vec, n := g.vecOf("HE")
	g.want(errnoSuccess, "fd_pwrite", fd, vec, n, 0, out)
	vec, n, pieces := g.vec(4, 0, 100)
	g.want(errnoSuccess, "fd_pread", fd, vec, n, 0, out)
	if got := g.str(pieces[0], 4) + g.str(pieces[2], g.u32(out)-4); got != "HEllo world" {
		t.Errorf("pread %q", got)
	}
	if got, e := g.read(fd, 10); got != "ld" || e != errnoSuccess {
		t.Errorf("rest %q, %v: pread and pwrite moved the position", got, e)
	}
	if got, e := g.read(fd, 10); got != "" || e != errnoSuccess {
		t.Errorf("at the end %q, %v", got, e)
	}
	for _, c := range []struct {
		offset int64
		whence uint64
		want   uint64
		err    errno
	}{
		{3, 0, 3, 0}, {4, 1, 7, 0}, {-1, 2, 10, 0}, {100, 2, 111, 0}, {0, 1, 111, 0},
		{-1, 0, 0, errnoInval}, {-12, 2, 0, errnoInval}, {0, 3, 0, errnoInval}, {1<<63 - 1, 1, 0, errnoInval},
	} {
		if at, e := g.seek(fd, c.offset, c.whence); e != c.err || e == 0 && at != c.want {
			t.Errorf("seek(%d, %d) = %d, %v, want %d, %v", c.offset, c.whence, at, e, c.want, c.err)
		}
	}
	g.write(fd, "!") // at 111: a hole
	g.want(errnoInval, "fd_pread", fd, vec, n, 1<<63, out)
	g.want(errnoInval, "fd_pwrite", fd, vec, n, 1<<63, out)
	g.want(errnoSuccess, "fd_filestat_set_size", fd, 5)
	g.want(errnoInval, "fd_filestat_set_size", fd, 1<<63)
	if got, err := os.ReadFile(filepath.Join(path, "f")); string(got) != "HEllo" || err != nil {
		t.Errorf("the host sees %q, %v", got, err)
	}
	g.want(errnoSuccess, "fd_allocate", fd, 0, 100)
	g.want(errnoSuccess, "fd_advise", fd, 0, 0, 2)
	g.want(errnoInval, "fd_advise", fd, 0, 0, 6)
	g.want(errnoSuccess, "fd_sync", fd)
	g.want(errnoSuccess, "fd_datasync", fd)
	g.want(errnoSuccess, "fd_close", fd)
	g.want(errnoBadF, "fd_close", fd)
}

// A guest may ask for terabytes in one call: pieces can be the same memory, and files can have holes. The end of its context must
// not wait for that.
func TestCanceledTransfer(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, function := range []string{"fd_read", "fd_pread", "fd_write", "fd_pwrite", "fd_write to standard output"} {
		g, _ := newRootGuest(t)
		g.p.fds.slots[1].node = wasi.NewWriter(out)
		fd := g.mustOpen("hole", openCreate, fileRights, 0)
		g.want(errnoSuccess, "fd_filestat_set_size", fd, 1<<40)
		lengths := make([]int, maxVectors)
		vec, n, _ := g.vec(lengths...)
		piece := g.alloc(moveChunk)
		for i := range uint64(maxVectors) {
			le.PutUint32(g.mem[vec+8*i:], uint32(piece))
			le.PutUint32(g.mem[vec+8*i+4:], moveChunk)
		}
		name, to, _ := strings.Cut(function, " ")
		args := []uint64{fd, vec, n, g.alloc(8)}
		if strings.HasPrefix(name, "fd_p") {
			args = []uint64{fd, vec, n, 0, g.alloc(8)}
		}
		if to != "" {
			args[0] = 1
		}
		cause := errors.New("told to stop")
		ctx, cancel := context.WithCancelCause(g.ctx)
		cancel(cause)
		g.ctx = ctx
		var canceled *wasi.CanceledError
		if _, err := g.run(name, args...); !errors.As(err, &canceled) || !errors.Is(err, cause) {
			t.Errorf("%s: %v, want a CanceledError", function, err)
		}
	}
}

func TestAppend(t *testing.T) {
	g, path := newRootGuest(t)
	fd := g.mustOpen("log", openCreate, fileRights, flagAppend)
	g.write(fd, "one ")
	g.seek(fd, 0, 0)
	g.write(fd, "two ")
	if at, _ := g.seek(fd, 0, 1); at != 8 {
		t.Errorf("position %d after appending, want 8", at)
	}
	g.seek(fd, 0, 0)
	if got, e := g.read(fd, 3); got != "one" || e != errnoSuccess {
		t.Errorf("read %q, %v", got, e)
	}
	g.want(errnoSuccess, "fd_fdstat_set_flags", fd, 0)
	g.seek(fd, 0, 0)
	g.write(fd, "ONE")
	g.want(errnoSuccess, "fd_fdstat_set_flags", fd, uint64(flagAppend))
	g.write(fd, "three")
	g.want(errnoInval, "fd_fdstat_set_flags", fd, uint64(flagSync))
	g.want(errnoInval, "fd_fdstat_set_flags", fd, 1<<5)
	if got, _ := os.ReadFile(filepath.Join(path, "log")); string(got) != "ONE two three" {
		t.Errorf("the host sees %q", got)
	}
	synced := g.mustOpen("log", 0, fileRights, flagSync|flagDsync)
	out := g.alloc(fdstatBytes)
	g.want(errnoSuccess, "fd_fdstat_get", synced, out)
	if got := fdflags(g.u16(out + 2)); got != flagSync|flagDsync {
		t.Errorf("flags %b", got)
	}
}

func TestOpenFlagsAndErrors(t *testing.T) {
	g, _ := newRootGuest(t)
	dir, n := g.put("dir")
	g.want(errnoSuccess, "path_create_directory", rootFD, dir, n)
	g.want(errnoExist, "path_create_directory", rootFD, dir, n)
	file := g.mustOpen("f", openCreate, fileRights, 0)
	for _, c := range []struct {
		path   string
		oflags uint64
		base   rights
		want   errno
	}{
		{"f", openExclusive | openCreate, fileRights, errnoExist},
		{"f", openDirectory, rightRead, errnoNotDir},
		{"f/x", 0, rightRead, errnoNotDir},
		{"f/", 0, rightRead, errnoNotDir},
		{"none", 0, rightRead, errnoNoEnt},
		{"", 0, rightRead, errnoNoEnt},
		{"dir", 0, rightRead | rightWrite, errnoIsDir},
		{"dir", openDirectory, dirRights | rightRead, errnoSuccess},
		{"dir", openDirectory, rightRead | rightWrite, errnoIsDir},
		{"dir", openDirectory | openCreate, rightRead, errnoInval},
		{"..", openDirectory, rightRead, errnoPerm},
		{"/etc", openDirectory, rightRead, errnoPerm},
		{"dir/../../etc", openDirectory, rightRead, errnoPerm},
		{"f\xff", 0, rightRead, errnoIlSeq},
		{"f\x00", 0, rightRead, errnoInval},
		{"f", 1 << 4, rightRead, errnoInval},
	} {
		fd, e := g.open(c.path, c.oflags, c.base, 0)
		if e != c.want {
			t.Errorf("open %q with %b: %v, want %v", c.path, c.oflags, e, c.want)
		}
		if e == errnoSuccess {
			g.want(errnoSuccess, "fd_close", fd)
		}
	}
	name, n := g.put("x")
	g.want(errnoNotDir, "path_create_directory", file, name, n)
	out := g.alloc(64)
	g.want(errnoNotDir, "fd_readdir", file, out, 64, 0, g.alloc(4))
	vec, count, _ := g.vec(1)
	g.want(errnoIsDir, "fd_read", rootFD, vec, count, out)
	g.want(errnoBadF, "fd_write", rootFD, vec, count, out)
	g.want(errnoBadF, "fd_seek", rootFD, 0, 0, out)
	g.want(errnoBadF, "fd_prestat_get", file, out)
	g.want(errnoSPipe, "fd_seek", 1, 0, 0, out)
	g.want(errnoSPipe, "fd_pread", 0, vec, count, 0, out)
	g.want(errnoNotSock, "sock_recv", file, vec, count, 0, out, out)
	g.want(errnoNotSock, "sock_accept", file, 0, out)
}

func TestRights(t *testing.T) {
	g, _ := newRootGuest(t)
	write := g.mustOpen("f", openCreate, rightWrite|rightSeek, 0)
	g.write(write, "data")
	if _, e := g.read(write, 1); e != errnoBadF {
		t.Errorf("read of a descriptor for writing: %v", e)
	}
	read := g.mustOpen("f", 0, rightRead|rightTell, 0)
	if e := g.write(read, "x"); e != errnoBadF {
		t.Errorf("write to a descriptor for reading: %v", e)
	}
	if _, e := g.seek(read, 1, 0); e != errnoNotCapable {
		t.Errorf("seek without the right: %v", e)
	}
	if _, e := g.seek(read, 0, 1); e != errnoSuccess {
		t.Errorf("seek that only tells: %v", e)
	}
	out := g.alloc(fdstatBytes)
	g.want(errnoSuccess, "fd_tell", read, out)
	g.want(errnoNotCapable, "fd_filestat_set_size", write, 0)
	g.want(errnoNotCapable, "fd_filestat_get", write, g.alloc(64))

	g.want(errnoSuccess, "fd_fdstat_get", read, out)
	if g.mem[out] != 4 || rights(g.u64(out+8)) != rightRead|rightTell {
		t.Errorf("fdstat: type %d, base %b", g.mem[out], g.u64(out+8))
	}
	g.want(errnoNotCapable, "fd_fdstat_set_rights", read, uint64(rightWrite), 0)
	g.want(errnoSuccess, "fd_fdstat_set_rights", read, uint64(rightTell), 0)
	if _, e := g.read(read, 1); e != errnoBadF {
		t.Errorf("read after giving up the right: %v", e)
	}

	// What a directory does not pass on, nothing opened through it has.
	g.want(errnoSuccess, "fd_fdstat_set_rights", rootFD, uint64(dirRights&^rightCreateFile), uint64(rightRead|rightFilestat))
	weak := g.mustOpen("f", 0, ^rights(0), 0)
	g.want(errnoSuccess, "fd_fdstat_get", weak, out)
	if rights(g.u64(out+8)) != rightRead|rightFilestat {
		t.Errorf("base %b", g.u64(out+8))
	}
	if _, e := g.open("new", openCreate, fileRights, 0); e != errnoNotCapable {
		t.Errorf("create without the right: %v", e)
	}
}

func TestFilestat(t *testing.T) {
	g, path := newRootGuest(t)
	fd := g.mustOpen("f", openCreate, fileRights, 0)
	g.write(fd, "four")
	name, n := g.put("f")
	const accessed, modified = 1_000_000_001, 2_000_000_002
	g.want(errnoSuccess, "path_filestat_set_times", rootFD, 0, name, n, accessed, modified, setAccessed|setModified)
	if err := os.Link(filepath.Join(path, "f"), filepath.Join(path, "other")); err != nil {
		t.Fatal(err)
	}
	for _, a := range []*abi{&snapshot1, &snapshot0} {
		g.abi = a
		byFD, byPath := g.alloc(64), g.alloc(64)
		for i := range uint64(64) {
			g.mem[byFD+i], g.mem[byPath+i] = 0xaa, 0xaa
		}
		g.want(errnoSuccess, "fd_filestat_get", fd, byFD)
		g.want(errnoSuccess, "path_filestat_get", rootFD, followLink, name, n, byPath)
		if g.str(byFD, 64) != g.str(byPath, 64) {
			t.Errorf("%s: by descriptor %x, by path %x", a.module, g.str(byFD, 64), g.str(byPath, 64))
		}
		var links, size, atime, mtime uint64
		switch a {
		case &snapshot0:
			links, size, atime, mtime = uint64(g.u32(byFD+20)), g.u64(byFD+24), g.u64(byFD+32), g.u64(byFD+40)
			if got := g.u64(byFD + 56); got != 0xaaaaaaaaaaaaaaaa {
				t.Errorf("wasi_unstable: wrote beyond the record: %x", got)
			}
		default:
			links, size, atime, mtime = g.u64(byFD+24), g.u64(byFD+32), g.u64(byFD+40), g.u64(byFD+48)
		}
		if g.mem[byFD+16] != 4 || links != 2 || size != 4 || atime != accessed || mtime != modified || g.u64(byFD+8) == 0 {
			t.Errorf("%s: type %d, links %d, size %d, times %d, %d", a.module, g.mem[byFD+16], links, size, atime, mtime)
		}
	}
	g.abi = &snapshot1
	g.want(errnoInval, "fd_filestat_set_times", fd, 0, 0, setAccessed|setAccessedNow)
	g.want(errnoInval, "fd_filestat_set_times", fd, 0, 0, setModified|setModifiedNow)
	g.want(errnoInval, "fd_filestat_set_times", fd, 0, 0, setTimesAll+1)
	g.want(errnoSuccess, "fd_filestat_set_times", fd, 5, 0, setAccessed|setModifiedNow)
	out := g.alloc(64)
	g.want(errnoSuccess, "fd_filestat_get", fd, out)
	if age := time.Since(time.Unix(0, int64(g.u64(out+48)))); g.u64(out+40) != 5 || age < -time.Second || age > time.Minute {
		t.Errorf("times %d, and modified %v ago", g.u64(out+40), age)
	}
}

func TestSeekInUnstable(t *testing.T) {
	g, _ := newRootGuest(t)
	fd := g.mustOpen("f", openCreate, fileRights, 0)
	g.write(fd, "0123456789")
	g.abi = &snapshot0
	for _, c := range []struct {
		offset int64
		whence uint64
		want   uint64
	}{{4, 2, 4}, {2, 0, 6}, {-1, 1, 9}} {
		if at, e := g.seek(fd, c.offset, c.whence); at != c.want || e != errnoSuccess {
			t.Errorf("seek(%d, %d) = %d, %v, want %d", c.offset, c.whence, at, e, c.want)
		}
	}
}

func TestLinksAndRemoval(t *testing.T) {
	g, _ := newRootGuest(t)
	g.write(g.mustOpen("f", openCreate, fileRights, 0), "data")
	f, fn := g.put("f")
	link, linkLen := g.put("link")
	hard, hardLen := g.put("hard")
	dir, dirLen := g.put("dir")
	out, buffer := g.alloc(4), g.alloc(16)
	g.want(errnoSuccess, "path_symlink", f, fn, rootFD, link, linkLen)
	g.want(errnoSuccess, "path_readlink", rootFD, link, linkLen, buffer, 16, out)
	if got := g.str(buffer, g.u32(out)); got != "f" {
		t.Errorf("readlink %q", got)
	}
	g.want(errnoSuccess, "path_symlink", link, linkLen, rootFD, dir, dirLen)
	g.want(errnoSuccess, "path_readlink", rootFD, dir, dirLen, buffer, 2, out)
	if got := g.str(buffer, g.u32(out)); got != "li" {
		t.Errorf("readlink into two bytes %q", got)
	}
	g.want(errnoSuccess, "path_unlink_file", rootFD, dir, dirLen)
	g.want(errnoLoop, "path_open", rootFD, 0, link, linkLen, 0, uint64(rightRead), 0, 0, out)
	etc, etcLen := g.put("/etc")
	g.want(errnoPerm, "path_symlink", etc, etcLen, rootFD, dir, dirLen)
	g.want(errnoInval, "path_link", rootFD, followLink, f, fn, rootFD, hard, hardLen)
	g.want(errnoSuccess, "path_link", rootFD, 0, f, fn, rootFD, hard, hardLen)
	g.want(errnoExist, "path_link", rootFD, 0, f, fn, rootFD, hard, hardLen)
	g.want(errnoSuccess, "path_create_directory", rootFD, dir, dirLen)
	g.want(errnoIsDir, "path_unlink_file", rootFD, dir, dirLen)
	g.want(errnoNotDir, "path_remove_directory", rootFD, f, fn)
	g.want(errnoIsDir, "path_rename", rootFD, f, fn, rootFD, dir, dirLen)
	sub := g.mustOpen("dir", openDirectory, dirRights, 0)
	g.want(errnoSuccess, "path_rename", rootFD, f, fn, sub, hard, hardLen)
	g.want(errnoNotEmpty, "path_remove_directory", rootFD, dir, dirLen)
	g.want(errnoSuccess, "path_unlink_file", sub, hard, hardLen)
	g.want(errnoSuccess, "path_remove_directory", rootFD, dir, dirLen)
	g.want(errnoNoEnt, "path_unlink_file", rootFD, f, fn)
}

func TestReadOnlyMounts(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("host"), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, mount := range map[string]wasi.Dir{
		"host": wasi.ReadOnly(wasi.HostDir(root)),
		"fs":   wasi.FSDir(fstest.MapFS{"f": {Data: []byte("host")}}),
	} {
		g := newGuest(t, wasi.Config{Mounts: []wasi.Mount{{Path: "/ro", Dir: mount}}})
		f, n := g.put("f")
		fresh, fn := g.put("fresh")
		if _, e := g.open("f", 0, rightRead|rightWrite, 0); e != errnoROFS {
			t.Errorf("%s: open for writing: %v", name, e)
		}
		if _, e := g.open("fresh", openCreate, rightRead|rightWrite, 0); e != errnoROFS {
			t.Errorf("%s: create: %v", name, e)
		}
		if _, e := g.open("f", openTruncate, rightRead, 0); e != errnoROFS {
			t.Errorf("%s: truncate: %v", name, e)
		}
		g.want(errnoROFS, "path_create_directory", rootFD, fresh, fn)
		g.want(errnoROFS, "path_unlink_file", rootFD, f, n)
		g.want(errnoROFS, "path_remove_directory", rootFD, f, n)
		g.want(errnoROFS, "path_rename", rootFD, f, n, rootFD, fresh, fn)
		g.want(errnoROFS, "path_link", rootFD, 0, f, n, rootFD, fresh, fn)
		g.want(errnoROFS, "path_symlink", f, n, rootFD, fresh, fn)
		g.want(errnoROFS, "path_filestat_set_times", rootFD, 0, f, n, 0, 0, setModifiedNow)
		fd := g.mustOpen("f", 0, rightRead|rightSeek|rightSetTimes, 0)
		g.want(errnoROFS, "fd_filestat_set_times", fd, 0, 0, setModifiedNow)
		if got, e := g.read(fd, 9); got != "host" || e != errnoSuccess {
			t.Errorf("%s: read %q, %v", name, got, e)
		}
	}
}

func TestDescriptorNumbers(t *testing.T) {
	g, _ := newRootGuest(t)
	a := g.mustOpen("a", openCreate, fileRights, 0)
	b := g.mustOpen("b", openCreate, fileRights, 0)
	if a != 4 || b != 5 {
		t.Errorf("descriptors %d and %d, want 4 and 5", a, b)
	}
	g.write(a, "from a")
	g.want(errnoBadF, "fd_renumber", a, 50)
	g.want(errnoBadF, "fd_renumber", 50, a)
	g.want(errnoSuccess, "fd_renumber", a, a)
	g.want(errnoSuccess, "fd_renumber", a, b)
	g.want(errnoBadF, "fd_close", a)
	if at, e := g.seek(b, 0, 1); at != 6 || e != errnoSuccess {
		t.Errorf("position after renumbering %d, %v", at, e)
	}
	if c := g.mustOpen("c", openCreate, fileRights, 0); c != 4 {
		t.Errorf("descriptor %d, want the lowest that is free, 4", c)
	}

	g.p.fds.most = 7
	if d := g.mustOpen("d", openCreate, fileRights, 0); d != 6 {
		t.Errorf("descriptor %d, want the last there can be, 6", d)
	}
	if _, e := g.open("e", openCreate, fileRights, 0); e != errnoMFile {
		t.Errorf("one too many: %v, want %v", e, errnoMFile)
	}
	g.want(errnoSuccess, "fd_close", 6)
	if _, e := g.open("e", 0, fileRights, 0); e != errnoNoEnt {
		t.Errorf("opening one too many created a file: %v, want %v", e, errnoNoEnt)
	}
	if e := g.mustOpen("e", openCreate, fileRights, 0); e != 6 {
		t.Errorf("descriptor %d after one was closed, want 6", e)
	}

	// Preopened directories are found from 3 on until BADF.
	out, name := g.alloc(8), g.alloc(8)
	g.want(errnoSuccess, "fd_prestat_get", 3, out)
	if g.u32(out) != 0 || g.u32(out+4) != 1 {
		t.Errorf("prestat %x", g.str(out, 8))
	}
	g.want(errnoSuccess, "fd_prestat_dir_name", 3, name, 1)
	g.want(errnoNameTooLong, "fd_prestat_dir_name", 3, name, 0)
	g.want(errnoBadF, "fd_prestat_get", 4, out)
	if g.mem[name] != '/' {
		t.Errorf("mount %q", g.mem[name])
	}
}
