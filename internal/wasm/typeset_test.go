package wasm

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// typesOf returns a module with the given recursion groups.
func typesOf(groups ...[]SubType) *Module {
	m := &Module{}
	for _, g := range groups {
		m.Groups = append(m.Groups, Group{uint32(len(m.Types)), uint32(len(g))})
		m.Types = append(m.Types, g...)
	}
	return m
}

func group(types ...SubType) []SubType { return types }

func refTo(index uint32) ValType { return Ref(HeapIndex(index), false) }

func funcOf(params ...ValType) SubType { return SubType{Final: true, Func: FuncType{Params: params}} }

func structOf(fields ...ValType) SubType {
	t := SubType{Final: true, Kind: CompStruct}
	for _, f := range fields {
		t.Fields = append(t.Fields, FieldType{Type: f})
	}
	return t
}

// sub returns t as an open type with the given supertypes.
func sub(t SubType, supers ...uint32) SubType {
	t.Final, t.Supers = false, supers
	return t
}

// TestTypeEquality has the facts that type-equivalence.wast, type-rec.wast and type-canon.wast build on.
func TestTypeEquality(t *testing.T) {
	for _, c := range []struct {
		name  string
		m     *Module
		a, b  int
		equal bool
	}{
		{"same structure", typesOf(group(funcOf(I32, F32)), group(funcOf(I32, F32))), 0, 1, true},
		{"other parameter", typesOf(group(funcOf(I32)), group(funcOf(I64))), 0, 1, false},
		{"parameter and result", typesOf(group(funcOf(I32)), group(SubType{Final: true, Func: FuncType{Results: []ValType{I32}}})), 0, 1, false},
		{"struct and array", typesOf(group(structOf(I32)), group(SubType{Final: true, Kind: CompArray, Fields: []FieldType{{Type: I32}}})), 0, 1, false},
		{"mutability", typesOf(group(structOf(I32)), group(SubType{Final: true, Kind: CompStruct, Fields: []FieldType{{I32, true}}})), 0, 1, false},
		{"packed", typesOf(group(structOf(I8)), group(structOf(I16))), 0, 1, false},
		{"finality", typesOf(group(funcOf()), group(sub(funcOf()))), 0, 1, false},
		{"nullability", typesOf(group(funcOf(FuncRef)), group(funcOf(FuncRef.AsNonNull()))), 0, 1, false},
		{"by way of equal types", typesOf(group(funcOf()), group(funcOf()), group(funcOf(refTo(0))), group(funcOf(refTo(1)))), 2, 3, true},
		{"concrete and abstract", typesOf(group(funcOf()), group(funcOf(refTo(0))), group(funcOf(FuncRef.AsNonNull()))), 1, 2, false},
		{"recursive", typesOf(group(funcOf(refTo(0))), group(funcOf(refTo(1)))), 0, 1, true},
		{"unrolled", typesOf(group(funcOf(refTo(0))), group(funcOf(refTo(0)))), 0, 1, false},
		{"pairs", typesOf(group(funcOf(refTo(1)), funcOf(refTo(0))), group(funcOf(refTo(3)), funcOf(refTo(2)))), 1, 3, true},
		{"within a pair", typesOf(group(funcOf(refTo(1)), funcOf(refTo(0)))), 0, 1, false},
		{"pairs linked otherwise", typesOf(group(funcOf(refTo(1)), funcOf(refTo(0))), group(funcOf(refTo(2)), funcOf(refTo(2)))), 0, 2, false},
		{"another order", typesOf(group(funcOf(), structOf()), group(structOf(), funcOf())), 0, 3, false},
		{"longer group", typesOf(group(funcOf(), structOf()), group(funcOf(), structOf(), funcOf())), 0, 2, false},
		{"alone and in a group", typesOf(group(funcOf()), group(funcOf(), structOf())), 0, 1, false},
		{"other supertype", typesOf(group(sub(structOf())), group(sub(structOf(I32))), group(sub(structOf(I32, I32), 0)), group(sub(structOf(I32, I32), 1))), 2, 3, false},
		{"same supertype", typesOf(group(sub(structOf())), group(sub(structOf())), group(sub(structOf(I32), 0)), group(sub(structOf(I32), 1))), 2, 3, true},
	} {
		ids := NewTypeSet().Add(c.m)
		if got := ids[c.a] == ids[c.b]; got != c.equal {
			t.Errorf("%s: equal is %v, want %v", c.name, got, c.equal)
		}
	}
}

// TestTypeSetAcrossModules shows that equal groups get equal ids wherever they come from, and what a TypeSet keeps of them.
func TestTypeSetAcrossModules(t *testing.T) {
	s := NewTypeSet()
	list := group(sub(structOf(I32, Ref(HeapIndex(0), true))))
	first := s.Add(typesOf(list))
	shifted := group(sub(structOf(I32, Ref(HeapIndex(2), true))))
	second := s.Add(typesOf(group(funcOf()), group(funcOf(I64)), shifted, group(sub(structOf(I32, Ref(HeapIndex(2), true)), 2))))
	if first[0] != second[2] {
		t.Errorf("have ids %d and %d for the same list", first[0], second[2])
	}
	if id := s.AddFunc(FuncType{Params: []ValType{I64}}); id != second[1] {
		t.Errorf("have id %d for a host function, want %d", id, second[1])
	}
	if got, want := s.Type(second[2]).Fields[1].Type, Ref(HeapIndex(uint32(first[0])), true); got != want {
		t.Errorf("have %v in the list, want %v", got, want)
	}
	if got := s.Type(second[3]); got.Supers[0] != uint32(first[0]) {
		t.Errorf("have supertype %d, want %d", got.Supers[0], first[0])
	}
	if got, want := s.Value(Ref(HeapIndex(2), false), second), Ref(HeapIndex(uint32(first[0])), false); got != want {
		t.Errorf("have %v, want %v", got, want)
	}
	if got := s.Value(AnyRef, second); got != AnyRef {
		t.Errorf("have %v, want %v", got, AnyRef)
	}
}

// TestIsSub has the chains and forks of type-subtyping.wast, and a chain that no valid module has.
func TestIsSub(t *testing.T) {
	m := typesOf(group(sub(structOf())), group(sub(structOf(), 0)), group(sub(structOf(I32), 1)), group(sub(structOf(I64), 1)),
		group(sub(structOf(I32, I32), 2)))
	for i := range uint32(3 * MaxSubtypeDepth) {
		m.Groups = append(m.Groups, Group{uint32(len(m.Types)), 1})
		m.Types = append(m.Types, sub(structOf(I32, I32), 4+i))
	}
	s := NewTypeSet()
	ids := s.Add(m)
	for a := range ids {
		for b := range ids {
			want := false
			for at := a; ; at = int(m.Types[at].Supers[0]) {
				if want = want || at == b; len(m.Types[at].Supers) == 0 {
					break
				}
			}
			if got := s.IsSub(ids[a], ids[b]); got != want {
				t.Fatalf("type %d a subtype of %d: have %v, want %v", a, b, got, want)
			}
		}
	}
}

// TestMatchAbstract states the hierarchy of abstract heap types, as the specification draws it.
func TestMatchAbstract(t *testing.T) {
	above := map[HeapType][]HeapType{
		HeapAny:      {},
		HeapEq:       {HeapAny},
		HeapI31:      {HeapEq, HeapAny},
		HeapStruct:   {HeapEq, HeapAny},
		HeapArray:    {HeapEq, HeapAny},
		HeapNone:     {HeapI31, HeapStruct, HeapArray, HeapEq, HeapAny},
		HeapFunc:     {},
		HeapNoFunc:   {HeapFunc},
		HeapExtern:   {},
		HeapNoExtern: {HeapExtern},
		HeapExn:      {},
		HeapNoExn:    {HeapExn},
	}
	for a := range above {
		for b := range above {
			want := a == b || slices.Contains(above[a], b)
			if got := MatchAbstract(a, b); got != want {
				t.Errorf("%v matches %v: have %v, want %v", a, b, got, want)
			}
		}
		if !MatchAbstract(HeapBottom, a) || MatchAbstract(a, HeapBottom) {
			t.Errorf("%v is on the wrong side of the bottom", a)
		}
	}
}

func TestMatchValue(t *testing.T) {
	s := NewTypeSet()
	ids := s.Add(typesOf(group(sub(structOf())), group(sub(structOf(I32), 0)), group(funcOf()), group(SubType{Kind: CompArray, Fields: []FieldType{{Type: I8}}})))
	ref := func(i int) ValType { return refTo(uint32(ids[i])) }
	null := func(v ValType) ValType { return Ref(v.Heap(), true) }
	for _, c := range []struct {
		sub, super ValType
		want       bool
	}{
		{I32, I32, true}, {I32, I64, false}, {I32, AnyRef, false}, {AnyRef, I32, false}, {Bottom, I32, true}, {Bottom, ref(0), true},
		{ref(1), ref(0), true}, {ref(0), ref(1), false}, {ref(1), null(ref(0)), true}, {null(ref(1)), ref(0), false},
		{ref(0), StructRef, true}, {ref(0), EqRef, true}, {ref(0), AnyRef, true}, {ref(0), ArrayRef, false}, {ref(0), FuncRef, false},
		{ref(2), FuncRef, true}, {ref(2), AnyRef, false}, {ref(3), ArrayRef, true}, {ref(3), StructRef, false},
		{NullRef, null(ref(0)), true}, {NullRef, ref(0), false}, {NullRef, null(ref(2)), false}, {NullFuncRef, null(ref(2)), true},
		{NullExternRef, null(ref(0)), false}, {StructRef, null(ref(0)), false}, {Ref(HeapBottom, false), ref(2), true},
		{FuncRef, FuncRef.AsNonNull(), false}, {FuncRef.AsNonNull(), FuncRef, true},
	} {
		if got := s.MatchValue(c.sub, c.super); got != c.want {
			t.Errorf("%v matches %v: have %v, want %v", c.sub, c.super, got, c.want)
		}
	}
}

// TestTypesOfInvalidModule shows that type indices to nowhere do no harm.
func TestTypesOfInvalidModule(t *testing.T) {
	s := NewTypeSet()
	ids := s.Add(typesOf(group(funcOf(refTo(7))), group(sub(structOf(), 1)), group(sub(structOf(), 9)), group(funcOf(Bottom))))
	if len(ids) != 4 || ids[0] == ids[3] || !s.IsSub(ids[1], ids[1]) || s.IsSub(ids[1], ids[2]) {
		t.Errorf("have ids %v", ids)
	}
}

// sameType is the definition of equality, word by word: two types are the same if they have the same place in groups that are the same.
func sameType(m *Module, a, b uint32) bool {
	ga, gb := groupOf(m, a), groupOf(m, b)
	if ga.Len != gb.Len || a-ga.Start != b-gb.Start {
		return false
	}
	index := func(x, y uint32) bool {
		if x >= ga.Start || y >= gb.Start {
			return x >= ga.Start && y >= gb.Start && x-ga.Start == y-gb.Start
		}
		return sameType(m, x, y)
	}
	value := func(x, y ValType) bool {
		i, concrete := x.Heap().Index()
		j, concrete2 := y.Heap().Index()
		if !concrete || !concrete2 {
			return x == y
		}
		return x.Nullable() == y.Nullable() && index(i, j)
	}
	for k := range ga.Len {
		x, y := &m.Types[ga.Start+k], &m.Types[gb.Start+k]
		if x.Final != y.Final || x.Kind != y.Kind || !slices.EqualFunc(x.Supers, y.Supers, index) ||
			!slices.EqualFunc(x.Func.Params, y.Func.Params, value) ||
			!slices.EqualFunc(x.Fields, y.Fields, func(x, y FieldType) bool { return x.Mutable == y.Mutable && value(x.Type, y.Type) }) {
			return false
		}
	}
	return true
}

func groupOf(m *Module, index uint32) Group {
	i := slices.IndexFunc(m.Groups, func(g Group) bool { return index < g.Start+g.Len })
	return m.Groups[i]
}

// randomTypes returns a module with types so simple that many are equal.
func randomTypes(rnd *rand.Rand) *Module {
	var groups [][]SubType
	n := uint32(0)
	for n < 12 {
		size := 1 + rnd.Uint32N(3)
		var g []SubType
		for i := range size {
			value := func() ValType {
				if rnd.IntN(3) == 0 {
					return I32
				}
				return Ref(HeapIndex(rnd.Uint32N(n+size)), rnd.IntN(4) == 0)
			}
			t := funcOf(value())
			if rnd.IntN(2) == 0 {
				t = structOf(value())
			}
			if rnd.IntN(3) == 0 && n+i > 0 {
				t = sub(t, rnd.Uint32N(n+i))
			}
			g = append(g, t)
		}
		groups = append(groups, g)
		n += size
	}
	return typesOf(groups...)
}

// TestTypeSetAgainstDefinition compares ids with the definition of equality on random modules.
func TestTypeSetAgainstDefinition(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	equal := 0
	for range 2000 {
		m := randomTypes(rnd)
		ids := NewTypeSet().Add(m)
		for a := range ids {
			for b := range a {
				want := sameType(m, uint32(a), uint32(b))
				if got := ids[a] == ids[b]; got != want {
					t.Fatalf("types %d and %d of %+v: have %v, want %v", a, b, m.Types, got, want)
				}
				if want {
					equal++
				}
			}
		}
	}
	if equal < 100 {
		t.Errorf("only %d equal pairs, too few to show much", equal)
	}
}

// TestTypeSetConcurrently adds the same modules from several goroutines, which must agree on the ids, while reading.
func TestTypeSetConcurrently(t *testing.T) {
	s := NewTypeSet()
	var all [4][]TypeID
	var wg sync.WaitGroup
	for g := range all {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(5, 6))
			for range 200 {
				ids := s.Add(randomTypes(rnd))
				for i := range ids {
					s.MatchValue(refTo(uint32(ids[i])), refTo(uint32(ids[0])))
				}
				all[g] = append(all[g], ids...)
			}
		})
	}
	wg.Wait()
	for g := range all {
		if !slices.Equal(all[g], all[0]) {
			t.Errorf("goroutine %d has other ids than goroutine 0", g)
		}
	}
}
