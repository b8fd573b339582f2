package wat

import (
	"io"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// PrintOptions says how a module is printed. The zero value is the usual way: one instruction a line, operands first.
type PrintOptions struct {
	Folded  bool // instructions in parentheses around their operands, where these are in one piece
	Offsets bool // a comment with each instruction says where it is in the binary module
}

// Print writes a module in the text format (spec 6), as it goes. Names from the name section become identifiers; of those that a
// definition has to share with an earlier one, and of empty ones, an @name annotation is what remains.
//
// The module need not be valid. An error is that of w, or a *wasm.Error if a function body or an expression is
// malformed: its instructions cannot be decoded, or its blocks do not match.
func Print(w io.Writer, m *wasm.Module, o PrintOptions) error {
	p := &printer{w: w, m: m, o: o, names: &wasm.Names{}}
	p.readCustoms()
	p.makeIDs()
	p.module()
	p.flush()
	return p.err
}

// printer writes text to b, and from there to w. After an error it writes no more.
type printer struct {
	w     io.Writer
	b     []byte
	err   error
	m     *wasm.Module
	o     PrintOptions
	names *wasm.Names
	ids   [op.ImmZero + 1]ids // by the immediate that refers to the space
	hints map[uint32]map[uint32]bool
	raw   []wasm.Custom // the custom sections to print as such
	field map[uint32]ids

	body bodyPrinter
}

// flushBytes is how much text is collected before it is written.
const flushBytes = 1 << 16

func (p *printer) flush() {
	if p.err == nil && len(p.b) > 0 {
		_, p.err = p.w.Write(p.b)
	}
	p.b = p.b[:0]
}

// line ends the line and indents the next one.
func (p *printer) line(depth int) {
	if len(p.b) >= flushBytes {
		p.flush()
	}
	p.b = appendIndent(append(p.b, '\n'), depth)
}

// maxIndent is the depth up to which lines are indented; deeper ones would cost more space than they are worth.
const maxIndent = 30

// indentation is sliced for each line.
var indentation = func() (s [2 * maxIndent]byte) {
	for i := range s {
		s[i] = ' '
	}
	return s
}()

func appendIndent(b []byte, depth int) []byte {
	return append(b, indentation[:2*min(depth, maxIndent)]...)
}

func (p *printer) str(s string) { p.b = append(p.b, s...) }

// module prints the module.
func (p *printer) module() {
	m := p.m
	p.str("(module")
	if id := (ids{}); p.names.Module != "" {
		id.add(p.names.Module, true)
		p.str(" " + id.text[0])
	}
	p.types()
	for i := range m.Imports {
		p.line(1)
		p.imported(i)
	}
	for i := range m.Tables {
		p.table(i)
	}
	for i := range m.Mems {
		p.memory(i)
	}
	for i := range m.Tags {
		p.tag(i)
	}
	for i := range m.Globals {
		p.global(i)
	}
	p.exports()
	for i := range m.Elems {
		p.elem(i)
	}
	for i := range m.Code {
		if p.err != nil {
			return
		}
		p.function(i)
	}
	for i := range m.Data {
		p.data(i)
	}
	p.customs()
	p.line(0)
	p.str(")\n")
}

// define begins a definition on a line of its own: the keyword, and the identifier or the index in a comment.
func (p *printer) define(keyword string, space op.Imm, index int) {
	p.line(1)
	p.b = append(append(p.b, '('), keyword...)
	p.b = p.ids[space].appendBinding(p.b, uint32(index))
}

func (p *printer) exports() {
	for _, e := range p.m.Exports {
		p.line(1)
		p.b = appendQuoted(append(p.b, "(export "...), e.Name)
		p.str(" (" + e.Kind.String() + " ")
		p.b = p.ids[fieldSpaces[e.Kind.String()]].append(p.b, e.Index)
		p.str("))")
	}
	if s := p.m.Start; s != nil {
		p.line(1)
		p.str("(start ")
		p.b = p.ids[op.ImmFunc].append(p.b, *s)
		p.str(")")
	}
}

func (p *printer) imported(i int) {
	im := &p.m.Imports[i]
	p.b = appendQuoted(append(p.b, "(import "...), im.Module)
	p.b = appendQuoted(append(p.b, ' '), im.Name)
	kind := im.Kind.String()
	p.str(" (" + kind)
	index := p.body.imported[im.Kind]
	p.body.imported[im.Kind]++
	p.b = p.ids[fieldSpaces[kind]].appendBinding(p.b, index)
	switch im.Kind {
	case wasm.ExternFunc:
		p.signature(index, im.Type)
	case wasm.ExternTable:
		p.tableType(im.Table)
	case wasm.ExternMem:
		p.memType(im.Mem)
	case wasm.ExternGlobal:
		p.globalType(im.Global)
	case wasm.ExternTag:
		p.typeUse(im.Type)
	}
	p.str("))")
}

func (p *printer) table(i int) {
	t := &p.m.Tables[i]
	p.define("table", op.ImmTable, p.m.ImportedTables+i)
	p.tableType(t.Type)
	p.expr(t.Init)
	p.str(")")
}

func (p *printer) memory(i int) {
	p.define("memory", op.ImmMem, p.m.ImportedMems+i)
	p.memType(p.m.Mems[i])
	p.str(")")
}

func (p *printer) tag(i int) {
	p.define("tag", op.ImmTag, p.m.ImportedTags+i)
	p.typeUse(p.m.Tags[i])
	p.str(")")
}

func (p *printer) global(i int) {
	g := &p.m.Globals[i]
	p.define("global", op.ImmGlobal, p.m.ImportedGlobals+i)
	p.globalType(g.Type)
	p.expr(g.Init)
	p.str(")")
}

// signature prints the type use of a function and its parameters.
func (p *printer) signature(fn, typeIndex uint32) {
	p.typeUse(typeIndex)
	p.nameLocals(fn, typeIndex)
	t := &p.typeAt(typeIndex).Func
	for i := 0; i < len(t.Params); {
		i = p.localGroup("param", t.Params, 0, i)
	}
	p.results("result", t.Results)
}

// nameLocals chooses the identifiers of the parameters and locals of a function.
func (p *printer) nameLocals(fn, typeIndex uint32) {
	n := len(p.typeAt(typeIndex).Func.Params)
	if i := int(fn) - p.m.ImportedFuncs; i >= 0 {
		for _, run := range p.m.Code[i].Locals {
			n += int(run.Count)
		}
	}
	p.ids[op.ImmLocal].reset(p.names.Locals[fn], n)
}

// localGroup prints parameters or locals from the ith on: one with a name, or as many as have none. It returns the next. The
// local index of the first in the list is base.
func (p *printer) localGroup(keyword string, types []wasm.ValType, base, i int) int {
	locals := &p.ids[op.ImmLocal]
	p.str(" (" + keyword)
	if locals.named(uint32(base + i)) {
		p.b = locals.appendBinding(p.b, uint32(base+i))
		p.b = p.appendValType(append(p.b, ' '), types[i])
		p.str(")")
		return i + 1
	}
	for ; i < len(types) && !locals.named(uint32(base+i)); i++ {
		p.b = p.appendValType(append(p.b, ' '), types[i])
	}
	p.str(")")
	return i
}
