package code

import (
	"encoding/binary"
	"io"
)

// A file holds a module and its image. It is mapped as it is: no byte of it changes when it is loaded.
//
//	magic, format, lengths, checksum of the header       fixed
//	identity, where the sections are, their checksums    the rest of the header
//	sections                                             from the next page on; the text begins on a page
//
// All numbers are little-endian. The checksums are CRC-32 (IEEE), one for each spanBytes of what is behind the header, so that several cores
// check a file. They find what storage and transport do to a file; they do not keep anybody from making a file that does harm.

// Magic is what files begin with: a line of text in the middle of it shows transfers that change line ends.
const Magic = "\x7fweft\r\n\x00"

// formatVersion goes up when what follows the magic changes.
const formatVersion = 1

// Identity is what code depends on besides its module.
type Identity struct {
	Build    string // of Weft
	Machine  string // the architecture, and features of processors: those that the code uses, or those that are here
	Settings string // what the code leaves to the runtime
	Features uint64 // of the language, that the module has been validated with
}

// section is a kind of contents of a file.
type section int

const (
	sectionText section = iota
	sectionModule
	sectionStarts
	sectionEntries
	sectionInterpreted
	sectionLacks // one byte
	sectionTraps // the index of the table; its rows are the next section, as with those that follow
	sectionTrapRows
	sectionFrames
	sectionFrameRows
	sectionPositions
	sectionPositionRows
	sectionLandings
	sectionLandingRows
	sectionCount
)

// What the functions of a module may lack, as bits in a file.
const (
	lacksRefFunc = 1 << iota
	lacksTableAccess
)

// Write writes a file for an image with its text and the module that it is the code of.
func Write(w io.Writer, id Identity, x *Image, text, module []byte) error {
	sections := x.sections()
	sections[sectionText], sections[sectionModule] = text, module
	h := header{id: id}
	h.layOut(&sections)
	var sum spanSums
	h.pad(&sections, sum.write)
	h.sums = sum.finish()
	err := writeAll(w, h.encode())
	h.pad(&sections, func(b []byte) {
		if err == nil {
			err = writeAll(w, b)
		}
	})
	return err
}

func writeAll(w io.Writer, b []byte) error {
	n, err := w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}

// sections is the image's part of a file.
func (x *Image) sections() (s [sectionCount][]byte) {
	s[sectionStarts] = words(x.Starts)
	for _, e := range x.Entries {
		s[sectionEntries] = append(s[sectionEntries], words([]uint32{e.Type, e.Start})...)
	}
	s[sectionInterpreted] = words(x.Interpreted)
	lacks := byte(0)
	if x.NoRefFunc {
		lacks |= lacksRefFunc
	}
	if x.NoTableAccess {
		lacks |= lacksTableAccess
	}
	s[sectionLacks] = []byte{lacks}
	for i, t := range x.tables() {
		at := sectionTraps + 2*section(i)
		s[at], s[at+1] = t.Index, t.Rows
	}
	return s
}

// tables are the tables in the order of their sections.
func (x *Image) tables() [4]*Table {
	return [...]*Table{&x.traps, &x.frames, &x.positions, &x.landings}
}

// image is the image that sections hold.
func image(s *[sectionCount][]byte) *Image {
	x := &Image{TextBytes: uint32(len(s[sectionText])), Starts: fromWords(s[sectionStarts]), Interpreted: fromWords(s[sectionInterpreted])}
	if b := s[sectionLacks]; len(b) > 0 {
		x.NoRefFunc, x.NoTableAccess = b[0]&lacksRefFunc != 0, b[0]&lacksTableAccess != 0
	}
	entries := fromWords(s[sectionEntries])
	for i := 0; i+1 < len(entries); i += 2 {
		x.Entries = append(x.Entries, Entry{entries[i], entries[i+1]})
	}
	for i, t := range x.tables() {
		at := sectionTraps + 2*section(i)
		*t = Table{s[at], s[at+1]}
	}
	return x
}

func words(list []uint32) []byte {
	b := make([]byte, 0, 4*len(list))
	for _, n := range list {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func fromWords(b []byte) []uint32 {
	list := make([]uint32, len(b)/4)
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return list
}
