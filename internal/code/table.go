package code

import (
	"encoding/binary"
)

// Table gives numbers to offsets in a text. It is two slices of bytes that can lie in a file: rows, sorted by offset and compressed, and an index
// that leads to the rows of each chunk of the text, so that a look-up reads no more than those.
//
// A row is how far its offset lies behind the previous one in the chunk, and how much larger its number is, as varints. In front of the first row
// of a chunk are the chunk's start and 0.
type Table struct {
	Index []byte // for each chunk, where its rows begin, and then where the last ones end: four bytes each, little-endian
	Rows  []byte
}

// chunkBytes is the size of the chunks of a text: small, since a look-up reads half of a chunk's rows.
const chunkBytes = 256

// At returns the number of the row at an offset.
func (t *Table) At(offset uint32) (number int64, ok bool) {
	for r := t.chunk(offset); r.next() && r.offset <= offset; {
		if r.offset == offset {
			return r.number, true
		}
	}
	return 0, false
}

// From returns the number of the last row that is not behind an offset, for a table that was made for that.
func (t *Table) From(offset uint32) (number int64, ok bool) {
	r := t.chunk(offset)
	for {
		// The common case of next, in place: backtraces spend their time here.
		for b := r.left; len(b) >= 2 && b[0]|b[1] < 0x80; b = r.left {
			at := r.offset + uint32(b[0])
			if at > offset {
				return number, ok
			}
			r.offset, r.left = at, b[2:]
			r.number += int64(b[1]>>1) ^ -int64(b[1]&1)
			number, ok = r.number, true
		}
		if !r.next() || r.offset > offset {
			return number, ok
		}
		number, ok = r.number, true
	}
}

// chunk reads the rows of the chunk that an offset lies in.
func (t *Table) chunk(offset uint32) rows {
	i := int(offset/chunkBytes) * 4
	if i+8 > len(t.Index) {
		return rows{}
	}
	start, end := binary.LittleEndian.Uint32(t.Index[i:]), binary.LittleEndian.Uint32(t.Index[i+4:])
	if start > end || int64(end) > int64(len(t.Rows)) {
		return rows{}
	}
	return rows{left: t.Rows[start:end], offset: offset &^ (chunkBytes - 1)}
}

// rows reads rows one after the other.
type rows struct {
	left   []byte
	offset uint32
	number int64
}

// next reads the next row and reports whether there was one.
func (r *rows) next() bool {
	// Nearly all differences fit into one byte.
	if len(r.left) >= 2 && r.left[0]|r.left[1] < 0x80 {
		r.offset += uint32(r.left[0])
		r.number += int64(r.left[1]>>1) ^ -int64(r.left[1]&1)
		r.left = r.left[2:]
		return true
	}
	distance, n := binary.Uvarint(r.left)
	if n <= 0 {
		return false
	}
	difference, m := binary.Varint(r.left[n:])
	if m <= 0 {
		return false
	}
	r.offset += uint32(distance)
	r.number += difference
	r.left = r.left[n+m:]
	return true
}

// tableMaker makes a table of rows that come in the order of their offsets.
type tableMaker struct {
	holds bool // a row holds up to the next one: the table is for From, not for At

	t      Table
	begun  bool  // there is a row
	number int64 // of the latest row

	offset uint32 // what the next row's differences are from
	base   int64
}

// add appends a row. Of two rows for one offset, the second one counts in a table that is for From.
func (m *tableMaker) add(offset uint32, number int64) {
	m.reach(offset)
	m.row(offset, number)
}

// reach begins the chunks up to the one that an offset lies in.
func (m *tableMaker) reach(offset uint32) {
	for len(m.t.Index) <= int(offset/chunkBytes)*4 {
		start := uint32(len(m.t.Index)/4) * chunkBytes
		m.t.Index = binary.LittleEndian.AppendUint32(m.t.Index, uint32(len(m.t.Rows)))
		m.offset, m.base = start, 0
		if m.holds && m.begun {
			m.row(start, m.number)
		}
	}
}

func (m *tableMaker) row(offset uint32, number int64) {
	m.t.Rows = binary.AppendUvarint(m.t.Rows, uint64(offset-m.offset))
	m.t.Rows = binary.AppendVarint(m.t.Rows, number-m.base)
	m.offset, m.base, m.number, m.begun = offset, number, number, true
}

// finish returns the table for a text of a size, which is not 0. A table without rows has no index.
func (m *tableMaker) finish(textBytes uint32) Table {
	if !m.begun {
		return Table{}
	}
	m.reach(textBytes - 1)
	m.t.Index = binary.LittleEndian.AppendUint32(m.t.Index, uint32(len(m.t.Rows)))
	return m.t
}
