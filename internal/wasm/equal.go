package wasm

import (
	"bytes"
	"slices"
)

// Equal reports whether two modules are the same but for where their parts lie in the binary format: offsets, the length
// of integers, and sections without entries.
func Equal(a, b *Module) bool {
	return slices.EqualFunc(a.Types, b.Types, equalSubTypes) &&
		slices.Equal(a.Groups, b.Groups) &&
		slices.Equal(a.Imports, b.Imports) &&
		slices.Equal(a.Funcs, b.Funcs) &&
		slices.EqualFunc(a.Tables, b.Tables, func(x, y Table) bool { return x.Type == y.Type && equalExprs(x.Init, y.Init) }) &&
		slices.Equal(a.Mems, b.Mems) &&
		slices.Equal(a.Tags, b.Tags) &&
		slices.EqualFunc(a.Globals, b.Globals, func(x, y Global) bool { return x.Type == y.Type && equalExprs(x.Init, y.Init) }) &&
		slices.Equal(a.Exports, b.Exports) &&
		equalPointers(a.Start, b.Start) &&
		slices.EqualFunc(a.Elems, b.Elems, equalElems) &&
		equalPointers(a.DataNum, b.DataNum) &&
		slices.EqualFunc(a.Code, b.Code, func(x, y Code) bool { return slices.Equal(x.Locals, y.Locals) && bytes.Equal(x.Body, y.Body) }) &&
		slices.EqualFunc(a.Data, b.Data, equalData) &&
		equalCustoms(a, b)
}

func equalSubTypes(a, b SubType) bool {
	return a.Final == b.Final && a.Kind == b.Kind &&
		slices.Equal(a.Supers, b.Supers) &&
		slices.Equal(a.Func.Params, b.Func.Params) &&
		slices.Equal(a.Func.Results, b.Func.Results) &&
		slices.Equal(a.Fields, b.Fields)
}

func equalExprs(a, b Expr) bool { return bytes.Equal(a.Bytes, b.Bytes) }

func equalPointers(a, b *uint32) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func equalElems(a, b Elem) bool {
	return a.Mode == b.Mode && a.Table == b.Table && equalExprs(a.Offset, b.Offset) && a.Type == b.Type && a.IsExprs == b.IsExprs &&
		slices.Equal(a.Funcs, b.Funcs) && slices.EqualFunc(a.Exprs, b.Exprs, equalExprs)
}

func equalData(a, b Data) bool {
	return a.Mode == b.Mode && a.Mem == b.Mem && equalExprs(a.Offset, b.Offset) && bytes.Equal(a.Bytes, b.Bytes)
}

// equalCustoms compares custom sections, also in which sections with entries they stand between.
func equalCustoms(a, b *Module) bool {
	return slices.EqualFunc(a.Customs, b.Customs, func(x, y Custom) bool {
		return x.Name == y.Name && bytes.Equal(x.Bytes, y.Bytes) && placeOf(a, x) == placeOf(b, y)
	})
}

// placeOf returns the id of the last section with entries in front of a custom section.
func placeOf(m *Module, c Custom) byte {
	for rank := rankOf(c.After); rank > 0; rank-- {
		if id := sectionOrder[rank-1]; hasSection(m, id) {
			return id
		}
	}
	return idCustom
}
