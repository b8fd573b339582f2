package wat

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/weft-wasm/weft/internal/wasm"
)

// Error says what is wrong with a text, and where. Parse and ParseScript return no other type of error.
type Error struct {
	Kind   wasm.Kind // what is wrong, in the words of the specification's test suite
	Detail string    // the particulars: what was there, then what should have been
	File   string    // the name given to Parse
	Line   int       // counted from 1
	Col    int       // counted from 1, in characters
	source string    // the line, or the part of a long one around the place
	caret  int       // where in source the place is, in characters
}

// Error returns a text like
//
//	weft: fib.wat:3:14: unknown operator "i32.ad" (did you mean "i32.add"?)
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "weft: %s:%d:%d: %s", e.File, e.Line, e.Col, e.Kind)
	switch {
	case strings.HasPrefix(e.Detail, `"`):
		b.WriteString(" " + e.Detail)
	case e.Detail != "":
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Snippet returns two lines: the offending line of the text, or the part of it around the place, and a caret below the place.
func (e *Error) Snippet() string {
	return e.source + "\n" + strings.Repeat(" ", e.caret) + "^"
}

// snippetBytes is how much of a line an error keeps to either side of the place.
const snippetBytes = 60

// locate fills in where an offset of src is.
func (e *Error) locate(src []byte, offset int) {
	start, end := lineAround(src, offset)
	e.Line = 1 + bytes.Count(src[:start], []byte{'\n'})
	e.Col = 1 + utf8.RuneCount(src[start:offset])

	from, to := max(start, offset-snippetBytes), min(end, offset+snippetBytes)
	for from > start && from < offset && !utf8.RuneStart(src[from]) {
		from++
	}
	for to < end && to > offset && !utf8.RuneStart(src[to]) {
		to--
	}
	e.source = strings.Map(blankControls, string(src[from:to]))
	e.caret = utf8.RuneCount(src[from:offset])
}

// blankControls turns tabs and other control characters to spaces, so that a caret in the next line lies below its place.
func blankControls(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

// lineAround returns the bounds of the line that an offset of src is in, without its end.
func lineAround(src []byte, offset int) (start, end int) {
	start = 1 + bytes.LastIndexByte(src[:offset], '\n')
	if n := bytes.IndexByte(src[offset:], '\n'); n >= 0 {
		return start, offset + n
	}
	return start, len(src)
}
