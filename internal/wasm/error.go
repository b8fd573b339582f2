package wasm

import (
	"fmt"
	"strings"
)

// Kind classifies an error by the phrase that the specification and its test suite use for it, such as "unexpected end".
// The same phrases serve the binary format, the text format and validation.
type Kind string

// Error says what is wrong with a module, and where. Decoding and validation return no other type of error, save those of a reader.
type Error struct {
	Kind   Kind   // what is wrong, in the words of the specification
	Detail string // the particulars: what was there, then what should have been
	Offset int64  // where in the binary module, in bytes; -1 if nowhere in particular
	Func   int    // the index of the function it is in; -1 if in none
	Name   string // the function's name, if the module names it
	Instr  string // the instruction it is about, or ""
}

// Error returns a text like
//
//	weft: function 12 (fib) at 0x1f3: i32.add: type mismatch: have f64, want i32
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("weft: ")
	switch {
	case e.Func >= 0 && e.Name != "":
		fmt.Fprintf(&b, "function %d (%s) ", e.Func, PlainName(e.Name))
	case e.Func >= 0:
		fmt.Fprintf(&b, "function %d ", e.Func)
	case e.Offset >= 0:
		b.WriteString("module ")
	}
	if e.Offset >= 0 {
		fmt.Fprintf(&b, "at 0x%x: ", e.Offset)
	} else if e.Func >= 0 {
		b.WriteString(": ")
	}
	if e.Instr != "" {
		b.WriteString(e.Instr + ": ")
	}
	b.WriteString(string(e.Kind))
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Errorf returns an Error at an offset of the module, outside any function.
func Errorf(kind Kind, offset int64, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...), Offset: offset, Func: -1}
}
