package weft

import (
	"fmt"
	"math"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// V128 is a 128-bit vector: lane 0 is in the low bits of Lo.
type V128 struct{ Lo, Hi uint64 }

// Extern is a value of the host that a guest holds as an externref. An Extern with a nil Value is the null reference.
type Extern struct{ Value any }

// Value is the set of Go types that WebAssembly values have in typed calls: int32 and uint32 for i32, int64 and uint64 for i64,
// float32 for f32, float64 for f64, V128 for v128, *Func for funcref and Extern for externref.
type Value interface {
	int32 | uint32 | int64 | uint64 | float32 | float64 | V128 | *Func | Extern
}

// valueTypeOf returns the WebAssembly type of a Go type in Value.
func valueTypeOf(v any) (ValueType, bool) {
	switch v.(type) {
	case int32, uint32:
		return I32, true
	case int64, uint64:
		return I64, true
	case float32:
		return F32, true
	case float64:
		return F64, true
	case V128:
		return Vec128, true
	case *Func:
		return FuncRef, true
	case Extern:
		return ExternRef, true
	}
	return ValueType{}, false
}

// place is where values meet slots: the store that references belong to, and the engine for functions that come out.
type place struct {
	engine *Engine
	store  *rt.Store
}

// put stores v, which is of a type in Value, and returns the slots behind it. There must be room.
func (p place) put(slots []uint64, v any) []uint64 {
	switch v := v.(type) {
	case int32:
		return p.putAt(slots, &v)
	case uint32:
		return p.putAt(slots, &v)
	case int64:
		return p.putAt(slots, &v)
	case uint64:
		return p.putAt(slots, &v)
	case float32:
		return p.putAt(slots, &v)
	case float64:
		return p.putAt(slots, &v)
	case V128:
		return p.putAt(slots, &v)
	case *Func:
		return p.putAt(slots, &v)
	case Extern:
		return p.putAt(slots, &v)
	}
	return slots
}

// putAt is put for the value that from points to. Unlike a value in an interface, a pointer needs no allocation.
func (p place) putAt(slots []uint64, from any) []uint64 {
	switch v := from.(type) {
	case *int32:
		slots[0] = uint64(uint32(*v))
	case *uint32:
		slots[0] = uint64(*v)
	case *int64:
		slots[0] = uint64(*v)
	case *uint64:
		slots[0] = *v
	case *float32:
		slots[0] = uint64(math.Float32bits(*v))
	case *float64:
		slots[0] = math.Float64bits(*v)
	case *V128:
		slots[0], slots[1] = v.Lo, v.Hi
		return slots[2:]
	case **Func:
		slots[0] = uint64(p.funcRef(*v))
	case *Extern:
		slots[0] = uint64(p.externRef(*v))
	}
	return slots[1:]
}

func (p place) funcRef(f *Func) rt.Ref {
	if f == nil {
		return 0
	}
	return p.store.FuncRef(f.f)
}

func (p place) externRef(x Extern) rt.Ref {
	if x.Value == nil {
		return 0
	}
	return p.store.NewRef(&rt.Object{Value: x.Value})
}

// get stores the value in slots to to, which points to a type in Value, and returns the slots behind it.
func (p place) get(slots []uint64, to any) []uint64 {
	switch to := to.(type) {
	case *int32:
		*to = int32(slots[0])
	case *uint32:
		*to = uint32(slots[0])
	case *int64:
		*to = int64(slots[0])
	case *uint64:
		*to = slots[0]
	case *float32:
		*to = math.Float32frombits(uint32(slots[0]))
	case *float64:
		*to = math.Float64frombits(slots[0])
	case *V128:
		*to = V128{slots[0], slots[1]}
		return slots[2:]
	case **Func:
		*to = wrapFunc(p.engine, rt.FuncOf(rt.Ref(slots[0])))
	case *Extern:
		*to = p.extern(slots[0])
	}
	return slots[1:]
}

func (p place) extern(slot uint64) Extern {
	if o := p.store.Object(rt.Ref(slot)); o != nil {
		return Extern{o.Value}
	}
	return Extern{}
}

// ref is a reference that the host can pass on but not look into: one that is neither a function nor an external value.
type ref struct {
	t wasm.ValType
	o *rt.Object // nil for null
}

// toAny returns the value in slots as the Go type that stands for its type in untyped calls, and the slots behind it.
func (p place) toAny(slots []uint64, t wasm.ValType) (any, []uint64) {
	switch {
	case t == wasm.I32:
		return int32(slots[0]), slots[1:]
	case t == wasm.I64:
		return int64(slots[0]), slots[1:]
	case t == wasm.F32:
		return math.Float32frombits(uint32(slots[0])), slots[1:]
	case t == wasm.F64:
		return math.Float64frombits(slots[0]), slots[1:]
	case t == wasm.V128:
		return V128{slots[0], slots[1]}, slots[2:]
	case isFunc(t):
		return wrapFunc(p.engine, rt.FuncOf(rt.Ref(slots[0]))), slots[1:]
	case t.Heap() == wasm.HeapExtern, t.Heap() == wasm.HeapNoExtern:
		return p.extern(slots[0]), slots[1:]
	}
	if slots[0] == 0 {
		return nil, slots[1:]
	}
	return ref{t, p.store.Object(rt.Ref(slots[0]))}, slots[1:]
}

// isFunc reports whether t is a reference to functions. References to defined types are: GC objects cannot exist yet.
func isFunc(t wasm.ValType) bool {
	if !t.IsRef() {
		return false
	}
	_, concrete := t.Heap().Index()
	return concrete || t.Heap() == wasm.HeapFunc || t.Heap() == wasm.HeapNoFunc
}

// fromAny stores a Go value as a value of type t and returns the slots behind it. Besides the types of Value, int goes for i32 and i64 if it
// fits, and nil for a null reference.
func (p place) fromAny(slots []uint64, t wasm.ValType, v any) ([]uint64, error) {
	if n, ok := v.(int); ok {
		switch {
		case t == wasm.I32 && int64(n) >= math.MinInt32 && int64(n) <= math.MaxUint32:
			v = uint32(n)
		case t == wasm.I64:
			v = int64(n)
		}
	}
	if v == nil && t.IsRef() && t.Nullable() {
		slots[0] = 0
		return slots[1:], nil
	}
	if have, ok := valueTypeOf(v); ok && have.t == t {
		return p.put(slots, v), nil
	}
	switch v := v.(type) {
	case *Func:
		if isFunc(t) && p.fits(v, t) {
			return p.put(slots, v), nil
		}
	case Extern:
		if t.Heap() == wasm.HeapExtern && t.IsRef() && v.Value != nil {
			return p.put(slots, v), nil
		}
	case ref:
		if v.t == t {
			slots[0] = 0
			if v.o != nil {
				slots[0] = uint64(p.store.NewRef(&rt.Object{Value: v.o.Value, Exception: v.o.Exception}))
			}
			return slots[1:], nil
		}
	}
	have := goTypeName(v)
	if n, ok := v.(int); ok && t == wasm.I32 {
		have = fmt.Sprintf("int %d", n)
	}
	return nil, &TypeError{What: "value", Have: have, Want: goTypeFor(t)}
}

// fits reports whether a function may be passed as a reference of type t.
func (p place) fits(f *Func, t wasm.ValType) bool {
	if f == nil {
		return t.Nullable()
	}
	index, concrete := t.Heap().Index()
	if !concrete {
		return t.Heap() == wasm.HeapFunc
	}
	return p.engine.types.IsSub(f.f.Type.ID, wasm.TypeID(index))
}

func goTypeName(v any) string {
	if v == nil {
		return "nil"
	}
	if t, ok := valueTypeOf(v); ok {
		return fmt.Sprintf("%T (%s)", v, t)
	}
	return fmt.Sprintf("%T", v)
}

// goTypeFor names the Go type for a WebAssembly type.
func goTypeFor(t wasm.ValType) string {
	switch t {
	case wasm.I32:
		return "int32 or uint32 (i32)"
	case wasm.I64:
		return "int64 or uint64 (i64)"
	case wasm.F32:
		return "float32 (f32)"
	case wasm.F64:
		return "float64 (f64)"
	case wasm.V128:
		return "weft.V128 (v128)"
	}
	if isFunc(t) {
		return "*weft.Func (" + t.String() + ")"
	}
	return "weft.Extern (" + t.String() + ")"
}
