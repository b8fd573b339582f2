package jitdump

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
)

// Function is a function in memory.
type Function struct {
	Name    string // as perf is to show it
	Address uint64
	Code    []byte // what is there
}

// Append adds functions to the dump of this process. It is safe for concurrent use. An error is about the file; it is for the first call that fails and nil
// for those that follow, which do nothing.
func Append(functions []Function) error { return process.append(functions) }

var process = dumpFile{name: fmt.Sprintf("jit-%d.dump", os.Getpid())}

// dumpFile is a dump that is being written.
type dumpFile struct {
	name string

	mu     sync.Mutex
	file   *os.File
	marker []byte // the page by which perf knows the file; it stays mapped
	index  uint64 // of the next record
	failed bool
}

func (d *dumpFile) append(functions []Function) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed || len(functions) == 0 {
		return nil
	}
	err := d.open()
	if err == nil {
		_, err = d.file.Write(d.records(functions))
	}
	if err != nil {
		d.failed = true
		return fmt.Errorf("jitdump: %w", err)
	}
	return nil
}

// open makes the file for the first functions. One that is there is of an earlier process with the same number.
func (d *dumpFile) open() (err error) {
	if d.file != nil {
		return nil
	}
	if err := os.Remove(d.name); err != nil && !os.IsNotExist(err) {
		return err
	}
	if d.file, err = os.OpenFile(d.name, os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o644); err != nil {
		return err
	}
	if _, err = d.file.Write(header()); err != nil {
		return err
	}
	d.marker, err = mapMarker(d.file)
	return err
}

const (
	magic       = 0x4a695444
	version     = 1
	headerBytes = 40
	loadBytes   = 56 // of a record in front of the name
	recordLoad  = 0
)

// machines are what ELF calls architectures.
var machines = map[string]uint32{"amd64": 62, "arm64": 183}

func header() []byte {
	b := make([]byte, 0, headerBytes)
	for _, word := range []uint32{magic, version, headerBytes, machines[runtime.GOARCH], 0, uint32(os.Getpid())} {
		b = binary.NativeEndian.AppendUint32(b, word)
	}
	b = binary.NativeEndian.AppendUint64(b, now())
	return binary.NativeEndian.AppendUint64(b, 0)
}

// records are those of functions, which have been loaded by now.
func (d *dumpFile) records(functions []Function) (b []byte) {
	at, thread := now(), thread()
	for _, f := range functions {
		name := strings.ReplaceAll(f.Name, "\x00", "?")
		b = binary.NativeEndian.AppendUint32(b, recordLoad)
		b = binary.NativeEndian.AppendUint32(b, uint32(loadBytes+len(name)+1+len(f.Code)))
		b = binary.NativeEndian.AppendUint64(b, at)
		b = binary.NativeEndian.AppendUint32(b, uint32(os.Getpid()))
		b = binary.NativeEndian.AppendUint32(b, thread)
		for _, word := range []uint64{f.Address, f.Address, uint64(len(f.Code)), d.index} {
			b = binary.NativeEndian.AppendUint64(b, word)
		}
		b = append(append(append(b, name...), 0), f.Code...)
		d.index++
	}
	return b
}
