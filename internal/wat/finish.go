package wat

import (
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// finish adds what can only be known at the end: the data count and the custom sections.
func (p *moduleParser) finish() {
	m := p.m
	if p.usesData {
		n := uint32(len(m.Data))
		m.DataNum = &n
	}
	if len(p.hints) > 0 {
		p.customs = append(p.customs, wasm.EncodeBranchHints(p.hints))
	}
	slices.SortStableFunc(p.customs, func(a, b wasm.Custom) int { return rankOf(a.After) - rankOf(b.After) })
	m.Customs = p.customs
	if m.Custom(wasm.NameSection) == nil {
		p.addNames()
	}
}

// addNames adds the name section, if there is any name.
func (p *moduleParser) addNames() {
	n := &wasm.Names{
		Module: p.name, Funcs: p.spaces[op.ImmFunc].names, Types: p.spaces[op.ImmType].names,
		Tables: p.spaces[op.ImmTable].names, Memories: p.spaces[op.ImmMem].names, Globals: p.spaces[op.ImmGlobal].names,
		Elems: p.spaces[op.ImmElem].names, Data: p.spaces[op.ImmData].names, Tags: p.spaces[op.ImmTag].names,
		Locals: p.locals, Labels: p.labels, Fields: wasm.IndirectNameMap{},
	}
	for i, f := range p.fields {
		if f != nil {
			n.Fields[uint32(i)] = f.names
		}
	}
	if c := wasm.EncodeNames(n); len(c.Bytes) > 0 {
		p.m.Customs = append(p.m.Customs, c)
	}
}
