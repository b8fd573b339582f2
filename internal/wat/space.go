package wat

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// space is an index space: the identifiers bound in it, and how many indices there are.
type space struct {
	kinds *spaceKinds
	ids   map[string]uint32
	n     uint32
	names wasm.NameMap // for the name section; nil if there are none
}

// spaceKinds are the errors about an index space.
type spaceKinds struct {
	unknown, duplicate wasm.Kind
}

// kindsOf has the errors of each index space. A space goes by the immediate that refers to it.
var kindsOf = map[op.Imm]*spaceKinds{
	op.ImmType:   {wasm.UnknownType, wasm.DuplicateType},
	op.ImmFunc:   {wasm.UnknownFunc, wasm.DuplicateFunc},
	op.ImmTable:  {wasm.UnknownTable, wasm.DuplicateTable},
	op.ImmMem:    {wasm.UnknownMemory, wasm.DuplicateMemory},
	op.ImmGlobal: {wasm.UnknownGlobal, wasm.DuplicateGlobal},
	op.ImmTag:    {wasm.UnknownTag, wasm.DuplicateTag},
	op.ImmElem:   {wasm.UnknownElem, wasm.DuplicateElem},
	op.ImmData:   {wasm.UnknownData, wasm.DuplicateData},
	op.ImmLocal:  {wasm.UnknownLocal, wasm.DuplicateLocal},
	op.ImmField:  {wasm.UnknownField, wasm.DuplicateField},
}

// newSpace returns an empty index space.
func newSpace(imm op.Imm) space {
	return space{kinds: kindsOf[imm], ids: map[string]uint32{}}
}

// reset empties the space.
func (s *space) reset() {
	clear(s.ids)
	s.n, s.names = 0, nil
}

// bind gives the next index of a space to the identifier and the name annotation that come next, if any.
func (p *parser) bind(s *space) {
	index := s.n
	s.n++
	if p.tok.kind == tokenID {
		b := p.idText(p.tok)
		if _, taken := s.ids[string(b)]; taken {
			p.failAt(p.tok, s.kinds.duplicate, "%s", p.show(p.tok))
			return
		}
		name := string(b)
		s.ids[name] = index
		s.rename(index, name)
		p.advance()
	}
	if name, ok := p.nameAnnotation(wasm.NameMultiple); ok {
		s.rename(index, name)
	}
}

// rename gives a name to an index.
func (s *space) rename(index uint32, name string) {
	if s.names == nil {
		s.names = wasm.NameMap{}
	}
	s.names[index] = name
}

// bound goes beyond the identifier and the name annotation that an earlier pass has bound.
func (p *parser) bound() {
	if p.tok.kind == tokenID {
		p.advance()
	}
	p.nameAnnotation(wasm.NameMultiple)
}

// atIndex reports whether the current token may be an index.
func (p *parser) atIndex() bool { return p.tok.kind == tokenInt || p.tok.kind == tokenID }

// index reads an index of a space: a number, which may be out of bounds, or an identifier, which must be known.
func (p *parser) index(s *space) uint32 {
	switch p.tok.kind {
	case tokenInt:
		return p.u32()
	case tokenID:
		i, known := s.ids[string(p.idText(p.tok))]
		if !known {
			p.failAt(p.tok, s.kinds.unknown, "%s%s", p.show(p.tok), p.suggestID(s))
			return 0
		}
		p.advance()
		return i
	}
	p.unexpected("an index")
	return 0
}
