package wat

import (
	"unicode/utf8"

	"github.com/weft-wasm/weft/internal/wasm"
)

// atAnnotation reports whether the current token starts an annotation with a certain name.
func (p *parser) atAnnotation(id string) bool {
	if p.tok.kind != tokenAnnotation {
		return false
	}
	s := p.text(p.tok)[len("(@"):]
	if s[0] == '"' {
		b, _ := unquote(nil, s)
		return string(b) == id
	}
	return string(s) == id
}

// misplaced fails because an annotation is where it must not be.
func (p *parser) misplaced(t token) {
	switch {
	case p.atAnnotation(annotCustom):
		p.failAt(t, wasm.MisplacedCustom, "")
	case p.atAnnotation(annotName):
		p.failAt(t, wasm.MisplacedName, "")
	default:
		p.failAt(t, wasm.MisplacedHint, "")
	}
}

// nameAnnotation reads (@name "...") if it comes next. A second one fails with the kind that is given.
func (p *parser) nameAnnotation(multiple wasm.Kind) (name string, ok bool) {
	for p.atAnnotation(annotName) {
		t := p.tok
		p.advance()
		if p.tok.kind != tokenString {
			p.failAt(p.tok, wasm.NameUnexpectedToken, "%s, want a string", p.show(p.tok))
			return "", false
		}
		b, s := p.bytes()
		if !utf8.Valid(b) {
			p.failAt(s, wasm.NameUTF8, "%s", p.show(s))
		}
		if ok {
			p.failAt(t, multiple, "%s", p.show(s))
		}
		name, ok = string(b), true
		p.close()
	}
	return name, ok
}

// sections has the keywords of sections and their ids, in the order that sections have in a module.
var sections = []struct {
	word string
	id   byte
}{
	{"type", 1}, {"import", 2}, {"func", 3}, {"table", 4}, {"memory", 5}, {"tag", 13}, {"global", 6}, {"export", 7},
	{"start", 8}, {"elem", 9}, {"datacount", 12}, {"code", 10}, {"data", 11},
}

// rankOf returns how many sections there may be up to one with the given id. That of 0 is 0.
func rankOf(id byte) int {
	for i, s := range sections {
		if s.id == id {
			return i + 1
		}
	}
	return 0
}

// afterLast stands behind all sections.
var afterLast = sections[len(sections)-1].id

// customAnnotation reads (@custom "name" (before|after section)? "bytes"*) (spec 7.4.2). Its first token is current.
func (p *parser) customAnnotation() wasm.Custom {
	p.advance()
	c := wasm.Custom{After: afterLast}
	if p.tok.kind != tokenString {
		p.failAt(p.tok, wasm.CustomMissingName, "have %s", p.show(p.tok))
		return c
	}
	b, t := p.bytes()
	if !utf8.Valid(b) {
		p.failAt(t, wasm.CustomUTF8, "%s", p.show(t))
	}
	c.Name = string(b)
	if p.tok.kind == tokenLeft {
		c.After = p.placement()
	}
	c.Bytes = p.strings(nil)
	if p.tok.kind != tokenRight {
		p.failAt(p.tok, wasm.CustomUnexpectedToken, "%s, want a string", p.show(p.tok))
	}
	p.advance()
	return c
}

// placement reads where a custom section goes, and returns the id of the section in front of it, 0 for none.
func (p *parser) placement() (after byte) {
	p.advance()
	before := p.atKeyword("before")
	if !before && !p.atKeyword("after") {
		p.failAt(p.tok, wasm.CustomPlacement, `%s, want "before" or "after"`, p.show(p.tok))
	}
	p.advance()
	after = p.sectionID(before)
	p.advance()
	p.close()
	return after
}

// sectionID returns the id of the section that the current token names, or of the one before it.
func (p *parser) sectionID(before bool) (id byte) {
	word := string(p.text(p.tok))
	switch {
	case p.tok.kind != tokenKeyword:
	case word == "first" && before:
		return 0
	case word == "last" && !before:
		return afterLast
	default:
		for _, s := range sections {
			if s.word == word && before {
				return id
			}
			if id = s.id; s.word == word {
				return id
			}
		}
	}
	p.failAt(p.tok, wasm.CustomSectionKind, "%s", p.show(p.tok))
	return 0
}
