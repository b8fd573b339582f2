package wasm

// heapAbove returns the abstract heap type directly above another one (spec 3.3.3), or HeapBottom if there is none. The lowest types of
// the hierarchies are below several, and left to isNone.
func heapAbove(h HeapType) HeapType {
	switch h {
	case HeapI31, HeapStruct, HeapArray:
		return HeapEq
	case HeapEq:
		return HeapAny
	}
	return HeapBottom
}

// top returns the top of the hierarchy that an abstract heap type is in.
func top(h HeapType) HeapType {
	switch h {
	case HeapFunc, HeapNoFunc:
		return HeapFunc
	case HeapExtern, HeapNoExtern:
		return HeapExtern
	case HeapExn, HeapNoExn:
		return HeapExn
	}
	return HeapAny
}

// isNone reports whether h is the bottom of one of the hierarchies.
func isNone(h HeapType) bool {
	return h == HeapNone || h == HeapNoFunc || h == HeapNoExtern || h == HeapNoExn
}

// MatchAbstract reports whether an abstract heap type matches another one (spec 3.3.3).
func MatchAbstract(sub, super HeapType) bool {
	switch {
	case sub == super || sub == HeapBottom:
		return true
	case super == HeapBottom:
		return false
	case isNone(sub):
		return top(sub) == top(super)
	}
	for h := heapAbove(sub); h != HeapBottom; h = heapAbove(h) {
		if h == super {
			return true
		}
	}
	return false
}

// Abstract returns the abstract heap type directly above the concrete ones of a kind.
func (k CompKind) Abstract() HeapType {
	return [...]HeapType{CompFunc: HeapFunc, CompStruct: HeapStruct, CompArray: HeapArray}[k]
}

// MatchHeap reports whether a heap type matches another one (spec 3.3.3). The indices of concrete ones are ids of s.
func (s *TypeSet) MatchHeap(sub, super HeapType) bool {
	a, subConcrete := sub.Index()
	b, superConcrete := super.Index()
	switch {
	case subConcrete && superConcrete:
		return s.IsSub(TypeID(a), TypeID(b))
	case subConcrete:
		return MatchAbstract(s.Type(TypeID(a)).Kind.Abstract(), super)
	case superConcrete:
		return sub == HeapBottom || isNone(sub) && top(sub) == top(s.Type(TypeID(b)).Kind.Abstract())
	}
	return MatchAbstract(sub, super)
}

// MatchValue reports whether a value type matches another one (spec 3.3.5): whether a value of type sub may stand where one of type super is
// wanted. The indices of concrete references are ids of s.
func (s *TypeSet) MatchValue(sub, super ValType) bool {
	switch {
	case sub == super || sub == Bottom:
		return true
	case !sub.IsRef() || !super.IsRef():
		return false
	case sub.Nullable() && !super.Nullable():
		return false
	}
	return s.MatchHeap(sub.Heap(), super.Heap())
}
