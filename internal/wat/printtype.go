package wat

import (
	"strconv"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// types prints the types, those of a recursion group together.
func (p *printer) types() {
	for _, g := range p.m.Groups {
		if g.Len == 1 {
			p.line(1)
			p.typeDef(g.Start)
			continue
		}
		p.line(1)
		p.str("(rec")
		for i := range g.Len {
			p.line(2)
			p.typeDef(g.Start + i)
		}
		p.str(")")
	}
}

func (p *printer) typeDef(index uint32) {
	t := &p.m.Types[index]
	p.str("(type")
	p.b = p.ids[op.ImmType].appendBinding(p.b, index)
	plain := t.Final && len(t.Supers) == 0
	if !plain {
		p.str(" (sub")
		if t.Final {
			p.str(" final")
		}
		for _, s := range t.Supers {
			p.b = p.ids[op.ImmType].append(append(p.b, ' '), s)
		}
	}
	p.str(" (" + t.Kind.String())
	switch t.Kind {
	case wasm.CompFunc:
		p.results("param", t.Func.Params)
		p.results("result", t.Func.Results)
	case wasm.CompStruct:
		p.structFields(index, t.Fields)
	case wasm.CompArray:
		p.b = p.appendFieldType(append(p.b, ' '), t.Fields[0])
	}
	p.str("))")
	if !plain {
		p.str(")")
	}
}

// structFields prints the fields of a struct type: each with a name by itself, those without together.
func (p *printer) structFields(typeIndex uint32, fields []wasm.FieldType) {
	names := p.field[typeIndex]
	for i := 0; i < len(fields); {
		p.str(" (field")
		if names.named(uint32(i)) {
			p.b = names.appendBinding(p.b, uint32(i))
			p.b = p.appendFieldType(append(p.b, ' '), fields[i])
			i++
		} else {
			for ; i < len(fields) && !names.named(uint32(i)); i++ {
				p.b = p.appendFieldType(append(p.b, ' '), fields[i])
			}
		}
		p.str(")")
	}
}

func (p *printer) appendFieldType(b []byte, f wasm.FieldType) []byte {
	if !f.Mutable {
		return p.appendValType(b, f.Type)
	}
	return append(p.appendValType(append(b, "(mut "...), f.Type), ')')
}

// results prints types in parentheses behind a keyword, if there are any.
func (p *printer) results(keyword string, types []wasm.ValType) {
	p.b = p.appendResults(p.b, keyword, types)
}

func (p *printer) appendResults(b []byte, keyword string, types []wasm.ValType) []byte {
	if len(types) == 0 {
		return b
	}
	b = append(append(b, " ("...), keyword...)
	for _, t := range types {
		b = p.appendValType(append(b, ' '), t)
	}
	return append(b, ')')
}

// appendValType appends a value type or packed type.
func (p *printer) appendValType(b []byte, t wasm.ValType) []byte {
	if _, concrete := t.Heap().Index(); !concrete || !t.IsRef() {
		return append(b, t.String()...)
	}
	b = append(b, "(ref "...)
	if t.Nullable() {
		b = append(b, "null "...)
	}
	return append(p.appendHeapType(b, t.Heap()), ')')
}

func (p *printer) appendHeapType(b []byte, h wasm.HeapType) []byte {
	if i, concrete := h.Index(); concrete {
		return p.ids[op.ImmType].append(b, i)
	}
	return append(b, h.String()...)
}

// typeUse prints (type x).
func (p *printer) typeUse(index uint32) {
	p.b = p.appendTypeUse(p.b, index)
}

func (p *printer) appendTypeUse(b []byte, index uint32) []byte {
	return append(p.ids[op.ImmType].append(append(b, " (type "...), index), ')')
}

func (p *printer) limits(l wasm.Limits) {
	if l.Is64 {
		p.str(" i64")
	}
	p.b = strconv.AppendUint(append(p.b, ' '), l.Min, 10)
	if l.HasMax {
		p.b = strconv.AppendUint(append(p.b, ' '), l.Max, 10)
	}
	if l.Shared {
		p.str(" shared")
	}
}

func (p *printer) memType(t wasm.MemType) { p.limits(t.Limits) }

func (p *printer) tableType(t wasm.TableType) {
	p.limits(t.Limits)
	p.b = p.appendValType(append(p.b, ' '), t.Elem)
}

func (p *printer) globalType(t wasm.GlobalType) {
	p.b = p.appendFieldType(append(p.b, ' '), wasm.FieldType(t))
}
