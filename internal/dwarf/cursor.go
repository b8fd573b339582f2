package dwarf

import "bytes"

// cursor reads numbers and strings. Beyond the end of its bytes everything is 0 or empty, and bad is set.
type cursor struct {
	b   []byte
	pos int
	bad bool
}

// at is a cursor at an offset in bytes.
func at(b []byte, offset uint64) cursor {
	c := cursor{b: b}
	c.skip(offset)
	return c
}

func (c *cursor) left() int { return len(c.b) - c.pos }

// skip leaves out n bytes.
func (c *cursor) skip(n uint64) {
	if c.bad = c.bad || n > uint64(c.left()); c.bad {
		n = uint64(c.left())
	}
	c.pos += int(n)
}

// uint reads a little-endian number of up to 8 bytes.
func (c *cursor) uint(size int) (n uint64) {
	start := c.pos
	if c.skip(uint64(size)); c.bad {
		return 0
	}
	for i, b := range c.b[start:c.pos] {
		n |= uint64(b) << (8 * i)
	}
	return n
}

func (c *cursor) byte() byte { return byte(c.uint(1)) }

// uleb reads an unsigned LEB128. Bits beyond 64 are lost.
func (c *cursor) uleb() (n uint64) {
	for shift := 0; ; shift += 7 {
		b := c.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
}

// sleb reads a signed LEB128.
func (c *cursor) sleb() (n int64) {
	for shift := 0; ; {
		b := c.byte()
		n |= int64(b&0x7f) << shift
		if shift += 7; b < 0x80 {
			if b&0x40 != 0 && shift < 64 {
				n |= -1 << shift
			}
			return n
		}
	}
}

// text reads a string that a zero ends, and aliases it.
func (c *cursor) text() []byte {
	s := c.b[c.pos:]
	n := bytes.IndexByte(s, 0)
	if n < 0 {
		c.skip(uint64(len(s)) + 1)
		return nil
	}
	c.pos += n + 1
	return s[:n]
}

// name is the string at c, up to maxName bytes of it.
func (c *cursor) name() []byte {
	s := c.b[c.pos:]
	s = s[:min(len(s), maxName)]
	if n := bytes.IndexByte(s, 0); n >= 0 {
		return s[:n]
	}
	return s
}

// length reads the length in front of a unit, and whether offsets in the unit take 8 bytes.
func (c *cursor) length() (n uint64, wide bool) {
	const escape = 0xffffffff
	if n = c.uint(4); n == escape {
		return c.uint(8), true
	}
	return n, false
}

// unit reads the length in front of a unit, and returns a cursor over the section up to where the unit ends, at which c goes on.
func (c *cursor) unit() (inner cursor, wide bool) {
	n, wide := c.length()
	inner = *c
	c.skip(n)
	inner.b = c.b[:c.pos]
	return inner, wide
}

// offsetBytes is the size of an offset.
func offsetBytes(wide bool) int {
	if wide {
		return 8
	}
	return 4
}
