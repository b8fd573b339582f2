package wat

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// valType reads a value type (spec 6.4.5).
func (p *moduleParser) valType() wasm.ValType {
	at := p.tok
	t := p.storageType()
	if t.IsPacked() {
		p.failAt(at, wasm.UnexpectedToken, "%s, want a value type (packed types are for fields only)", p.show(at))
	}
	return t
}

// storageType reads a value type or a packed type (spec 6.4.8).
func (p *moduleParser) storageType() wasm.ValType {
	if p.tok.kind == tokenKeyword {
		if t, ok := valTypes[string(p.text(p.tok))]; ok {
			p.advance()
			return t
		}
	}
	if p.open("ref") {
		nullable := p.keyword("null")
		h := p.heapType()
		p.close()
		return wasm.Ref(h, nullable)
	}
	p.unexpected("a type")
	return wasm.I32
}

// atRefType reports whether a reference type comes next.
func (p *moduleParser) atRefType() bool {
	if p.tok.kind == tokenKeyword {
		return valTypes[string(p.text(p.tok))].IsRef()
	}
	return p.atOpen("ref")
}

// refType reads a reference type (spec 6.4.4).
func (p *moduleParser) refType() wasm.ValType {
	if !p.atRefType() {
		p.unexpected("a reference type")
		return wasm.FuncRef
	}
	return p.valType()
}

// heapType reads a heap type (spec 6.4.3).
func (p *moduleParser) heapType() wasm.HeapType {
	if p.tok.kind == tokenKeyword {
		if h, ok := heapTypes[string(p.text(p.tok))]; ok {
			p.advance()
			return h
		}
	}
	if !p.atIndex() {
		p.unexpected("a heap type")
		return wasm.HeapAny
	}
	t := p.tok
	i := p.index(p.space(op.ImmType))
	if i > wasm.MaxTypeIndex {
		p.failAt(t, wasm.UnknownType, "%s", p.show(t))
		return wasm.HeapAny
	}
	return wasm.HeapIndex(i)
}

// globalType reads a global type (spec 6.4.14).
func (p *moduleParser) globalType() (g wasm.GlobalType) {
	if p.open("mut") {
		g = wasm.GlobalType{Type: p.valType(), Mutable: true}
		p.close()
		return g
	}
	return wasm.GlobalType{Type: p.valType()}
}

// addressType reads the address type of a memory or table, which is i32 unless it says i64, and reports whether it is i64.
func (p *moduleParser) addressType() (is64 bool) {
	if p.keyword("i64") {
		return true
	}
	p.keyword("i32")
	return false
}

// limits reads limits without their address type (spec 6.4.11). Whether they fit that is for validation to say.
func (p *moduleParser) limits(is64 bool) wasm.Limits {
	l := wasm.Limits{Min: p.uint(64, wasm.ConstantOutOfRange), Is64: is64}
	if p.tok.kind == tokenInt {
		l.Max, l.HasMax = p.uint(64, wasm.ConstantOutOfRange), true
	}
	return l
}

// memType reads a memory type without its address type (spec 6.4.12).
func (p *moduleParser) memType(is64 bool) wasm.MemType {
	l := p.limits(is64)
	l.Shared = p.keyword("shared")
	return wasm.MemType{Limits: l}
}

// tableType reads a table type without its address type (spec 6.4.13).
func (p *moduleParser) tableType(is64 bool) wasm.TableType {
	l := p.limits(is64)
	return wasm.TableType{Limits: l, Elem: p.refType()}
}

// rec reads (rec (type ...)*), or a type by itself, which is a group of one (spec 6.4.10).
func (p *moduleParser) rec() {
	start := len(p.m.Types)
	p.advance()
	if p.keyword("rec") {
		for p.more() {
			p.expect(tokenLeft)
			p.typeDef()
		}
		p.close()
	} else {
		p.typeDef()
	}
	g := wasm.Group{Start: uint32(start), Len: uint32(len(p.m.Types) - start)}
	p.m.Groups = append(p.m.Groups, g)
	if g.Len == 1 && plainFunc(&p.m.Types[start]) {
		p.noteFuncType(&p.m.Types[start].Func, g.Start)
	}
}

// plainFunc reports whether t is a type that a type use may stand for: a final function type without supertypes.
func plainFunc(t *wasm.SubType) bool {
	return t.Kind == wasm.CompFunc && t.Final && len(t.Supers) == 0
}

// typeDef reads the rest of (type id? subtype).
func (p *moduleParser) typeDef() {
	p.expectKeyword("type")
	p.bound()
	t := wasm.SubType{Final: true}
	sub := p.open("sub")
	if sub {
		t.Final = p.keyword("final")
		for p.atIndex() {
			t.Supers = append(t.Supers, p.index(p.space(op.ImmType)))
		}
	}
	p.compType(&t)
	if sub {
		p.close()
	}
	p.close()
	p.m.Types = append(p.m.Types, t)
	p.fields = append(p.fields, p.fieldIDs)
	p.fieldIDs = nil
}

// compType reads a composite type (spec 6.4.9).
func (p *moduleParser) compType(t *wasm.SubType) {
	switch {
	case p.open("func"):
		t.Kind = wasm.CompFunc
		p.signature(paramsIgnored, nil)
		t.Func = p.sig.clone()
	case p.open("struct"):
		t.Kind = wasm.CompStruct
		t.Fields = p.structFields()
	case p.open("array"):
		t.Kind = wasm.CompArray
		t.Fields = []wasm.FieldType{p.fieldType()}
	default:
		p.unexpected("a composite type")
	}
	p.close()
}

// structFields reads (field ...)* and binds the identifiers of fields to p.fieldIDs.
func (p *moduleParser) structFields() (fields []wasm.FieldType) {
	ids := newSpace(op.ImmField)
	for p.open("field") {
		if p.tok.kind == tokenID || p.tok.kind == tokenAnnotation {
			p.bind(&ids)
			fields = append(fields, p.fieldType())
		} else {
			for p.more() {
				fields = append(fields, p.fieldType())
			}
		}
		ids.n = uint32(len(fields))
		p.close()
	}
	if len(ids.names) > 0 {
		p.fieldIDs = &ids
	}
	return fields
}

// fieldType reads a field type (spec 6.4.8).
func (p *moduleParser) fieldType() wasm.FieldType {
	if p.open("mut") {
		f := wasm.FieldType{Type: p.storageType(), Mutable: true}
		p.close()
		return f
	}
	return wasm.FieldType{Type: p.storageType()}
}
