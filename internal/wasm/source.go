package wasm

import (
	"bufio"
	"io"
)

// source is where a module comes from: bytes that are all there, or a reader. From a reader it takes what is asked for and no more
// than 64 KiB beyond, and memory grows with what has arrived, whatever sizes the module claims.
type source struct {
	b     []byte        // the module; nil if it comes from stream
	pos   int64         // how far it has been taken
	r     *bufio.Reader // nil if the module is in b
	chunk []byte        // room for the next small pieces from r
	buf   [5]byte       // the bytes of an integer from r
	ended bool          // r has ended, maybe in front of what was asked for
}

const (
	chunkSize  = 64 << 10  // the unit in which small pieces are allocated
	firstGulp  = 256 << 10 // how much is allocated for a big piece before any of it has arrived
	chunkPiece = chunkSize / 4
)

// byte takes the next byte; the error is io.EOF at the end of the module, or the reader's.
func (s *source) byte() (byte, error) {
	if s.r != nil {
		c, err := s.r.ReadByte()
		if err == nil {
			s.pos++
		}
		s.ended = err == io.EOF
		return c, err
	}
	if s.pos >= int64(len(s.b)) {
		return 0, io.EOF
	}
	s.pos++
	return s.b[s.pos-1], nil
}

// u32 takes an integer.
func (s *source) u32(inner bool) (uint32, error) {
	if s.r == nil {
		r := reader{b: s.b, pos: int(s.pos), inner: inner}
		v := r.u32()
		s.pos = int64(r.pos)
		return v, r.failure()
	}
	start := s.pos
	n := 0
	for n < len(s.buf) && (n == 0 || s.buf[n-1] >= 0x80) {
		c, err := s.byte()
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		s.buf[n] = c
		n++
	}
	r := reader{b: s.buf[:n], base: start, inner: inner}
	v := r.u32()
	return v, r.failure()
}

// take takes the next n bytes. At the end of the module it returns fewer, together with io.EOF.
func (s *source) take(n int) ([]byte, error) {
	if s.r == nil {
		start := s.pos
		s.pos = min(s.pos+int64(n), int64(len(s.b)))
		b := s.b[start:s.pos:s.pos]
		if len(b) < n {
			return b, io.EOF
		}
		return b, nil
	}
	if n <= chunkPiece {
		return s.takeSmall(n)
	}
	return s.takeBig(n)
}

// takeSmall puts the bytes behind those of the last call, as long as there is room.
func (s *source) takeSmall(n int) ([]byte, error) {
	if n > len(s.chunk) {
		s.chunk = make([]byte, chunkSize)
	}
	b := s.chunk[:n:n]
	s.chunk = s.chunk[n:]
	got, err := s.fill(b)
	return b[:got:got], err
}

// takeBig gives the bytes an array of their own, which doubles as they arrive.
func (s *source) takeBig(n int) ([]byte, error) {
	b := make([]byte, min(n, firstGulp))
	have := 0
	for {
		got, err := s.fill(b[have:])
		have += got
		if have == n || err != nil {
			return b[:have:have], err
		}
		grown := make([]byte, min(n, 2*len(b)))
		copy(grown, b)
		b = grown
	}
}

// fill reads all of b, or up to the end with io.EOF.
func (s *source) fill(b []byte) (int, error) {
	n, err := io.ReadFull(s.r, b)
	s.pos += int64(n)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	s.ended = err == io.EOF
	return n, err
}

// atEnd reports whether the module ends here.
func (s *source) atEnd() bool {
	if s.r != nil {
		_, err := s.r.Peek(1)
		return err == io.EOF
	}
	return s.pos == int64(len(s.b))
}
