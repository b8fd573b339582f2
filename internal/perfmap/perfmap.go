// Package perfmap tells Linux perf which functions of guests are where in memory.
//
// In come symbols, as code is mapped; out comes the file /tmp/perf-PID.map, which perf report, bpftrace and other profilers read for addresses
// that belong to no file:
//
//	7f21c0000040 1b wasm:fib
//
// are start and size in bytes, both in hex, and the name. Code that is unmapped stays in the file: perf has no way to say so, and samples
// from before are still to be named.
package perfmap

import (
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Symbol is a function in memory.
type Symbol struct {
	Start, Size uint64 // in bytes
	Name        string // as profilers are to show it
}

// Append adds symbols to the map of this process. It is safe for concurrent use: the symbols of one call stay together. An error is about the
// file; it is for the first call that fails and nil for those that follow, which do nothing.
func Append(symbols []Symbol) error { return process.append(symbols) }

// process is the map of this process.
var process = mapFile{path: "/tmp/perf-" + strconv.Itoa(os.Getpid()) + ".map"}

type mapFile struct {
	path string

	mu     sync.Mutex
	file   *os.File
	failed bool
}

func (m *mapFile) append(symbols []Symbol) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failed || len(symbols) == 0 {
		return nil
	}
	err := m.open()
	if err == nil {
		_, err = m.file.WriteString(lines(symbols))
	}
	if err != nil {
		m.failed = true
		return fmt.Errorf("perf map: %w", err)
	}
	return nil
}

// open makes the file for the first symbols. One that is there is of an earlier process with the same number; it is not written to, since
// in a directory that everybody can write to it may be a link to anywhere.
func (m *mapFile) open() (err error) {
	if m.file != nil {
		return nil
	}
	if err := os.Remove(m.path); err != nil && !os.IsNotExist(err) {
		return err
	}
	m.file, err = os.OpenFile(m.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, fs.FileMode(0o644))
	return err
}

func lines(symbols []Symbol) string {
	var w strings.Builder
	for _, s := range symbols {
		fmt.Fprintf(&w, "%x %x %s\n", s.Start, s.Size, oneLine(s.Name))
	}
	return w.String()
}

// oneLine is a name without what would end its line: modules name functions as they like.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, name)
}
