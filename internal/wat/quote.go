package wat

import (
	"unicode/utf8"

	"github.com/weft-wasm/weft/internal/wasm"
)

// str skips a string (spec 6.3.3) and checks its escapes. It reports whether there was one.
func (l *lexer) str() bool {
	start := l.pos
	l.pos++
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == '"':
			l.pos++
			return true
		case c == '\\':
			n := escape(l.src[l.pos:])
			if n == 0 {
				l.fail(wasm.IllegalEscape, l.pos, "")
				return false
			}
			l.pos += n
		case c == '\n' || c == '\r':
			l.fail(wasm.UnclosedString, start, "")
			return false
		case c < ' ' || c == 0x7f:
			l.fail(wasm.IllegalCharacter, l.pos, quoteRune(rune(c))+" in a string")
			return false
		default:
			l.pos++
		}
	}
	l.fail(wasm.UnclosedString, start, "")
	return false
}

// escape returns the length of the escape sequence at the start of s, 0 if it is none.
func escape(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case 't', 'n', 'r', '"', '\'', '\\':
		return 2
	case 'u':
		_, n := codePoint(s)
		return n
	}
	if len(s) > 2 && classes[s[1]]&classes[s[2]]&classHex != 0 {
		return 3
	}
	return 0
}

// codePoint reads \u{...} and returns the character and the length of it all, 0 if there is none.
func codePoint(s []byte) (r rune, length int) {
	if len(s) < 3 || s[2] != '{' {
		return 0, 0
	}
	n := digits(s[3:], classHex)
	if n == 0 || len(s) <= 3+n || s[3+n] != '}' {
		return 0, 0
	}
	for _, c := range s[3 : 3+n] {
		if c == '_' {
			continue
		}
		r = r<<4 | rune(hexValue(c))
		if r > utf8.MaxRune {
			return 0, 0
		}
	}
	if !utf8.ValidRune(r) {
		return 0, 0
	}
	return r, 3 + n + 1
}

// hexValue returns the value of a hexadecimal digit.
func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// unquote appends what a string that the lexer has accepted stands for. utf8OK tells whether that is valid UTF-8.
func unquote(dst []byte, quoted []byte) (b []byte, utf8OK bool) {
	s := quoted[1 : len(quoted)-1]
	from := len(dst)
	for i := 0; i < len(s); {
		c := s[i]
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		n := 2
		switch c := s[i+1]; c {
		case 't':
			dst = append(dst, '\t')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case '"', '\'', '\\':
			dst = append(dst, c)
		case 'u':
			var r rune
			r, n = codePoint(s[i:])
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, hexValue(c)<<4|hexValue(s[i+2]))
			n = 3
		}
		i += n
	}
	return dst, utf8.Valid(dst[from:])
}
