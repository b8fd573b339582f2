package wat

import (
	"bytes"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Pieces prints parts of a module one by one, as Print prints them, for tools that put something of their own in between. It must
// not be used by several goroutines at once.
type Pieces struct{ p printer }

// NewPieces returns a printer of the parts of a module.
func NewPieces(m *wasm.Module) *Pieces {
	x := &Pieces{printer{m: m, names: &wasm.Names{}}}
	x.p.readCustoms()
	x.p.makeIDs()
	return x
}

// piece returns what f prints. The error is a *wasm.Error for an initialiser that is malformed.
func (x *Pieces) piece(f func(p *printer)) (string, error) {
	x.p.b, x.p.err = x.p.b[:0], nil
	f(&x.p)
	return string(bytes.TrimSpace(x.p.b)), x.p.err
}

// Type returns a type definition.
func (x *Pieces) Type(i int) (string, error) {
	return x.piece(func(p *printer) { p.typeDef(uint32(i)) })
}

// Imports calls visit with each import.
func (x *Pieces) Imports(visit func(i int, text string)) {
	x.p.body.imported = [len(x.p.body.imported)]uint32{}
	for i := range x.p.m.Imports {
		text, _ := x.piece(func(p *printer) { p.imported(i) })
		visit(i, text)
	}
}

// Table returns the ith table that the module defines.
func (x *Pieces) Table(i int) (string, error) {
	return x.piece(func(p *printer) { p.table(i) })
}

// Memory returns the ith memory that the module defines.
func (x *Pieces) Memory(i int) (string, error) {
	return x.piece(func(p *printer) { p.memory(i) })
}

// Tag returns the ith tag that the module defines.
func (x *Pieces) Tag(i int) (string, error) {
	return x.piece(func(p *printer) { p.tag(i) })
}

// Global returns the ith global that the module defines.
func (x *Pieces) Global(i int) (string, error) {
	return x.piece(func(p *printer) { p.global(i) })
}

// Expr returns an initialiser or an offset of a segment.
func (x *Pieces) Expr(e wasm.Expr) (string, error) {
	return x.piece(func(p *printer) { p.expr(e) })
}

// Body calls visit with each instruction of the ith function that the module defines: the depth of its block, its bytes, and its text.
// The slices are scratch. The error is a *wasm.Error if the body is malformed; everything in front of the place was visited then.
func (x *Pieces) Body(i int, visit func(in *wasm.Instr, depth int, code, text []byte)) error {
	p, s := &x.p, &x.p.body
	body := &p.m.Code[i]
	fn := uint32(p.m.ImportedFuncs + i)
	p.nameLocals(fn, p.m.Funcs[i])
	s.reset(p.names.Labels[fn], nil)
	r := wasm.NewInstrReader(body.Body, body.Offset)
	for {
		start := r.Pos()
		if err := s.next(&r); err != nil {
			return err
		}
		last := s.done()
		depth := len(s.labels)
		if s.in.Op == op.Else || s.in.Op == op.End {
			depth--
		}
		p.b = p.b[:0]
		switch {
		case isBlock(s.in.Op):
			p.b = p.appendBlock(p.b, &s.in)
		case s.in.Op == op.End && !last:
			p.str("end")
			s.pop()
		default:
			p.b = p.appendInstr(p.b, &s.in)
		}
		visit(&s.in, max(depth, 0), body.Body[start:r.Pos()], p.b)
		if last {
			return nil
		}
	}
}
