package wat

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// elemField reads the rest of an element segment (spec 6.6.10).
func (p *moduleParser) elemField() {
	p.bound()
	e := wasm.Elem{Mode: wasm.ModePassive}
	switch {
	case p.keyword("declare"):
		e.Mode = wasm.ModeDeclarative
	case p.open("table"):
		e.Mode, e.Table = wasm.ModeActive, p.index(p.space(op.ImmTable))
		p.close()
		e.Offset = p.offset()
	case p.tok.kind == tokenInt, p.tok.kind == tokenLeft && !p.atRefType():
		e.Mode = wasm.ModeActive
		if p.tok.kind == tokenInt { // the form of WebAssembly 1.0, which the threads proposal still has
			e.Table = p.index(p.space(op.ImmTable))
		}
		e.Offset = p.offset()
		if p.more() && p.atIndex() {
			p.elemFuncs(&e)
			p.m.Elems = append(p.m.Elems, e)
			return
		}
	}
	switch {
	case p.keyword("func"), e.Mode == wasm.ModeActive && !p.more():
		p.elemFuncs(&e)
	default:
		e.Type = p.refType()
		p.elemExprs(&e)
	}
	p.m.Elems = append(p.m.Elems, e)
}

// offset reads (offset expr), or an instruction in parentheses.
func (p *moduleParser) offset() wasm.Expr {
	return p.exprIn("offset")
}

// exprIn reads an expression in parentheses with a keyword, or an instruction in parentheses by itself.
func (p *moduleParser) exprIn(word string) wasm.Expr {
	if p.open(word) {
		x := p.expr()
		p.close()
		return x
	}
	if p.tok.kind != tokenLeft {
		p.unexpected("an expression")
	}
	p.beginExpr()
	p.folded()
	return p.endExpr()
}

// elemFuncs reads function indices.
func (p *moduleParser) elemFuncs(e *wasm.Elem) {
	e.Type = wasm.FuncRef.AsNonNull()
	for p.more() {
		e.Funcs = append(e.Funcs, p.index(p.space(op.ImmFunc)))
	}
}

// elemRefs reads function indices and makes expressions of them, for a segment of another type than (ref func).
func (p *moduleParser) elemRefs(e *wasm.Elem) {
	e.IsExprs = true
	for p.more() {
		ref := wasm.Instr{Op: op.RefFunc, X: p.index(p.space(op.ImmFunc))}
		e.Exprs = append(e.Exprs, wasm.Expr{Bytes: wasm.AppendInstr(wasm.AppendInstr(nil, &ref), &wasm.Instr{Op: op.End})})
	}
}

// elemExprs reads element expressions.
func (p *moduleParser) elemExprs(e *wasm.Elem) {
	e.IsExprs = true
	for p.more() {
		e.Exprs = append(e.Exprs, p.exprIn("item"))
	}
}

// dataField reads the rest of a data segment (spec 6.6.11).
func (p *moduleParser) dataField() {
	p.bound()
	d := wasm.Data{Mode: wasm.ModePassive}
	if p.open("memory") {
		d.Mode, d.Mem = wasm.ModeActive, p.index(p.space(op.ImmMem))
		p.close()
		d.Offset = p.offset()
	} else if p.tok.kind == tokenInt || p.tok.kind == tokenLeft {
		d.Mode = wasm.ModeActive
		if p.tok.kind == tokenInt { // the form of WebAssembly 1.0
			d.Mem = p.index(p.space(op.ImmMem))
		}
		d.Offset = p.offset()
	}
	d.Bytes = p.strings(nil)
	p.m.Data = append(p.m.Data, d)
}
