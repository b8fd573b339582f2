package wasm

import (
	"fmt"
	"unicode/utf8"
)

// reader reads a piece of a module. Its first error sticks: what is read after it is zero, so that callers check once, at
// the end of a unit and in loops.
//
// A section whose size is too small shows when its contents end beyond it. What is wrong then is named as if the size were not there,
// as the specification's own decoder does, which reads on: so b may go on behind the section, and soft is where that ends. The
// same goes for function bodies.
type reader struct {
	b        []byte
	pos      int
	soft     int    // the size of the section in b; 0 if b ends with it
	base     int64  // the offset of b in the module
	err      *Error // the first error
	features Features
	inner    bool // b is a section or a function, not the module
}

// fail records an error at a position in b, unless there is one already.
func (r *reader) fail(kind Kind, pos int, format string, args ...any) {
	if r.err == nil {
		detail := fmt.Sprintf(format, args...)
		if r.soft > 0 && pos >= r.soft {
			detail += fmt.Sprintf(", beyond the end of its section or body at 0x%x", r.base+int64(r.soft))
		}
		r.err = &Error{Kind: kind, Detail: detail, Offset: r.base + int64(pos), Func: -1}
	}
	r.pos = len(r.b)
}

// failure returns the first error, or nil.
func (r *reader) failure() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

// endKind returns what running out of bytes is called.
func (r *reader) endKind() Kind {
	if r.inner {
		return UnexpectedEndOfSection
	}
	return UnexpectedEnd
}

// left returns the number of bytes to come.
func (r *reader) left() int { return len(r.b) - r.pos }

func (r *reader) byte() byte {
	if r.pos >= len(r.b) {
		r.fail(r.endKind(), len(r.b), "have nothing, want one more byte")
		return 0
	}
	r.pos++
	return r.b[r.pos-1]
}

// bytes returns the next n bytes, which alias the input.
func (r *reader) bytes(n int64) []byte {
	if n > int64(r.left()) {
		r.fail(r.endKind(), len(r.b), "have %d bytes, want %d", r.left(), n)
		return nil
	}
	start := r.pos
	r.pos += int(n)
	return r.b[start:r.pos:r.pos]
}

// length reads the length of something that must lie within b.
func (r *reader) length(what string) int64 {
	start := r.pos
	n := r.u32()
	if int64(n) > int64(r.left()) {
		r.fail(LengthOutOfBounds, start, "%s of %d bytes, with %d to come", what, n, r.left())
		return 0
	}
	return int64(n)
}

// count reads the number of elements of a vector, and refuses more than most. As long as each element takes at least one byte, what a caller
// allocates for room(count, 1) elements is in proportion to the input.
func (r *reader) count(most int, what string) int {
	start := r.pos
	n := r.u32()
	if int64(n) > int64(most) {
		r.fail(LimitExceeded, start, "%d %s, at most %d are supported", n, what, most)
		return 0
	}
	return int(n)
}

// room returns the capacity to start a vector of n elements with, of which each takes at least size bytes: no more than the section
// has bytes for.
func (r *reader) room(n, size int) int {
	end := len(r.b)
	if r.soft > 0 {
		end = r.soft
	}
	return min(n, max(0, end-r.pos)/size+1)
}

// name reads a name (spec 5.2.4).
func (r *reader) name(what string) string {
	start := r.pos
	n := r.length(what)
	if n > MaxNameLength {
		r.fail(LimitExceeded, start, "%s of %d bytes, at most %d are supported", what, n, MaxNameLength)
		return ""
	}
	at := r.pos
	b := r.bytes(n)
	if !utf8.Valid(b) {
		r.fail(MalformedUTF8, at, "%s %q", what, b)
		return ""
	}
	return string(b)
}
