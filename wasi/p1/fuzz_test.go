package p1

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/weft-wasm/weft/wasi"
)

// FuzzCalls makes calls with arguments of the fuzzer's choice: numbers, descriptors, and pointers good and bad. Whatever
// they are, a call returns an errno or ends the guest, does not panic, does not wait for ever and touches nothing outside
// of the guest's directory.
func FuzzCalls(f *testing.F) {
	for i := range functions {
		for _, b := range []byte{0, 3, 20, 40} {
			seed := []byte{byte(i)}
			for range functions[i].params {
				seed = append(seed, b)
			}
			f.Add(append(seed, seed...))
		}
	}
	outside := f.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600); err != nil {
		f.Fatal(err)
	}
	dir := filepath.Join(outside, "root")
	if err := os.Mkdir(dir, 0o700); err != nil {
		f.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { root.Close() })

	f.Fuzz(func(t *testing.T, calls []byte) {
		g := newGuest(t, wasi.Config{Root: root, Clock: wasi.VirtualClock(time.Unix(1e9, 0), 1)})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		g.ctx = ctx
		values := fuzzValues(g)
		for len(calls) > 0 {
			f := &functions[int(calls[0])%len(functions)]
			calls = calls[1:]
			args := make([]uint64, len(f.params))
			for i := range min(len(args), len(calls)) {
				args[i] = values[int(calls[i])%len(values)]
			}
			calls = calls[min(len(args), len(calls)):]
			switch f.name {
			case "fd_allocate", "fd_filestat_set_size", "fd_pwrite", "fd_seek": // keep the files small
				args[1], args[len(args)/2] = args[1]&0xffff, args[len(args)/2]&0xffff
				if f.name == "fd_allocate" {
					args[2] &= 0xffff
				}
			}
			if e, err := g.run(f.name, args...); err == nil && e >= errnoCount {
				t.Fatalf("%s%v = %v", f.name, args, e)
			}
			if ctx.Err() != nil {
				t.Fatalf("%s%v took too long", f.name, args)
			}
		}
		if entries, err := os.ReadDir(outside); err != nil || len(entries) != 2 {
			t.Fatalf("outside there is now %v, %v", entries, err)
		}
	})
}

// fuzzValues fills the guest's memory with things worth pointing to, and returns them with other interesting arguments.
func fuzzValues(g *guest) []uint64 {
	values := []uint64{0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 64, 255, 1 << 12}
	for _, s := range []string{"a", "b", "..", "../secret", "a/b", "a/..", ".", "/", "link", "\xff", ""} {
		at, n := g.put(s)
		values = append(values, at, n)
	}
	vec, n, _ := g.vec(3, 0, 70)
	sub := g.alloc(4 * 56)
	copy(g.mem[sub:], "\x00\x00\x00\x00\x00\x00\x00\x00\x01")
	return append(values, vec, n, sub, g.alloc(256), uint64(len(g.mem)), uint64(len(g.mem)-4), 1<<31, 1<<32-1, 1<<63, ^uint64(0),
		uint64(fileRights), uint64(dirRights), uint64(rightRead), uint64(flagAppend|flagNonblock))
}
