//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// canReset reports that slots can be put back.
const canReset = true

// linux is what only this kernel is asked for. Tests make each call of it fail.
var linux = struct {
	memfd    func(name string, flags int) (int, error)
	pwrite   func(fd int, p []byte, offset int64) (int, error)
	mapFixed func(fd int, offset int64, at []byte, prot, flags int) error
	madvise  func(b []byte, advice int) error
	scan     func(fd int, a *scanArgs) (regions int, err error)
	pread    func(fd int, p []byte, offset int64) (int, error)
}{unix.MemfdCreate, unix.Pwrite, mapFixed, unix.Madvise, ioctlScan, unix.Pread}

// mapFixed maps a file in place of what is mapped there.
//
// Sound because at lies within a reservation whose owner has no reference to it but by way of its memory.
func mapFixed(fd int, offset int64, at []byte, prot, flags int) error {
	_, err := unix.MmapPtr(fd, offset, unsafe.Pointer(unsafe.SliceData(at)), uintptr(len(at)), prot, flags|unix.MAP_FIXED)
	return err
}

// image is contents in a sealed file in memory. Instances map it copy-on-write, so they share what they do not write.
type image struct {
	fd   int
	view []byte // of the file, which takes the place of contents.bytes
}

// mapImage makes the image. Without one, which is no error, contents are copied.
func (c *contents) mapImage() {
	if os.Getpagesize() != contentPage {
		return
	}
	fd, err := linux.memfd("weft memory", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return
	}
	view, err := writeImage(fd, c.bytes)
	if err != nil {
		_ = unix.Close(fd)
		return
	}
	c.image, c.bytes = &image{fd, view}, view
	runtime.AddCleanup(c, (*image).close, c.image)
}

func writeImage(fd int, bytes []byte) (view []byte, err error) {
	for at := 0; at < len(bytes); {
		n, err := linux.pwrite(fd, bytes[at:], int64(at))
		if err != nil {
			return nil, err
		}
		at += n
	}
	seals := unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals); err != nil {
		return nil, err
	}
	return system.mmap(fd, 0, len(bytes), unix.PROT_READ, unix.MAP_PRIVATE)
}

func (i *image) close() {
	_ = unix.Munmap(i.view)
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
		if err := linux.mapFixed(c.image.fd, int64(run.from), all[run.at:run.end()], unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE); err != nil {
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
		if err := system.mprotect(r.all[first:size], unix.PROT_NONE); err != nil {
			return err
		}
		if err := linux.madvise(r.all[first:size], unix.MADV_DONTNEED); err != nil {
			return err
		}
	}
	all := r.all[:first]
	s := scanners.Get().(*scanner)
	defer scanners.Put(s)
	changed, scanned := s.changed(all, keep/contentPage, c != nil && c.image != nil)
	r.kept = 0
	for _, p := range changed {
		c.restore(all, p.from, p.to)
		r.kept += int(p.to - p.from)
	}
	if scanned == first {
		return nil
	}
	if err := linux.madvise(all[scanned:], unix.MADV_DONTNEED); err != nil {
		return err
	}
	if c != nil && !r.mapped {
		c.fill(all, scanned)
	}
	return nil
}
