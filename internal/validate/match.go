package validate

import (
	"sync"

	"github.com/weft-wasm/weft/internal/wasm"
)

// matcher decides subtyping (spec 3.3) between the types of one module. Types are iso-recursive: two indices may name the same
// type. Most modules never ask; for the others, canonical ids are made at the first question.
type matcher struct {
	m    *wasm.Module
	once sync.Once
	set  *wasm.TypeSet
	ids  []wasm.TypeID
}

// value reports whether sub matches super (spec 3.3.4).
func (t *matcher) value(sub, super wasm.ValType) bool {
	if sub == super || sub == wasm.Bottom {
		return true
	}
	if !sub.IsRef() || !super.IsRef() || sub.Nullable() && !super.Nullable() {
		return false
	}
	return t.heap(sub.Heap(), super.Heap())
}

// values reports whether each type of sub matches that of super (spec 3.3.5).
func (t *matcher) values(sub, super []wasm.ValType) bool {
	if len(sub) != len(super) {
		return false
	}
	for i := range sub {
		if !t.value(sub[i], super[i]) {
			return false
		}
	}
	return true
}

// heap reports whether a heap type matches another (spec 3.3.2).
func (t *matcher) heap(sub, super wasm.HeapType) bool {
	if sub == super || sub == wasm.HeapBottom {
		return true
	}
	i, subConcrete := sub.Index()
	j, superConcrete := super.Index()
	switch {
	case subConcrete && superConcrete:
		return t.index(i, j)
	case subConcrete:
		return wasm.MatchAbstract(t.abstract(i), super)
	case superConcrete:
		return sub == bottomOf(t.abstract(j))
	}
	return wasm.MatchAbstract(sub, super)
}

// index reports whether the type with an index matches that with another.
func (t *matcher) index(sub, super uint32) bool {
	for i := sub; ; { // the declared supertypes: at most wasm.MaxSubtypeDepth
		if i == super {
			return true
		}
		if len(t.m.Types[i].Supers) == 0 {
			break
		}
		i = t.m.Types[i].Supers[0]
	}
	t.once.Do(func() {
		t.set = wasm.NewTypeSet()
		t.ids = t.set.Add(t.m)
	})
	return t.ids[sub] == t.ids[super] || t.set.IsSub(t.ids[sub], t.ids[super])
}

// abstract returns the abstract heap type just above a type of the module.
func (t *matcher) abstract(index uint32) wasm.HeapType { return t.m.Types[index].Kind.Abstract() }

// bottomOf returns the heap type below all concrete ones of a kind, which is given by its abstract heap type.
func bottomOf(abstract wasm.HeapType) wasm.HeapType {
	if abstract == wasm.HeapFunc {
		return wasm.HeapNoFunc
	}
	return wasm.HeapNone
}

// top returns the largest heap type above h.
func (t *matcher) top(h wasm.HeapType) wasm.HeapType {
	if i, concrete := h.Index(); concrete {
		h = t.abstract(i)
	}
	for _, top := range [...]wasm.HeapType{wasm.HeapFunc, wasm.HeapExtern, wasm.HeapExn} {
		if wasm.MatchAbstract(h, top) {
			return top
		}
	}
	return wasm.HeapAny
}

// comp reports whether the composite type of sub matches that of super (spec 3.3.9).
func (t *matcher) comp(sub, super *wasm.SubType) bool {
	if sub.Kind != super.Kind {
		return false
	}
	if sub.Kind == wasm.CompFunc {
		return t.values(super.Func.Params, sub.Func.Params) && t.values(sub.Func.Results, super.Func.Results)
	}
	if len(sub.Fields) < len(super.Fields) {
		return false
	}
	for i := range super.Fields {
		if !t.field(sub.Fields[i], super.Fields[i]) {
			return false
		}
	}
	return true
}

// field reports whether a field type matches another (spec 3.3.8): a mutable one only the same type.
func (t *matcher) field(sub, super wasm.FieldType) bool {
	if sub.Mutable != super.Mutable || !t.value(sub.Type, super.Type) {
		return false
	}
	return !sub.Mutable || t.value(super.Type, sub.Type)
}
