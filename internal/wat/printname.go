package wat

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// ids are the identifiers of an index space.
type ids struct {
	text  []string // by index, with the dollar; "" for those without
	names wasm.NameMap
	taken map[string]bool
}

// makeIDs chooses the identifiers of the module's index spaces.
func (p *printer) makeIDs() {
	m, n := p.m, p.names
	for _, s := range []struct {
		imm   op.Imm
		names wasm.NameMap
		count int
	}{
		{op.ImmType, n.Types, len(m.Types)},
		{op.ImmFunc, n.Funcs, m.ImportedFuncs + len(m.Funcs)},
		{op.ImmTable, n.Tables, m.ImportedTables + len(m.Tables)},
		{op.ImmMem, n.Memories, m.ImportedMems + len(m.Mems)},
		{op.ImmGlobal, n.Globals, m.ImportedGlobals + len(m.Globals)},
		{op.ImmTag, n.Tags, m.ImportedTags + len(m.Tags)},
		{op.ImmElem, n.Elems, len(m.Elems)},
		{op.ImmData, n.Data, len(m.Data)},
	} {
		p.ids[s.imm].reset(s.names, s.count)
	}
	p.field = map[uint32]ids{}
	for t, names := range n.Fields {
		if int(t) < len(m.Types) {
			var f ids
			f.reset(names, len(m.Types[t].Fields))
			p.field[t] = f
		}
	}
}

// reset makes s the identifiers of a space of n indices with the given names.
func (s *ids) reset(names wasm.NameMap, n int) {
	s.names, s.text = names, s.text[:0]
	if len(names) == 0 {
		return
	}
	clear(s.taken)
	for i := range n {
		name, ok := names[uint32(i)]
		s.add(name, ok)
	}
}

// add gives the next index a name as its identifier, if that can be one and is not taken.
func (s *ids) add(name string, ok bool) {
	if !ok || name == "" || s.taken[name] {
		s.text = append(s.text, "")
		return
	}
	if s.taken == nil {
		s.taken = map[string]bool{}
	}
	s.taken[name] = true
	s.text = append(s.text, string(appendID(nil, name)))
}

// named reports whether an index has a name, be it an identifier or not.
func (s *ids) named(index uint32) bool {
	if len(s.names) == 0 {
		return false
	}
	_, ok := s.names[index]
	return ok
}

// append appends what refers to an index: the identifier, or the number.
func (s *ids) append(b []byte, index uint32) []byte {
	if int(index) < len(s.text) && s.text[index] != "" {
		return append(b, s.text[index]...)
	}
	return strconv.AppendUint(b, uint64(index), 10)
}

// appendBinding appends what stands behind the keyword of a definition: the identifier, or the index in a comment, and the name if it
// is not the identifier.
func (s *ids) appendBinding(b []byte, index uint32) []byte {
	if int(index) < len(s.text) && s.text[index] != "" {
		return append(append(b, ' '), s.text[index]...)
	}
	b = fmt.Appendf(b, " (;%d;)", index)
	if name, ok := s.names[index]; ok && int(index) < len(s.text) {
		b = appendQuoted(append(b, " (@name "...), name)
		b = append(b, ')')
	}
	return b
}

// appendID appends the identifier for a name, in quotes if it needs them.
func appendID(b []byte, name string) []byte {
	for i := range len(name) {
		if classes[name[i]]&classID == 0 {
			return appendQuoted(append(b, '$'), name)
		}
	}
	return append(append(b, '$'), name...)
}

// appendQuoted appends a string that is valid UTF-8, in quotes.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r < ' ' || r == 0x7f || r >= utf8.RuneSelf && !strconv.IsPrint(r):
			b = fmt.Appendf(b, `\u{%x}`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// appendBytes appends any bytes, in quotes.
func appendBytes(b, s []byte) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ' && c < 0x7f:
			b = append(b, c)
		default:
			b = append(b, '\\', hex[c>>4], hex[c&15])
		}
	}
	return append(b, '"')
}
