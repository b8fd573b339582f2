package wat

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/weft-wasm/weft/internal/wasm"
)

// maxDepth bounds how deep parentheses nest where that makes the parser call itself. Blocks written without parentheses
// may nest deeper.
const maxDepth = 10_000

// parser walks over the tokens of a source. After an error there is nothing but tokenEOF, so that everything under way comes to
// its end; loops therefore end at tokenEOF, and what they have read by then is of no use.
type parser struct {
	lexer
	file    string
	tok     token // the current token
	ahead   token // the one after it, if looked
	looked  bool
	depth   int    // of the nesting that maxDepth bounds
	scratch []byte // for strings and identifiers
}

// newParser returns a parser that stands at the first token of src.
func newParser(file string, src []byte) *parser {
	p := &parser{lexer: lexer{src: src}, file: file}
	if !utf8.Valid(src) {
		p.fail(wasm.MalformedUTF8, invalidUTF8(src), "in the source text")
	}
	p.advance()
	return p
}

// invalidUTF8 returns the offset of the first byte that is not part of a character.
func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// advance goes on to the next token.
func (p *parser) advance() {
	if p.looked {
		p.tok, p.looked = p.ahead, false
		return
	}
	p.tok = p.next()
}

// peek returns the token after the current one.
func (p *parser) peek() token {
	if !p.looked {
		p.ahead, p.looked = p.next(), true
	}
	return p.ahead
}

// seek goes to the token at an offset of the source.
func (p *parser) seek(offset int) {
	if p.err == nil {
		p.pos, p.looked = offset, false
		p.advance()
	}
}

// failAt records an error at a token.
func (p *parser) failAt(t token, kind wasm.Kind, format string, args ...any) {
	if p.err == nil {
		p.fail(kind, t.start, fmt.Sprintf(format, args...))
	}
	p.tok, p.looked = token{tokenEOF, len(p.src), len(p.src)}, false
}

// failed returns the error there was, with its place, or nil.
func (p *parser) failed() error {
	if p.err == nil {
		return nil
	}
	e := &Error{Kind: p.err.kind, Detail: p.err.detail, File: p.file}
	e.locate(p.src, p.err.offset)
	return e
}

// text returns what a token looks like in the source.
func (p *parser) text(t token) []byte { return p.src[t.start:t.end] }

// show quotes a token for an error message.
func (p *parser) show(t token) string {
	s := p.text(t)
	if t.kind == tokenEOF {
		return "the end of the text"
	}
	if len(s) > 40 {
		s = append(bytes.ToValidUTF8(s[:40:40], nil), "..."...)
	}
	if t.kind == tokenString {
		return string(s)
	}
	return strconv.Quote(string(s))
}

// wantInstr is what unexpected is told where an instruction should be.
const wantInstr = "an instruction"

// unexpectedAt fails because a token, which may be behind already, is not what the grammar wants.
func (p *parser) unexpectedAt(t token, want string) {
	p.tok = t
	p.unexpected(want)
}

// unexpected fails because the current token is not what the grammar wants.
func (p *parser) unexpected(want string) {
	t := p.tok
	switch {
	case t.kind == tokenAnnotation:
		p.misplaced(t)
	case t.kind == tokenReserved && bytes.IndexByte(p.text(t), '"') >= 0:
		p.failAt(t, wasm.UnknownOperator, "%s (strings need space around them)", p.show(t))
	case t.kind == tokenReserved:
		p.failAt(t, wasm.UnknownOperator, "%s, want %s", p.show(t), want)
	case t.kind == tokenKeyword && !isKeyword(p.text(t)):
		hint := p.suggest(t, want == wantInstr)
		if hint == "" {
			hint = ", want " + want
		}
		p.failAt(t, wasm.UnknownOperator, "%s%s", p.show(t), hint)
	case t.kind == tokenEOF:
		p.failAt(t, wasm.UnexpectedToken, "the end of the text, want %s", want)
	default:
		p.failAt(t, wasm.UnexpectedToken, "%s, want %s", p.show(t), want)
	}
}

// expect goes beyond the current token, which must be of a kind, and returns it.
func (p *parser) expect(k tokenKind) token {
	t := p.tok
	if t.kind != k {
		p.unexpected(k.String())
		return token{k, len(p.src), len(p.src)}
	}
	p.advance()
	return t
}

// atKeyword reports whether the current token is a certain keyword.
func (p *parser) atKeyword(word string) bool {
	return p.tok.kind == tokenKeyword && string(p.text(p.tok)) == word
}

// keyword goes beyond a certain keyword, if it is there.
func (p *parser) keyword(word string) bool {
	if p.atKeyword(word) {
		p.advance()
		return true
	}
	return false
}

// expectKeyword goes beyond a certain keyword.
func (p *parser) expectKeyword(word string) {
	if !p.keyword(word) {
		p.unexpected(strconv.Quote(word))
	}
}

// atOpen reports whether the current tokens are a parenthesis and a certain keyword.
func (p *parser) atOpen(word string) bool {
	if p.tok.kind != tokenLeft {
		return false
	}
	t := p.peek()
	return t.kind == tokenKeyword && string(p.text(t)) == word
}

// open goes beyond a parenthesis and a certain keyword, if they are there.
func (p *parser) open(word string) bool {
	if p.atOpen(word) {
		p.advance()
		p.advance()
		return true
	}
	return false
}

// close goes beyond a closing parenthesis.
func (p *parser) close() { p.expect(tokenRight) }

// more reports whether there is anything left before a closing parenthesis or the end.
func (p *parser) more() bool { return p.tok.kind != tokenRight && p.tok.kind != tokenEOF }

// skip goes beyond the closing parenthesis that matches one already read, at an offset of the source. What it skips need not be
// tokens, unless the text ends in it.
func (p *parser) skip(open int) {
	start := p.tok.start
	if p.err != nil {
		return
	}
	p.pos, p.looked = start, false
	if p.skipNested() {
		p.advance()
		return
	}
	p.err = nil
	for p.seek(start); p.tok.kind != tokenEOF; p.advance() { // it may not be the end that is wrong
	}
	line := 1 + bytes.Count(p.src[:open], []byte{'\n'})
	p.failAt(p.tok, wasm.UnexpectedToken, `the end of the text, want ")" for what begins in line %d`, line)
}

// skipOpen goes beyond what the current token opens.
func (p *parser) skipOpen() {
	start := p.tok.start
	p.advance()
	p.skip(start)
}

// enter counts a level of nesting, and fails if it is one too many. leave takes it back.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.failAt(p.tok, wasm.NestingTooDeep, "more than %d parentheses", maxDepth)
	}
}

func (p *parser) leave() { p.depth-- }

// bytes reads a string and returns its bytes, which are valid until the next string or identifier is read.
func (p *parser) bytes() (b []byte, t token) {
	t = p.expect(tokenString)
	if p.err != nil {
		return nil, t
	}
	p.scratch, _ = unquote(p.scratch[:0], p.text(t))
	return p.scratch, t
}

// utf8 reads a string that must be valid UTF-8.
func (p *parser) utf8() string {
	b, t := p.bytes()
	if !utf8.Valid(b) {
		p.failAt(t, wasm.MalformedUTF8, "%s", p.show(t))
		return ""
	}
	return string(b)
}

// strings reads any number of strings and appends the bytes of all.
func (p *parser) strings(dst []byte) []byte {
	for p.tok.kind == tokenString {
		dst, _ = unquote(dst, p.text(p.tok))
		p.advance()
	}
	return dst
}

// idText returns the name that an identifier stands for, without the dollar, valid as long as what bytes returns.
func (p *parser) idText(t token) []byte {
	s := p.text(t)[1:]
	if s[0] != '"' {
		return s
	}
	p.scratch, _ = unquote(p.scratch[:0], s)
	return p.scratch
}

// uint reads an unsigned integer of at most the given number of bits.
func (p *parser) uint(bits uint, outOfRange wasm.Kind) uint64 {
	t := p.tok
	if t.kind != tokenInt || classes[p.src[t.start]]&classDigit == 0 {
		p.unexpected("an unsigned integer")
		return 0
	}
	v, ok := parseInt(p.text(t), bits)
	if !ok {
		p.failAt(t, outOfRange, "%s, want a u%d", p.show(t), bits)
		return 0
	}
	p.advance()
	return v
}

// u32 reads an unsigned integer of 32 bits.
func (p *parser) u32() uint32 { return uint32(p.uint(32, wasm.I32OutOfRange)) }
