package code

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/weft-wasm/weft/internal/fault"
)

// File is a file while it is loaded and as long as it is in use. What it holds aliases it, and is gone when it is closed.
type File struct {
	Identity
	Module []byte // in the binary format
	Bodies bool   // some functions are interpreted: the module is to be decoded with its bodies

	// Image and Text are there when Verify has found that all is as it was written.
	Image *Image
	Text  []byte

	TextOffset int64    // in the file
	Handle     *os.File // that Open has opened, until Release

	data     []byte
	mapped   bool
	start    int64 // of the sections
	sections [sectionCount][]byte
	check    *verification
}

// Is reports whether b begins as a file does.
func Is(b []byte) bool { return bytes.HasPrefix(b, []byte(Magic)) }

// Open maps a file whose code is to run here, and begins to verify it; see Load. The error is an *Error, or that of the system. The file must not be written to while it is open.
func Open(name string, here Identity) (*File, error) {
	handle, err := fault.OpenFile(name)
	if err != nil {
		return nil, err
	}
	data, mapped, err := mapFile(handle)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("map %s: %w", name, err), handle.Close())
	}
	f, err := Load(data, here)
	if err != nil {
		if mapped {
			_ = unmapFile(data) // the error that counts is the one that there is
		}
		return nil, errors.Join(err, handle.Close())
	}
	f.Handle, f.mapped = handle, mapped
	return f, nil
}

// Map maps any file for reading, for a while in which nothing shortens it. What it returns is gone after unmap.
func Map(name string) (data []byte, unmap func() error, err error) {
	handle, err := fault.OpenFile(name)
	if err != nil {
		return nil, nil, err
	}
	data, mapped, err := mapFile(handle)
	if err = errors.Join(err, handle.Close()); err != nil {
		return nil, nil, fmt.Errorf("map %s: %w", name, err)
	}
	return data, func() error {
		if mapped {
			return unmapFile(data)
		}
		return nil
	}, nil
}

// Load reads a file that is in memory. The result aliases data, which must not change any more. Verification goes on in the background: until it has ended,
// nothing is to be believed, but a module can be decoded, which believes nothing.
func Load(data []byte, here Identity) (*File, error) {
	h, start, err := decodeHeader(data)
	if err != nil {
		return nil, err
	}
	if err := h.id.check(here); err != nil {
		return nil, err
	}
	contents := data[start:]
	switch have := uint64(len(contents)); {
	case have < h.length:
		return nil, truncated(len(data), start+h.length)
	case have > h.length:
		return nil, corrupt("its length")
	}
	f := &File{Identity: h.id, data: data, start: int64(start), TextOffset: int64(start + h.extents[sectionText].offset)}
	for i, e := range h.extents {
		f.sections[i] = contents[e.offset : e.offset+e.length : e.offset+e.length]
	}
	f.Module, f.Bodies = f.sections[sectionModule], len(f.sections[sectionInterpreted]) > 0
	f.check = verify(contents, h.sums)
	return f, nil
}

// Verify waits until all of the file has been compared with its checksums. The error is an *Error.
func (f *File) Verify() error {
	if i := f.check.finish(); i >= 0 {
		return corrupt(fmt.Sprintf("what is at 0x%x", f.start+i*spanBytes))
	}
	f.Text, f.Image = f.sections[sectionText], image(&f.sections)
	return nil
}

// Release gives up the handle of the file. What is mapped stays.
func (f *File) Release() error {
	if f.Handle == nil {
		return nil
	}
	err := f.Handle.Close()
	f.Handle = nil
	return err
}

// Close unmaps the file.
func (f *File) Close() error {
	f.check.abandon()
	err := f.Release()
	if f.mapped {
		f.mapped = false
		err = errors.Join(err, unmapFile(f.data))
	}
	return err
}
