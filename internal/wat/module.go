package wat

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Parse parses one module in the text format (spec 6): a (module ...), or its fields without that, or one of the forms of scripts,
// (module binary ...) and (module quote ...). The name of the file is for error messages, which are of type *Error, save
// those about the contents of a binary module.
//
// Identifiers and @name annotations end up in a name section, branch hints in a section metadata.code.branch_hint; both
// are the module's only trace of them.
func Parse(file string, src []byte) (*wasm.Module, error) {
	p := newParser(file, src)
	if !p.atOpen("module") {
		m := p.module(tokenEOF)
		return m, p.failed()
	}
	p.advance()
	if next := string(p.text(p.peek())); next == "definition" || next == "instance" { // for scripts only
		p.advance()
		p.unexpected("a module field")
	}
	def := p.scriptModule()
	if def.Err != nil {
		return nil, def.Err
	}
	if p.tok.kind != tokenEOF {
		p.unexpected("the end of the text")
	}
	if err := p.failed(); err != nil {
		return nil, err
	}
	return def.Load()
}

// moduleParser parses the fields of one module, in three passes over the text, for everything may be referred to before it is
// defined: the first binds identifiers, the second reads types, the third reads everything else. Only the third looks into
// function bodies.
type moduleParser struct {
	*parser
	m       *wasm.Module
	spaces  [op.ImmZero + 1]space // by the immediate that refers to the space
	fields  []*space              // the fields of each type, nil if none has an identifier
	customs []wasm.Custom
	name    string // of the module
	locals  wasm.IndirectNameMap
	labels  wasm.IndirectNameMap
	hints   []wasm.BranchHints

	sig       signature
	fieldIDs  *space            // of the struct type being read
	funcTypes map[string]uint32 // the type indices that signatures stand for
	key       []byte            // scratch for keys of funcTypes
	usesData  bool              // an instruction refers to a data segment

	body body
}

// field is where the tokens of a module field are.
type field struct {
	start  int  // of its opening parenthesis
	isType bool // it is for the second pass
}

// module reads the name and the fields of a module up to a token of the given kind, which it leaves. After an error it returns nil.
func (p *parser) module(end tokenKind) *wasm.Module {
	mp := &moduleParser{parser: p, m: &wasm.Module{}, funcTypes: map[string]uint32{},
		locals: wasm.IndirectNameMap{}, labels: wasm.IndirectNameMap{}}
	for imm := range kindsOf {
		mp.spaces[imm] = newSpace(imm)
	}
	if end == tokenRight && p.tok.kind == tokenID {
		mp.name = string(p.idText(p.tok))
		p.advance()
	}
	if name, ok := p.nameAnnotation(wasm.NameMultipleModule); ok {
		mp.name = name
	}
	fields := mp.scan()
	if p.tok.kind != end {
		p.unexpected("a module field or " + end.String())
	}
	last := p.tok
	for _, f := range fields {
		if f.isType {
			p.seek(f.start)
			mp.rec()
		}
	}
	for _, f := range fields {
		if !f.isType {
			p.seek(f.start)
			mp.field()
		}
	}
	p.seek(last.start)
	if p.err != nil {
		return nil
	}
	mp.finish()
	return mp.m
}

// space returns the index space that an immediate refers to.
func (p *moduleParser) space(imm op.Imm) *space { return &p.spaces[imm] }

// fieldSpaces has the keywords of definitions and the index spaces that they add to.
var fieldSpaces = map[string]op.Imm{
	"type": op.ImmType, "func": op.ImmFunc, "table": op.ImmTable, "memory": op.ImmMem, "global": op.ImmGlobal,
	"tag": op.ImmTag, "elem": op.ImmElem, "data": op.ImmData,
}

// scan goes over the fields of the module and binds their identifiers. It returns where the fields are.
func (p *moduleParser) scan() (fields []field) {
	for p.tok.kind == tokenLeft || p.atAnnotation(annotCustom) {
		f := field{start: p.tok.start}
		if p.tok.kind == tokenAnnotation {
			p.advance()
			p.skip(f.start)
			fields = append(fields, f)
			continue
		}
		p.advance()
		word := string(p.text(p.tok))
		imm := fieldSpaces[word]
		switch {
		case p.tok.kind != tokenKeyword:
			p.unexpected("a module field")
		case word == "rec":
			f.isType = true
			p.scanRec()
		case word == "import":
			p.scanImport()
		case imm != 0:
			f.isType = imm == op.ImmType
			p.advance()
			p.bind(p.space(imm))
			p.scanSegments(imm)
		case word != "export" && word != "start":
			p.unexpected("a module field")
		}
		p.skip(f.start)
		fields = append(fields, f)
	}
	return fields
}

// scanRec binds the identifiers of the types in (rec ...).
func (p *moduleParser) scanRec() {
	p.advance()
	for p.more() {
		start := p.tok.start
		p.expect(tokenLeft)
		p.expectKeyword("type")
		p.bind(p.space(op.ImmType))
		p.skip(start)
	}
}

// scanImport binds the identifier in (import "module" "name" (kind id? ...)).
func (p *moduleParser) scanImport() {
	p.advance()
	p.expect(tokenString)
	p.expect(tokenString)
	start := p.tok.start
	p.expect(tokenLeft)
	imm := fieldSpaces[string(p.text(p.tok))]
	if imm == 0 || imm == op.ImmType || imm == op.ImmElem || imm == op.ImmData || p.tok.kind != tokenKeyword {
		p.unexpected("an import description")
		return
	}
	p.advance()
	p.bind(p.space(imm))
	p.skip(start)
}

// scanSegments counts the segment that a table or memory may have in line.
func (p *moduleParser) scanSegments(imm op.Imm) {
	if imm != op.ImmTable && imm != op.ImmMem {
		return
	}
	for p.atOpen("export") {
		p.skipOpen()
	}
	p.addressType()
	switch {
	case imm == op.ImmMem && p.atOpen("data"):
		p.space(op.ImmData).n++
	case imm == op.ImmTable && p.tok.kind != tokenInt:
		if p.atOpen("ref") {
			p.skipOpen()
		} else if p.tok.kind == tokenKeyword {
			p.advance()
		}
		if p.atOpen("elem") {
			p.space(op.ImmElem).n++
		}
	}
}
