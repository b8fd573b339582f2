package p1

import (
	"encoding/binary"
	"io"
	"math"
	"time"

	"github.com/weft-wasm/weft/wasi"
)

// abi is what differs between the two import modules: the layout of two records and one enumeration. Numbers are
// offsets in bytes from the beginning of the record.
type abi struct {
	module       string
	filestat     filestatLayout
	subscription subscriptionLayout
	whence       [3]int // by the guest's number: io.SeekStart, io.SeekCurrent or io.SeekEnd
	first        bool   // the older module, which lacks what was added later
}

// filestatLayout says where a filestat has its fields after dev (0), ino (8) and filetype (16).
type filestatLayout struct {
	links, linksBytes                 uint32
	size, accessed, modified, changed uint32
	bytes                             uint32
}

// subscriptionLayout says where a subscription has its fields after userdata (0) and the tag (8).
type subscriptionLayout struct {
	clock, timeout, flags uint32
	fd                    uint32
	bytes                 uint32
}

var snapshot1 = abi{
	module:       "wasi_snapshot_preview1",
	filestat:     filestatLayout{links: 24, linksBytes: 8, size: 32, accessed: 40, modified: 48, changed: 56, bytes: 64},
	subscription: subscriptionLayout{clock: 16, timeout: 24, flags: 40, fd: 16, bytes: 48},
	whence:       [3]int{io.SeekStart, io.SeekCurrent, io.SeekEnd},
}

// snapshot0 had link counts of 32 bits, and an identifier in front of a subscription's clock that was never used.
var snapshot0 = abi{
	module:       "wasi_unstable",
	filestat:     filestatLayout{links: 20, linksBytes: 4, size: 24, accessed: 32, modified: 40, changed: 48, bytes: 56},
	subscription: subscriptionLayout{clock: 24, timeout: 32, flags: 48, fd: 16, bytes: 56},
	whence:       [3]int{io.SeekCurrent, io.SeekEnd, io.SeekStart},
	first:        true,
}

// Sizes of the records that both modules share.
const (
	vectorBytes  = 8
	fdstatBytes  = 24
	prestatBytes = 8
	direntBytes  = 24
	eventBytes   = 32
)

var le = binary.LittleEndian

// fileTypes maps the types of package wasi; WASI 0.1 has no FIFOs.
var fileTypes = [...]uint8{
	wasi.TypeUnknown:         0,
	wasi.TypeBlockDevice:     1,
	wasi.TypeCharacterDevice: 2,
	wasi.TypeDirectory:       3,
	wasi.TypeFIFO:            0,
	wasi.TypeRegularFile:     4,
	wasi.TypeSocketDatagram:  5,
	wasi.TypeSocketStream:    6,
	wasi.TypeSymbolicLink:    7,
}

// putFilestat writes a filestat into p, which has the layout's size.
func (l *filestatLayout) putFilestat(p []byte, s wasi.Stat) {
	clear(p)
	le.PutUint64(p[0:], s.Device)
	le.PutUint64(p[8:], s.Inode)
	p[16] = fileTypes[s.Type]
	if l.linksBytes == 4 {
		le.PutUint32(p[l.links:], uint32(min(s.Links, math.MaxUint32)))
	} else {
		le.PutUint64(p[l.links:], s.Links)
	}
	le.PutUint64(p[l.size:], s.Size)
	le.PutUint64(p[l.accessed:], timestamp(s.Accessed))
	le.PutUint64(p[l.modified:], timestamp(s.Modified))
	le.PutUint64(p[l.changed:], timestamp(s.Changed))
}

// timestamp returns nanoseconds since 1970. What is unknown or earlier is 0.
func timestamp(t time.Time) uint64 {
	if t.IsZero() || t.Unix() < 0 {
		return 0
	}
	return uint64(t.UnixNano())
}

// timeOf is the inverse of timestamp.
func timeOf(ns uint64) time.Time {
	return time.Unix(int64(ns/1e9), int64(ns%1e9))
}
