//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// canReset reports that slots can be put back.
const canReset = true

// image is contents in a sealed file in memory. Instances map it copy-on-write, so they share what they do not write.
type image struct {
	fd   int
	view []byte // of the file, which takes the place of contents.bytes
}

// mapImage makes the image, of so many bytes, from parts in order. It reports whether there is one, without which contents are copied.
func (c *contents) mapImage(parts []part, size int) bool {
	if os.Getpagesize() != contentPage {
		return false
	}
	fd, err := memfd("weft memory")
	if err != nil {
		return false
	}
	view, err := c.writeImage(fd, parts, size)
	if err != nil {
		_ = unix.Close(fd)
		return false
	}
	c.image, c.bytes = &image{fd, view}, view
	runtime.AddCleanup(c, (*image).close, c.image)
	return true
}

func (c *contents) writeImage(fd int, parts []part, size int) (view []byte, err error) {
	err = c.pieces(parts, func(piece []byte, at int) error {
		for len(piece) > 0 {
			n, err := pwrite(fd, piece, int64(at))
			if err != nil {
				return err
			}
			piece, at = piece[n:], at+n
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := seal(fd); err != nil {
		return nil, err
	}
	return mmap(fd, 0, size, unix.PROT_READ, unix.MAP_PRIVATE)
}

func (i *image) close() {
	_ = munmap(i.view)
	_ = unix.Close(i.fd)
}

// accessible is the accessible part of a slot whose memory has so many bytes.
func (r *reservation) accessible(size int) []byte { return r.all[:r.annex+uint64(size)] }

// place puts the contents into a new slot, whose accessible part is all they are of.
func (r *reservation) place(all []byte, c *contents) {
	if c.image == nil {
		c.fill(all, 0)
		return
	}
	for _, run := range c.runs {
		if err := mapFixed(c.image.fd, int64(run.from), all[run.at:run.end()], unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE); err != nil {
			// What is mapped already is written over.
			c.fill(all, 0)
			return
		}
	}
	r.mapped = true
	runtime.KeepAlive(c)
}

// reset puts back a slot whose accessible part of first bytes has grown to size and been written to: it restores the pages that differ as long as
// they are no more than keep bytes, and gives the others to the system. After an error the slot must be given up.
func (r *reservation) reset(c *contents, size, first uint64, keep int) error {
	if size > first {
		if err := mprotect(r.all[first:size], unix.PROT_NONE); err != nil {
			return err
		}
		if err := madvise(r.all[first:size], unix.MADV_DONTNEED); err != nil {
			return err
		}
	}
	all := r.all[:first]
	s := scanners.Get().(*scanner)
	defer scanners.Put(s)
	faults := r.own.begin(all)
	pages, scanned := s.changed(all, keep/contentPage, c != nil && c.image != nil)
	r.own.keep(pages, faults)
	r.restore(c, all, pages)
	if scanned == first {
		return nil
	}
	if err := madvise(all[scanned:], unix.MADV_DONTNEED); err != nil {
		return err
	}
	if c != nil && !r.mapped {
		c.fill(all, scanned)
	}
	return nil
}

// putBack restores the pages of a slot that are likely to be all that differ. It reports false, and does nothing, if there is no knowing. After it the slot is
// as it was made once confirm says so; if not, that takes reset.
func (r *reservation) putBack(c *contents, size, first uint64, keep int) bool {
	pages, ok := r.own.likely()
	if !ok || size > first || r.kept > keep {
		return false
	}
	r.restore(c, r.all[:first], pages)
	return true
}

// confirm reports whether a slot that putBack has put back is as it was made. Faults is the count of page faults now.
func (r *reservation) confirm(faults int64) bool { return r.own.confirm(faults) }

// restore puts back pages.
func (r *reservation) restore(c *contents, all []byte, pages []span) {
	r.kept = 0
	for _, p := range pages {
		c.restore(all, p.from, p.to)
		r.kept += int(p.to - p.from)
	}
}
