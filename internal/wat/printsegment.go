package wat

import (
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// exprIn prints an expression in parentheses with a keyword.
func (p *printer) exprIn(word string, x wasm.Expr) {
	p.str(" (" + word)
	p.expr(x)
	p.str(")")
}

// elem prints an element segment.
func (p *printer) elem(i int) {
	e := &p.m.Elems[i]
	p.define("elem", op.ImmElem, i)
	switch e.Mode {
	case wasm.ModeDeclarative:
		p.str(" declare")
	case wasm.ModeActive:
		if e.Table != 0 {
			p.b = append(p.ids[op.ImmTable].append(append(p.b, " (table "...), e.Table), ')')
		}
		p.exprIn("offset", e.Offset)
	}
	if e.IsExprs {
		p.b = p.appendValType(append(p.b, ' '), e.Type)
		for _, x := range e.Exprs {
			p.breakLine()
			p.exprIn("item", x)
		}
	} else {
		p.str(" func")
		for _, f := range e.Funcs {
			p.breakLine()
			p.b = p.ids[op.ImmFunc].append(append(p.b, ' '), f)
		}
	}
	p.str(")")
}

// lineBytes is about how long lines get in lists of elements, and how many bytes of data there are in a line.
const lineBytes = 100

// breakLine begins a new line if the current one is long.
func (p *printer) breakLine() {
	if n := len(p.b); n >= lineBytes && slices.Index(p.b[n-lineBytes:], '\n') < 0 {
		p.line(2)
	}
}

// data prints a data segment.
func (p *printer) data(i int) {
	d := &p.m.Data[i]
	p.define("data", op.ImmData, i)
	if d.Mode == wasm.ModeActive {
		if d.Mem != 0 {
			p.b = append(p.ids[op.ImmMem].append(append(p.b, " (memory "...), d.Mem), ')')
		}
		p.exprIn("offset", d.Offset)
	}
	p.bytes(d.Bytes)
	p.str(")")
}

// bytes prints bytes as strings, with a line for each if they need several.
func (p *printer) bytes(s []byte) {
	if len(s) <= lineBytes {
		p.b = appendBytes(append(p.b, ' '), s)
		return
	}
	for part := range slices.Chunk(s, lineBytes) {
		p.line(2)
		p.b = appendBytes(p.b, part)
	}
}

// readCustoms reads the custom sections that the text format has its own way to express, and leaves the others to be printed as they are.
func (p *printer) readCustoms() {
	names, err := wasm.DecodeNames(p.m)
	nameOK := err == nil
	if nameOK {
		p.names = names
	}
	hintOK := p.readHints()
	seen := map[string]bool{}
	for _, c := range p.m.Customs {
		switch {
		case seen[c.Name]:
			p.raw = append(p.raw, c)
		case c.Name == wasm.NameSection && nameOK, c.Name == wasm.BranchHintSection && hintOK:
			seen[c.Name] = true
		default:
			p.raw = append(p.raw, c)
		}
	}
}

// readHints reads the branch hints, and reports whether each is about a branch, so that annotations can express it.
func (p *printer) readHints() bool {
	list, err := wasm.DecodeBranchHints(p.m)
	if err != nil || p.m.Custom(wasm.BranchHintSection) == nil {
		return false
	}
	hints := map[uint32]map[uint32]bool{}
	for _, f := range list {
		i := int64(f.Func) - int64(p.m.ImportedFuncs)
		if i < 0 || i >= int64(len(p.m.Code)) || len(f.Hints) == 0 {
			return false
		}
		byOffset := map[uint32]bool{}
		for _, h := range f.Hints {
			byOffset[h.Offset] = h.Likely
		}
		if branches(&p.m.Code[i], byOffset) != len(f.Hints) {
			return false
		}
		hints[f.Func] = byOffset
	}
	p.hints = hints
	return len(list) > 0
}

// branches returns how many of the given offsets are those of a br_if or an if.
func branches(code *wasm.Code, offsets map[uint32]bool) (n int) {
	r := wasm.NewInstrReader(code.Body, code.Offset)
	var in wasm.Instr
	for {
		offset := code.LocalsSize() + uint32(r.Pos())
		if r.Next(&in) != nil {
			return n
		}
		if _, ok := offsets[offset]; ok && (in.Op == op.If || in.Op == op.BrIf) {
			n++
		}
	}
}

// customs prints the custom sections as annotations.
func (p *printer) customs() {
	for _, c := range p.raw {
		p.line(1)
		p.b = appendQuoted(append(p.b, "(@custom "...), c.Name)
		switch {
		case rankOf(c.After) == 0:
			p.str(" (before first)")
		case c.After != afterLast:
			p.str(" (after " + sections[rankOf(c.After)-1].word + ")")
		}
		p.bytes(c.Bytes)
		p.str(")")
	}
}
