package wat

import (
	"unicode/utf8"

	"github.com/weft-wasm/weft/internal/wasm"
)

// lexer turns source text into tokens. It has no state but its position, so that a part of the text can be skipped at first and
// be read again later.
type lexer struct {
	src []byte
	pos int
	err *lexError // the first error; from then on, there is no token but tokenEOF

	inAnnotation bool // "(@" is but a parenthesis and a reserved word
}

// lexError is what is wrong at an offset of the source.
type lexError struct {
	kind   wasm.Kind
	detail string
	offset int
}

// The annotations that mean something to us. All others are as good as comments (spec 6.3.5).
const (
	annotName   = "name"
	annotCustom = "custom"
	annotHint   = "metadata.code.branch_hint"
)

// fail records an error, if it is the first, and returns the token that there is from then on.
func (l *lexer) fail(kind wasm.Kind, offset int, detail string) token {
	if l.err == nil {
		l.err = &lexError{kind, detail, offset}
	}
	l.pos = len(l.src)
	return token{tokenEOF, l.pos, l.pos}
}

// next returns the next token. Space, comments and annotations without a meaning to us are left out.
func (l *lexer) next() token {
	for l.pos < len(l.src) {
		start := l.pos
		c := l.src[start]
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			l.pos++
		case c == '(':
			if t, ok := l.left(); ok {
				return t
			}
		case c == ')':
			l.pos++
			return token{tokenRight, start, l.pos}
		case c == ';' && l.at(start+1) == ';':
			l.lineComment()
		case classes[c]&(classReserved) != 0 || c == '"':
			return l.word()
		case c < utf8.RuneSelf:
			return l.fail(wasm.IllegalCharacter, start, quoteRune(rune(c)))
		default:
			r, _ := utf8.DecodeRune(l.src[start:])
			return l.fail(wasm.IllegalCharacter, start, quoteRune(r))
		}
	}
	return token{tokenEOF, len(l.src), len(l.src)}
}

// at returns the byte at a position, or 0 beyond the end.
func (l *lexer) at(pos int) byte {
	if pos < len(l.src) {
		return l.src[pos]
	}
	return 0
}

// left reads what an opening parenthesis starts. If that is a comment, or an annotation to leave out, ok is false.
func (l *lexer) left() (t token, ok bool) {
	start := l.pos
	switch c := l.at(start + 1); {
	case c == ';':
		l.blockComment()
		return token{}, false
	case c == '@' && !l.inAnnotation:
		return l.annotation()
	}
	l.pos++
	return token{tokenLeft, start, l.pos}, true
}

// skipNested goes beyond the closing parenthesis that has no opening one from here on. It looks at no more than it takes to find it,
// and reports whether it has.
func (l *lexer) skipNested() bool {
	for depth := 1; l.pos < len(l.src) && l.err == nil; {
		switch c := l.src[l.pos]; {
		case classes[c]&classNesting == 0:
			l.pos++
		case c == '(' && l.at(l.pos+1) == ';':
			l.blockComment()
		case c == '(':
			l.pos++
			depth++
		case c == ')':
			l.pos++
			if depth--; depth == 0 {
				return true
			}
		case c == '"':
			l.str()
		case l.at(l.pos+1) == ';':
			l.lineComment()
		default:
			l.pos++
		}
	}
	return false
}

func (l *lexer) lineComment() {
	for l.pos < len(l.src) && l.src[l.pos] != '\n' && l.src[l.pos] != '\r' {
		l.pos++
	}
}

// blockComment skips a block comment. They nest.
func (l *lexer) blockComment() {
	start, depth := l.pos, 0
	for ; l.pos+1 < len(l.src); l.pos++ {
		switch {
		case l.src[l.pos] == '(' && l.src[l.pos+1] == ';':
			depth++
			l.pos++
		case l.src[l.pos] == ';' && l.src[l.pos+1] == ')':
			depth--
			l.pos++
			if depth == 0 {
				l.pos++
				return
			}
		}
	}
	l.fail(wasm.UnclosedComment, start, "")
}

// annotation reads the start of an annotation that we know, or skips one that we do not.
func (l *lexer) annotation() (t token, ok bool) {
	start := l.pos
	l.pos += 2
	var id string
	if l.at(l.pos) == '"' {
		name := l.pos
		if !l.str() {
			l.err.kind = wasm.EmptyAnnotation
			return token{tokenEOF, l.pos, l.pos}, true
		}
		b, _ := unquote(nil, l.src[name:l.pos])
		if !utf8.Valid(b) {
			return l.fail(wasm.MalformedUTF8, name, "in the name of an annotation"), true
		}
		id = string(b)
	} else {
		name := l.pos
		for classes[l.at(l.pos)]&classID != 0 {
			l.pos++
		}
		id = string(l.src[name:l.pos])
	}
	switch id {
	case "":
		return l.fail(wasm.EmptyAnnotation, start, ""), true
	case annotName, annotCustom, annotHint:
		return token{tokenAnnotation, start, l.pos}, true
	}
	return l.skipAnnotation(start)
}

// skipAnnotation skips the rest of an annotation, which may hold any tokens whose parentheses match.
func (l *lexer) skipAnnotation(start int) (t token, ok bool) {
	l.inAnnotation = true
	defer func() { l.inAnnotation = false }()
	for depth := 1; depth > 0; {
		switch l.next().kind {
		case tokenEOF:
			return l.fail(wasm.UnclosedAnnotation, start, ""), true
		case tokenLeft:
			depth++
		case tokenRight:
			depth--
		}
	}
	return token{}, false
}

// word reads what is neither space nor a parenthesis: a maximal run of word characters, punctuation and strings. It is one
// token; to be something else than reserved, it must be all word characters or one string.
func (l *lexer) word() token {
	start := l.pos
	switch c := l.src[start]; {
	case c == '"':
		if !l.str() {
			return token{tokenEOF, l.pos, l.pos}
		}
		if l.boundary() {
			return token{tokenString, start, l.pos}
		}
	case c == '$' && l.at(start+1) == '"':
		return l.quotedID()
	default:
		for classes[l.at(l.pos)]&classID != 0 {
			l.pos++
		}
		if l.boundary() && l.pos > start {
			return l.classify(token{tokenReserved, start, l.pos})
		}
	}
	return l.reserved(start)
}

// classify finds out what a run of word characters is.
func (l *lexer) classify(t token) token {
	s := l.src[t.start:t.end]
	switch c := s[0]; {
	case c == '$':
		if len(s) == 1 && !l.inAnnotation {
			hint := ""
			if l.at(t.end) >= utf8.RuneSelf {
				hint = `other than ASCII letters need quotes, as in $"é"`
			}
			return l.fail(wasm.EmptyIdentifier, t.start, hint)
		}
		t.kind = tokenID
	case classes[c]&classLower != 0:
		t.kind = tokenKeyword
		if (c == 'i' || c == 'n') && numberKind(s) == tokenFloat {
			t.kind = tokenFloat
		}
	case classes[c]&classDigit != 0 || c == '+' || c == '-':
		t.kind = numberKind(s)
	}
	return t
}

// quotedID reads an identifier in quotes. Whatever is wrong with the quoted part, the suite calls an empty identifier.
func (l *lexer) quotedID() token {
	start := l.pos
	l.pos++
	if !l.str() {
		l.err.kind = wasm.EmptyIdentifier
		return token{tokenEOF, l.pos, l.pos}
	}
	if !l.boundary() {
		return l.reserved(start)
	}
	name, _ := unquote(nil, l.src[start+1:l.pos])
	switch {
	case len(name) == 0:
		return l.fail(wasm.EmptyIdentifier, start, "")
	case !utf8.Valid(name):
		return l.fail(wasm.MalformedUTF8, start, "in an identifier")
	}
	return token{tokenID, start, l.pos}
}

// reserved reads the rest of a reserved word.
func (l *lexer) reserved(start int) token {
	for !l.boundary() {
		if l.src[l.pos] != '"' {
			l.pos++
		} else if !l.str() {
			return token{tokenEOF, l.pos, l.pos}
		}
	}
	return token{tokenReserved, start, l.pos}
}

// boundary reports whether a token may end here.
func (l *lexer) boundary() bool {
	c := l.at(l.pos)
	return c != '"' && (classes[c]&classReserved == 0 || c == ';' && l.at(l.pos+1) == ';')
}

// quoteRune quotes a character for an error message.
func quoteRune(r rune) string {
	if r < ' ' || r == 0x7f {
		return "U+00" + string("0123456789ABCDEF"[r>>4]) + string("0123456789ABCDEF"[r&15])
	}
	return `"` + string(r) + `"`
}
