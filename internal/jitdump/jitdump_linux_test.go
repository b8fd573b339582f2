package jitdump

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// fileHeader and load are the format once more, as perf's own description has it.
type fileHeader struct {
	Magic, Version, TotalSize, Machine, Pad, Process uint32
	Timestamp, Flags                                 uint64
}

type load struct {
	ID, TotalSize                   uint32
	Timestamp                       uint64
	Process, Thread                 uint32
	VMA, Address, Size, NumberOfAll uint64
}

type loaded struct {
	load
	name string
	code []byte
}

func read(t *testing.T, name string) (h fileHeader, all []loaded) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r := bytes.NewReader(b)
	if err := binary.Read(r, binary.NativeEndian, &h); err != nil {
		t.Fatal(err)
	}
	for {
		var l loaded
		if err := binary.Read(r, binary.NativeEndian, &l.load); errors.Is(err, io.EOF) {
			return h, all
		} else if err != nil {
			t.Fatal(err)
		}
		rest := make([]byte, int(l.TotalSize)-binary.Size(l.load))
		if _, err := io.ReadFull(r, rest); err != nil {
			t.Fatal(err)
		}
		name, code, ok := bytes.Cut(rest, []byte{0})
		if !ok || uint64(len(code)) != l.Size {
			t.Fatalf("record %d has %d bytes of code, want %d", len(all), len(code), l.Size)
		}
		l.name, l.code = string(name), code
		all = append(all, l)
	}
}

func TestAppend(t *testing.T) {
	d := dumpFile{name: filepath.Join(t.TempDir(), "jit-1.dump")}
	if err := os.WriteFile(d.name, []byte("stale"), 0o600); err != nil {
		t.Fatal(err)
	}
	functions := []Function{{"fib", 0x7f21c0000040, []byte{0xf4, 0xc3}}, {"a\x00b", 0x10, nil}}
	for _, f := range [][]Function{functions[:1], nil, functions[1:]} {
		if err := d.append(f); err != nil {
			t.Fatal(err)
		}
	}
	h, all := read(t, d.name)
	if h.Magic != 0x4a695444 || h.Version != 1 || h.TotalSize != 40 || h.Machine == 0 || h.Process != uint32(os.Getpid()) || h.Timestamp == 0 {
		t.Errorf("header %+v", h)
	}
	if len(all) != 2 {
		t.Fatalf("%d records, want 2", len(all))
	}
	for i, l := range all {
		if l.ID != 0 || l.Timestamp < h.Timestamp || l.Process != h.Process || l.Thread == 0 || l.VMA != l.Address || l.NumberOfAll != uint64(i) {
			t.Errorf("record %d: %+v", i, l)
		}
		if l.Address != functions[i].Address || !bytes.Equal(l.code, functions[i].Code) || l.name != strings.ReplaceAll(functions[i].Name, "\x00", "?") {
			t.Errorf("record %d: %+v, want %+v", i, l, functions[i])
		}
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	mapped := false
	for line := range strings.Lines(string(maps)) {
		mapped = mapped || strings.Contains(line, "r-xp") && strings.Contains(line, d.name)
	}
	if !mapped {
		t.Error("no page of the file is mapped as executable, so that perf does not know of it")
	}
}

func TestConcurrent(t *testing.T) {
	d := dumpFile{name: filepath.Join(t.TempDir(), "jit-1.dump")}
	var wg sync.WaitGroup
	for w := range uint64(4) {
		wg.Go(func() {
			for i := range 20 {
				if err := d.append([]Function{{fmt.Sprint(i), w, make([]byte, i)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if _, all := read(t, d.name); len(all) != 80 {
		t.Errorf("%d records, want 80", len(all))
	}
}

func TestAppendError(t *testing.T) {
	d := dumpFile{name: filepath.Join(t.TempDir(), "missing", "jit-1.dump")}
	functions := []Function{{"f", 1, nil}}
	if err := d.append(functions); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "jitdump: ") {
		t.Errorf("have %v, want an error about the file", err)
	}
	if err := d.append(functions); err != nil {
		t.Errorf("a second error: %v", err)
	}
}
