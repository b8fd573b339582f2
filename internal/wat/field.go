package wat

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// field reads a module field that is not a type (spec 6.6).
func (p *moduleParser) field() {
	if p.tok.kind == tokenAnnotation {
		p.customs = append(p.customs, p.customAnnotation())
		return
	}
	p.advance()
	word := string(p.text(p.tok))
	p.advance()
	switch word {
	case "import":
		p.importField()
	case "func":
		p.funcField()
	case "table":
		p.tableField()
	case "memory":
		p.memField()
	case "global":
		p.globalField()
	case "tag":
		p.tagField()
	case "export":
		p.exportField()
	case "start":
		p.startField()
	case "elem":
		p.elemField()
	case "data":
		p.dataField()
	}
	p.close()
}

// importField reads the rest of (import "module" "name" (kind id? type)).
func (p *moduleParser) importField() {
	im := wasm.Import{Module: p.utf8(), Name: p.utf8()}
	start := p.tok
	p.expect(tokenLeft)
	word := string(p.text(p.tok))
	p.advance()
	p.bound()
	p.importType(&im, word)
	p.close()
	p.addImport(start, im)
}

// importType reads the type of an import of the kind that a keyword names.
func (p *moduleParser) importType(im *wasm.Import, word string) {
	switch word {
	case "func":
		im.Kind = wasm.ExternFunc
		im.Type = p.funcTypeUse(uint32(p.m.ImportedFuncs))
	case "table":
		im.Kind = wasm.ExternTable
		im.Table = p.tableType(p.addressType())
	case "memory":
		im.Kind = wasm.ExternMem
		im.Mem = p.memType(p.addressType())
	case "global":
		im.Kind = wasm.ExternGlobal
		im.Global = p.globalType()
	case "tag":
		im.Kind = wasm.ExternTag
		im.Type = p.typeUse(paramsIgnored, nil)
	}
}

// funcTypeUse reads the type use of an imported function, and keeps the names of its parameters.
func (p *moduleParser) funcTypeUse(fn uint32) uint32 {
	locals := p.space(op.ImmLocal)
	locals.reset()
	index := p.typeUse(paramsBound, locals)
	keepNames(p.locals, fn, locals.names)
	return index
}

// keepNames adds the names of a function's locals or labels, if there are any.
func keepNames(all wasm.IndirectNameMap, fn uint32, names wasm.NameMap) {
	if len(names) > 0 {
		all[fn] = names
	}
}

// addImport adds an import, which must come before all definitions.
func (p *moduleParser) addImport(t token, im wasm.Import) {
	m := p.m
	switch {
	case len(m.Funcs) > 0:
		p.failAt(t, wasm.ImportAfterFunction, "")
	case len(m.Tables) > 0:
		p.failAt(t, wasm.ImportAfterTable, "")
	case len(m.Mems) > 0:
		p.failAt(t, wasm.ImportAfterMemory, "")
	case len(m.Globals) > 0:
		p.failAt(t, wasm.ImportAfterGlobal, "")
	case len(m.Tags) > 0:
		p.failAt(t, wasm.ImportAfterTag, "")
	}
	switch im.Kind {
	case wasm.ExternFunc:
		m.ImportedFuncs++
	case wasm.ExternTable:
		m.ImportedTables++
	case wasm.ExternMem:
		m.ImportedMems++
	case wasm.ExternGlobal:
		m.ImportedGlobals++
	case wasm.ExternTag:
		m.ImportedTags++
	}
	m.Imports = append(m.Imports, im)
}

// inline reads what definitions of all kinds may start with, id? (export "name")* (import "module" "name")?, and adds the
// exports. It reports whether there is an import; then the type of the imported thing comes next.
func (p *moduleParser) inline(kind wasm.ExternKind, index int) (im wasm.Import, imported bool) {
	p.bound()
	for p.open("export") {
		p.m.Exports = append(p.m.Exports, wasm.Export{Name: p.utf8(), Kind: kind, Index: uint32(index)})
		p.close()
	}
	if !p.open("import") {
		return im, false
	}
	im = wasm.Import{Module: p.utf8(), Name: p.utf8()}
	p.close()
	return im, true
}

func (p *moduleParser) funcField() {
	start := p.tok
	fn := p.m.ImportedFuncs + len(p.m.Funcs)
	if im, imported := p.inline(wasm.ExternFunc, fn); imported {
		p.importType(&im, "func")
		p.addImport(start, im)
		return
	}
	locals := p.space(op.ImmLocal)
	locals.reset()
	index := p.typeUse(paramsBound, locals)
	locals.n = 0
	if int(index) < len(p.m.Types) {
		locals.n = uint32(len(p.m.Types[index].Func.Params))
	}
	p.m.Funcs = append(p.m.Funcs, index)
	p.m.Code = append(p.m.Code, p.funcBody(uint32(fn), locals))
	keepNames(p.locals, uint32(fn), locals.names)
}

func (p *moduleParser) tableField() {
	start := p.tok
	index := p.m.ImportedTables + len(p.m.Tables)
	if im, imported := p.inline(wasm.ExternTable, index); imported {
		p.importType(&im, "table")
		p.addImport(start, im)
		return
	}
	is64 := p.addressType()
	if p.atRefType() {
		p.tableWithElems(index, is64)
		return
	}
	t := wasm.Table{Type: p.tableType(is64)}
	if p.more() {
		t.Init = p.expr()
	}
	p.m.Tables = append(p.m.Tables, t)
}

// tableWithElems reads reftype (elem ...): a table just large enough for the elements it starts with.
func (p *moduleParser) tableWithElems(index int, is64 bool) {
	elem := wasm.Elem{Table: uint32(index), Offset: zeroExpr(is64), Type: p.refType()}
	if !p.open("elem") {
		p.unexpected(`"(elem"`)
		return
	}
	t := elem.Type
	switch {
	case p.more() && !p.atIndex():
		p.elemExprs(&elem)
	case t.Heap() == wasm.HeapFunc:
		p.elemFuncs(&elem)
	default:
		p.elemRefs(&elem)
	}
	p.close()
	n := uint64(elem.Len())
	l := wasm.Limits{Min: n, Max: n, HasMax: true, Is64: is64}
	p.m.Tables = append(p.m.Tables, wasm.Table{Type: wasm.TableType{Limits: l, Elem: t}})
	p.m.Elems = append(p.m.Elems, elem)
}

// zeroExpr returns the constant expression for the offset 0.
func zeroExpr(is64 bool) wasm.Expr {
	zero := wasm.Instr{Op: op.I32Const}
	if is64 {
		zero.Op = op.I64Const
	}
	return wasm.Expr{Bytes: wasm.AppendInstr(wasm.AppendInstr(nil, &zero), &wasm.Instr{Op: op.End})}
}

func (p *moduleParser) memField() {
	start := p.tok
	index := p.m.ImportedMems + len(p.m.Mems)
	if im, imported := p.inline(wasm.ExternMem, index); imported {
		p.importType(&im, "memory")
		p.addImport(start, im)
		return
	}
	is64 := p.addressType()
	if !p.open("data") {
		p.m.Mems = append(p.m.Mems, p.memType(is64))
		return
	}
	data := wasm.Data{Mem: uint32(index), Offset: zeroExpr(is64), Bytes: p.strings(nil)}
	p.close()
	const pageBytes = 64 << 10
	n := (uint64(len(data.Bytes)) + pageBytes - 1) / pageBytes
	p.m.Mems = append(p.m.Mems, wasm.MemType{Limits: wasm.Limits{Min: n, Max: n, HasMax: true, Is64: is64}})
	p.m.Data = append(p.m.Data, data)
}

func (p *moduleParser) globalField() {
	start := p.tok
	if im, imported := p.inline(wasm.ExternGlobal, p.m.ImportedGlobals+len(p.m.Globals)); imported {
		p.importType(&im, "global")
		p.addImport(start, im)
		return
	}
	p.m.Globals = append(p.m.Globals, wasm.Global{Type: p.globalType(), Init: p.expr()})
}

func (p *moduleParser) tagField() {
	start := p.tok
	if im, imported := p.inline(wasm.ExternTag, p.m.ImportedTags+len(p.m.Tags)); imported {
		p.importType(&im, "tag")
		p.addImport(start, im)
		return
	}
	p.m.Tags = append(p.m.Tags, p.typeUse(paramsIgnored, nil))
}

// externs has the kinds of imports and exports, by the keyword.
var externs = byString(wasm.ExternFunc, wasm.ExternTable, wasm.ExternMem, wasm.ExternGlobal, wasm.ExternTag)

func (p *moduleParser) exportField() {
	e := wasm.Export{Name: p.utf8()}
	p.expect(tokenLeft)
	word := string(p.text(p.tok))
	kind, ok := externs[word]
	if !ok {
		p.unexpected("an export description")
		return
	}
	p.advance()
	e.Kind, e.Index = kind, p.index(p.space(fieldSpaces[word]))
	p.close()
	p.m.Exports = append(p.m.Exports, e)
}

func (p *moduleParser) startField() {
	if p.m.Start != nil {
		p.failAt(p.tok, wasm.MultipleStartSections, "")
		return
	}
	i := p.index(p.space(op.ImmFunc))
	p.m.Start = &i
}
