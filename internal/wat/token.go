package wat

// tokenKind is a kind of token (spec 6.3.1).
type tokenKind uint8

const (
	tokenEOF tokenKind = iota
	tokenLeft
	tokenRight
	tokenKeyword    // a word that starts with a small letter, known or not
	tokenInt        // an integer, its sign included
	tokenFloat      // a number that is not an integer: with a point, an exponent, inf, nan
	tokenString     // in its quotes
	tokenID         // $name or $"name"
	tokenAnnotation // the start of an annotation that has a meaning to us, such as (@name
	tokenReserved   // what runs together without being any of these
)

func (k tokenKind) String() string {
	return [...]string{"the end", `"("`, `")"`, "a keyword", "an integer", "a number", "a string", "an identifier",
		"an annotation", "a reserved word"}[k]
}

// token is a token, as the range of the source it comes from.
type token struct {
	kind       tokenKind
	start, end int
}

// Classes of bytes.
const (
	classID       = 1 << iota // may be in an identifier, and so in any word (idchar)
	classReserved             // may be in a reserved word, too
	classDigit
	classHex
	classLower
	classNesting // what decides which parentheses match
)

// classes has the classes of each byte. Bytes above 0x7f belong to none.
var classes = func() (t [256]uint8) {
	for c := '!'; c <= '~'; c++ {
		switch c {
		case '"', '(', ')':
		case ',', ';', '[', ']', '{', '}':
			t[c] = classReserved
		default:
			t[c] = classID | classReserved
		}
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c] |= classLower
	}
	for c := '0'; c <= '9'; c++ {
		t[c] |= classDigit | classHex
	}
	for c := 'a'; c <= 'f'; c++ {
		t[c] |= classHex
		t[c-'a'+'A'] |= classHex
	}
	for _, c := range `();"` {
		t[c] |= classNesting
	}
	return t
}()

// numberKind returns what kind of number a word is: tokenInt, tokenFloat or tokenReserved if it is none (spec 6.3.2).
func numberKind(s []byte) tokenKind {
	if s[0] == '+' || s[0] == '-' {
		s = s[1:]
	}
	switch string(s) {
	case "":
		return tokenReserved
	case "inf", "nan":
		return tokenFloat
	}
	if rest, ok := cutPrefix(s, "nan:0x"); ok {
		if digits(rest, classHex) == len(rest) {
			return tokenFloat
		}
		return tokenReserved
	}
	return finiteKind(s)
}

// finiteKind returns what kind of number a word without a sign is that does not mean infinity or a NaN.
func finiteKind(s []byte) tokenKind {
	class, exponent := uint8(classDigit), byte('e')
	if rest, ok := cutPrefix(s, "0x"); ok {
		s, class, exponent = rest, classHex, 'p'
	}
	n := digits(s, class)
	if n == 0 {
		return tokenReserved
	}
	if n == len(s) {
		return tokenInt
	}
	s = s[n:]
	if s[0] == '.' {
		s = s[1:]
		s = s[digits(s, class):]
	}
	if len(s) > 0 && s[0]|0x20 == exponent {
		s = s[1:]
		if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if n = digits(s, classDigit); n == 0 {
			return tokenReserved
		}
		s = s[n:]
	}
	if len(s) > 0 {
		return tokenReserved
	}
	return tokenFloat
}

// digits returns how many bytes at the start of s are digits, with single underscores between them.
func digits(s []byte, class uint8) int {
	n := 0
	for n < len(s) {
		switch {
		case classes[s[n]]&class != 0:
			n++
		case s[n] == '_' && n > 0 && n+1 < len(s) && classes[s[n+1]]&class != 0:
			n += 2
		default:
			return n
		}
	}
	return n
}

// cutPrefix returns s without a prefix, and whether it has more than that.
func cutPrefix(s []byte, prefix string) (rest []byte, ok bool) {
	if len(s) > len(prefix) && string(s[:len(prefix)]) == prefix {
		return s[len(prefix):], true
	}
	return s, false
}
