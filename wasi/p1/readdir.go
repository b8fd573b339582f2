package p1

import (
	"errors"
	"io"

	"github.com/weft-wasm/weft/wasi"
)

// A guest reads a directory with a buffer of its own size and continues from a cookie, while it or somebody else adds
// and removes entries. The host's own positions do not survive that on every system, so what was read from the host is
// kept: a cookie is an index into it, and stays good until the guest starts again from cookie 0.

// readdirBatch is how many entries are asked of the host at once.
const readdirBatch = 128

// listing is a directory being read.
type listing struct {
	source  wasi.Entries
	entries []wasi.Entry
	ended   bool // source has no more
}

// list starts to read a directory, with the two entries that every directory has.
func list(dir wasi.Dir) (*listing, error) {
	self, err := dir.Stat()
	if err != nil {
		return nil, err
	}
	source, err := dir.Entries()
	if err != nil {
		return nil, err
	}
	// What lies above is not the guest's to know, so ".." has the number of "." as in a root directory.
	return &listing{source: source, entries: []wasi.Entry{
		{Name: ".", Inode: self.Inode, Type: wasi.TypeDirectory},
		{Name: "..", Inode: self.Inode, Type: wasi.TypeDirectory},
	}}, nil
}

// at returns entry i; io.EOF if there are not so many.
func (l *listing) at(i uint64) (wasi.Entry, error) {
	for uint64(len(l.entries)) <= i {
		if l.ended {
			return wasi.Entry{}, io.EOF
		}
		more, err := l.source.Next(readdirBatch)
		l.entries = append(l.entries, more...)
		if errors.Is(err, io.EOF) {
			l.ended = true
		} else if err != nil {
			return wasi.Entry{}, err
		}
	}
	return l.entries[i], nil
}

func (l *listing) close() error { return l.source.Close() }

func fdReaddir(c call) error {
	buffer, err := c.bytes(c.u32(1), c.u32(2))
	if err != nil {
		return err
	}
	used, err := c.result(4, 4)
	if err != nil {
		return err
	}
	d, dir, err := c.dir(0, rightReaddir)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	cookie := c.u64(3)
	if err := d.startListing(dir, cookie == 0); err != nil {
		return err
	}
	n := 0
	for n < len(buffer) {
		entry, err := d.listing.at(cookie)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		cookie++
		n += putDirent(buffer[n:], cookie, entry)
	}
	le.PutUint32(used, uint32(n))
	return nil
}

// startListing makes sure that a listing is there, and a new one if the guest begins again.
func (d *descriptor) startListing(dir wasi.Dir, again bool) error {
	if d.listing != nil && !again {
		return nil
	}
	l, err := list(dir)
	if err != nil {
		return err
	}
	if d.listing != nil {
		d.listing.close()
	}
	d.listing = l
	return nil
}

// putDirent writes a dirent and its name as far as they fit. The guest sees from a buffer that is full to the last byte
// that the entry may be cut off, and asks for it again.
func putDirent(p []byte, next uint64, entry wasi.Entry) int {
	var head [direntBytes]byte
	le.PutUint64(head[0:], next)
	le.PutUint64(head[8:], entry.Inode)
	le.PutUint32(head[16:], uint32(len(entry.Name)))
	head[20] = fileTypes[entry.Type]
	n := copy(p, head[:])
	return n + copy(p[n:], entry.Name)
}
