//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Which pages of a private mapping a guest has written to, the kernel knows: they are neither absent, nor zeros that all share, nor the file's. Since
// 6.7 it tells by the ioctl PAGEMAP_SCAN of /proc/self/pagemap; before, that file has a word for each page, which takes longer to read.

// scanner finds pages. It is used by one goroutine at a time.
type scanner struct {
	args    scanArgs
	regions [64]scanRegion
	found   []span
	words   []byte
}

var scanners = sync.Pool{New: func() any { return new(scanner) }}

// scanArgs is struct pm_scan_arg of linux/fs.h.
type scanArgs struct {
	size, flags             uint64
	start, end, walkEnd     uint64
	vec, vecLen             uint64
	maxPages                uint64
	inverted, mask, anyMask uint64
	result                  uint64
}

// scanRegion is struct page_region.
type scanRegion struct{ start, end, categories uint64 }

// The categories of pages.
const (
	pageIsFile    = 1 << 2
	pageIsPresent = 1 << 3
	pageIsSwapped = 1 << 4
	pageIsZero    = 1 << 5
)

// pagemaps has the descriptor of the file, which stays open, and one more: 0 before it is opened, negative where there is none.
var pagemaps atomic.Int32

// pagemap returns the descriptor, negative where there is none. That there are too many open files or too little memory passes.
func pagemap() int {
	if fd := pagemaps.Load(); fd != 0 {
		return int(fd) - 1
	}
	fd, err := openPagemap()
	switch {
	case errors.Is(err, unix.EMFILE), errors.Is(err, unix.ENFILE), errors.Is(err, unix.ENOMEM):
		return -1
	case err != nil:
		pagemaps.Store(-1)
		return -1
	case !pagemaps.CompareAndSwap(0, int32(fd)+1):
		_ = unix.Close(fd) // another goroutine was sooner
	}
	return int(pagemaps.Load()) - 1
}

// changed returns the pages that may differ from what was mapped, at most so many, and how far it has looked: what is behind that may
// differ as well. Mapped says that files are mapped there.
func (s *scanner) changed(mem []byte, most int, mapped bool) (found []span, scanned uint64) {
	fd := pagemap()
	if fd < 0 || most <= 0 {
		return nil, 0
	}
	if found, scanned, err := s.scan(fd, mem, most, mapped); err == nil {
		return found, scanned
	}
	return s.read(fd, mem, most)
}

// scan asks the kernel for them.
func (s *scanner) scan(fd int, mem []byte, most int, mapped bool) (found []span, scanned uint64, err error) {
	base := uint64(uintptr(unsafe.Pointer(unsafe.SliceData(mem))))
	s.args = scanArgs{
		size: uint64(unsafe.Sizeof(s.args)), start: base, end: base + uint64(len(mem)),
		vec: uint64(uintptr(unsafe.Pointer(&s.regions))), vecLen: uint64(len(s.regions)), maxPages: uint64(most),
		inverted: pageIsZero, mask: pageIsZero, anyMask: pageIsPresent | pageIsSwapped, result: pageIsPresent,
	}
	if mapped {
		s.args.inverted |= pageIsFile
		s.args.mask |= pageIsFile
	}
	n, err := scanPagemap(fd, &s.args)
	if err != nil {
		return nil, 0, err
	}
	s.found = s.found[:0]
	for _, r := range s.regions[:n] {
		s.found = append(s.found, span{r.start - base, r.end - base})
	}
	return s.found, s.args.walkEnd - base, nil
}

// maxWords is how many words are read at most: those of 16 MiB.
const maxWords = 4096

// read looks at the words of the pages.
func (s *scanner) read(fd int, mem []byte, most int) (found []span, scanned uint64) {
	const (
		present  = 1 << 63
		swapped  = 1 << 62
		fromFile = 1 << 61
	)
	page := uint64(os.Getpagesize())
	count := min(len(mem)/int(page), maxWords)
	if s.words == nil {
		s.words = make([]byte, 8*maxWords)
	}
	words := s.words[:8*count]
	first := uint64(uintptr(unsafe.Pointer(unsafe.SliceData(mem)))) / page
	if first > math.MaxInt64/8 {
		return nil, 0
	}
	if n, err := pread(fd, words, int64(8*first)); err != nil || n != len(words) {
		return nil, 0
	}
	s.found = s.found[:0]
	for i := range uint64(count) {
		w := binary.NativeEndian.Uint64(words[8*i:])
		if w&(present|swapped) == 0 || w&fromFile != 0 {
			continue
		}
		if most--; most < 0 {
			return s.found, i * page
		}
		if n := len(s.found); n > 0 && s.found[n-1].to == i*page {
			s.found[n-1].to += page
		} else {
			s.found = append(s.found, span{i * page, (i + 1) * page})
		}
	}
	return s.found, uint64(count) * page
}
