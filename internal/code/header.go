package code

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

const (
	fixedBytes = len(Magic) + 4 + 4 + 8 + 4 // magic, format, length of the header, length of the file, checksum of what follows
	pageBytes  = 4096

	// maxHeader bounds what is read before anything is known to be right. It is enough for a file of 4 TiB.
	maxHeader = 16 << 20
)

// header is what stands in front of the sections.
type header struct {
	id      Identity
	extents [sectionCount]extent
	length  uint64 // of the sections together
	sums    []uint32
}

// extent is where a section is, from the start of the first one.
type extent struct{ offset, length uint64 }

// start is where the sections begin: the next page behind the header.
func (h *header) start() uint64 {
	strings := 3*2 + len(h.id.Build) + len(h.id.Machine) + len(h.id.Settings)
	return pageRound(uint64(fixedBytes+strings+8+16*int(sectionCount)) + 4*h.spans())
}

// spans is the number of checksums.
func (h *header) spans() uint64 { return (h.length + spanBytes - 1) / spanBytes }

func pageRound(n uint64) uint64 { return (n + pageBytes - 1) &^ (pageBytes - 1) }

// layOut finds places for sections. The text and the module begin on pages, the others at multiples of 8.
func (h *header) layOut(sections *[sectionCount][]byte) {
	at := uint64(0)
	for i, s := range sections {
		if section(i) <= sectionModule {
			at = pageRound(at)
		}
		h.extents[i] = extent{at, uint64(len(s))}
		at = (at + uint64(len(s)) + 7) &^ 7
	}
	h.length = at
}

// pad calls write with what stands behind the header, piece by piece.
func (h *header) pad(sections *[sectionCount][]byte, write func([]byte)) {
	var zeros [pageBytes]byte
	for i, s := range sections {
		write(s)
		end := h.length
		if i+1 < len(h.extents) {
			end = h.extents[i+1].offset
		}
		write(zeros[:end-h.extents[i].offset-uint64(len(s))])
	}
}

// encode returns the header, up to where the sections begin.
func (h *header) encode() []byte {
	b := make([]byte, fixedBytes, h.start())
	for _, s := range []string{h.id.Build, h.id.Machine, h.id.Settings} {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(s)))
		b = append(b, s...)
	}
	b = binary.LittleEndian.AppendUint64(b, h.id.Features)
	for _, e := range h.extents {
		b = binary.LittleEndian.AppendUint64(b, e.offset)
		b = binary.LittleEndian.AppendUint64(b, e.length)
	}
	b = append(b, words(h.sums)...)
	b = b[:cap(b)] // zeros up to the first section
	fixed := append(b[:0], Magic...)
	fixed = binary.LittleEndian.AppendUint32(fixed, formatVersion)
	fixed = binary.LittleEndian.AppendUint32(fixed, uint32(len(b)))
	fixed = binary.LittleEndian.AppendUint64(fixed, uint64(len(b))+h.length)
	binary.LittleEndian.AppendUint32(fixed, crc32.ChecksumIEEE(b[fixedBytes:]))
	return b
}

// decodeHeader reads the header of a file, and returns where the sections begin.
func decodeHeader(file []byte) (h *header, start uint64, err error) {
	if !Is(file) {
		return nil, 0, &Error{NotPrecompiled, fmt.Sprintf("%q", file[:min(len(file), 4)]), fmt.Sprintf("%q", Magic)}
	}
	if len(file) < fixedBytes {
		return nil, 0, truncated(len(file), uint64(fixedBytes))
	}
	fixed := file[len(Magic):]
	if format := binary.LittleEndian.Uint32(fixed); format != formatVersion {
		return nil, 0, &Error{OtherVersion, fmt.Sprintf("format %d", format), fmt.Sprintf("format %d", formatVersion)}
	}
	start, length, sum := uint64(binary.LittleEndian.Uint32(fixed[4:])), binary.LittleEndian.Uint64(fixed[8:]), binary.LittleEndian.Uint32(fixed[16:])
	switch {
	case start < uint64(fixedBytes) || start > maxHeader || start%pageBytes != 0 || start > length:
		return nil, 0, corrupt("the lengths in its header")
	case uint64(len(file)) < start:
		return nil, 0, truncated(len(file), length)
	case crc32.ChecksumIEEE(file[fixedBytes:start]) != sum:
		return nil, 0, corrupt("its header")
	}
	h = &header{length: length - start}
	return h, start, h.decode(file[fixedBytes:start])
}

// decode reads what follows the fixed part of the header.
func (h *header) decode(b []byte) error {
	for _, s := range []*string{&h.id.Build, &h.id.Machine, &h.id.Settings} {
		if len(b) < 2 || len(b)-2 < int(binary.LittleEndian.Uint16(b)) {
			return corrupt("the strings in its header")
		}
		n := 2 + int(binary.LittleEndian.Uint16(b))
		*s, b = string(b[2:n]), b[n:]
	}
	if uint64(len(b)) < 8+16*uint64(sectionCount)+4*h.spans() {
		return corrupt("the length of its header")
	}
	h.id.Features, b = binary.LittleEndian.Uint64(b), b[8:]
	for i := range h.extents {
		e := extent{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
		if e.offset > h.length || e.length > h.length-e.offset {
			return corrupt("the places of its sections")
		}
		h.extents[i], b = e, b[16:]
	}
	h.sums = fromWords(b[:4*h.spans()])
	return nil
}
