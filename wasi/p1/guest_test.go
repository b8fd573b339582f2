package p1

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/weft-wasm/weft/wasi"
)

// guest calls the functions as a guest would, without an engine: it has a memory, and hands out places in it.
type guest struct {
	testing.TB
	ctx  context.Context
	p    *process
	abi  *abi
	mem  []byte
	next uint32
}

func newGuest(tb testing.TB, config wasi.Config) *guest {
	tb.Helper()
	system, err := wasi.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	p := newProcess(system)
	tb.Cleanup(func() {
		if err := p.Close(); err != nil {
			tb.Error("closing the process:", err)
		}
	})
	return &guest{TB: tb, ctx: tb.Context(), p: p, abi: &snapshot1, mem: make([]byte, 1<<16), next: 8}
}

// newRootGuest returns a guest with a directory of its own at "/", which is descriptor 3, and the directory's path.
func newRootGuest(tb testing.TB) (*guest, string) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "root")
	if err := os.Mkdir(path, 0o700); err != nil {
		tb.Fatal(err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { root.Close() })
	return newGuest(tb, wasi.Config{Root: root}), path
}

// rootFD is the descriptor of the first mount.
const rootFD = 3

// run calls a function and returns its errno and the error that unwinds the guest.
func (g *guest) run(name string, args ...uint64) (errno, error) {
	g.Helper()
	for i := range functions {
		f := &functions[i]
		if f.name != name {
			continue
		}
		if len(args) != len(f.params) {
			g.Fatalf("%s: %d arguments, want %d", name, len(args), len(f.params))
		}
		stack := append(make([]uint64, 0, len(args)+1), args...)
		stack = stack[:max(len(args), 1)]
		c := call{ctx: g.ctx, process: g.p, abi: g.abi, memory: g.mem, args: stack}
		if err := f.run(c, stack); err != nil {
			return 0, err
		}
		return errno(stack[0]), nil
	}
	g.Fatalf("no function %s", name)
	return 0, nil
}

// call calls a function that returns an errno.
func (g *guest) call(name string, args ...uint64) errno {
	g.Helper()
	e, err := g.run(name, args...)
	if err != nil {
		g.Fatalf("%s unwinds: %v", name, err)
	}
	return e
}

// want calls a function and requires an errno.
func (g *guest) want(want errno, name string, args ...uint64) {
	g.Helper()
	if got := g.call(name, args...); got != want {
		g.Errorf("%s%v = %v, want %v", name, args, got, want)
	}
}

// alloc returns the address of n new bytes, on a multiple of 8.
func (g *guest) alloc(n int) uint64 {
	at := g.next
	g.next = (g.next + uint32(n) + 7) &^ 7
	if int(g.next) > len(g.mem) {
		g.mem = append(g.mem, make([]byte, n+1<<16)...)
	}
	return uint64(at)
}

// put stores bytes and returns their address and length, which is how a string is passed.
func (g *guest) put(s string) (at, length uint64) {
	at = g.alloc(len(s))
	copy(g.mem[at:], s)
	return at, uint64(len(s))
}

// vec stores an iovec_array whose pieces have the lengths, and returns its address, its length and the pieces'
// addresses.
func (g *guest) vec(lengths ...int) (at, count uint64, pieces []uint64) {
	at = g.alloc(vectorBytes * len(lengths))
	for i, n := range lengths {
		p := g.alloc(n)
		le.PutUint32(g.mem[at+uint64(8*i):], uint32(p))
		le.PutUint32(g.mem[at+uint64(8*i)+4:], uint32(n))
		pieces = append(pieces, p)
	}
	return at, uint64(len(lengths)), pieces
}

// vecOf stores an iovec_array of one piece that holds s.
func (g *guest) vecOf(s string) (at, count uint64) {
	at, count, pieces := g.vec(len(s))
	copy(g.mem[pieces[0]:], s)
	return at, count
}

func (g *guest) u16(at uint64) uint16 { return le.Uint16(g.mem[at:]) }
func (g *guest) u32(at uint64) uint32 { return le.Uint32(g.mem[at:]) }
func (g *guest) u64(at uint64) uint64 { return le.Uint64(g.mem[at:]) }

// str returns n bytes of memory.
func (g *guest) str(at uint64, n uint32) string { return string(g.mem[at : at+uint64(n)]) }

// open opens a path below the first mount, following links.
func (g *guest) open(path string, oflags uint64, base rights, flags fdflags) (uint64, errno) {
	g.Helper()
	at, n := g.put(path)
	out := g.alloc(4)
	e := g.call("path_open", rootFD, followLink, at, n, oflags, uint64(base), uint64(mountInherits), uint64(flags), out)
	return uint64(g.u32(out)), e
}

// mustOpen is open that has to succeed.
func (g *guest) mustOpen(path string, oflags uint64, base rights, flags fdflags) uint64 {
	g.Helper()
	fd, e := g.open(path, oflags, base, flags)
	if e != errnoSuccess {
		g.Fatalf("open %s: %v", path, e)
	}
	return fd
}

// write writes a string to a descriptor.
func (g *guest) write(fd uint64, s string) errno {
	g.Helper()
	at, n := g.vecOf(s)
	out := g.alloc(4)
	e := g.call("fd_write", fd, at, n, out)
	if e == errnoSuccess && int(g.u32(out)) != len(s) {
		g.Errorf("wrote %d bytes of %q", g.u32(out), s)
	}
	return e
}

// read reads up to n bytes from a descriptor.
func (g *guest) read(fd uint64, n int) (string, errno) {
	g.Helper()
	at, count, pieces := g.vec(n)
	out := g.alloc(4)
	if e := g.call("fd_read", fd, at, count, out); e != errnoSuccess {
		return "", e
	}
	return g.str(pieces[0], g.u32(out)), errnoSuccess
}

// seek moves a descriptor's position, by the guest's number for whence.
func (g *guest) seek(fd uint64, offset int64, whence uint64) (uint64, errno) {
	g.Helper()
	out := g.alloc(8)
	e := g.call("fd_seek", fd, uint64(offset), whence, out)
	return g.u64(out), e
}
