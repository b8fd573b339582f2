package validate

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// maxArrayOperands bounds the operands of array.new_fixed, as browsers do.
const maxArrayOperands = 10_000

// aggregate validates the instructions on structs and arrays (spec 3.4.2).
func (b *body) aggregate(o op.Op) {
	switch o {
	case op.StructNew, op.StructNewDefault, op.StructGet, op.StructGetS, op.StructGetU, op.StructSet:
		b.structure(o)
	case op.ArrayCopy:
		b.arrayCopy()
	default:
		b.array(o)
	}
}

// null and nonNull return the references to the type with an index.
func null(index uint32) wasm.ValType    { return wasm.Ref(wasm.HeapIndex(index), true) }
func nonNull(index uint32) wasm.ValType { return wasm.Ref(wasm.HeapIndex(index), false) }

// structure validates the instructions on structs.
func (b *body) structure(o op.Op) {
	x := b.in.X
	t := &b.v.m.Types[x]
	if t.Kind != wasm.CompStruct {
		b.wrongKind(x, wasm.CompStruct)
		return
	}
	switch o {
	case op.StructNew:
		for i := len(t.Fields) - 1; i >= 0; i-- {
			b.pop(t.Fields[i].Type.Unpacked())
		}
		b.push(nonNull(x))
	case op.StructNewDefault:
		for i := range t.Fields {
			b.defaultable(t.Fields[i].Type)
		}
		b.push(nonNull(x))
	default:
		if b.inRange(wasm.UnknownField, b.in.Y, len(t.Fields)) {
			b.fieldAccess(o, x, t.Fields[b.in.Y])
		}
	}
}

// fieldAccess validates access to a field of the struct type x.
func (b *body) fieldAccess(o op.Op, x uint32, f wasm.FieldType) {
	if o == op.StructSet {
		if !f.Mutable {
			b.fail(wasm.ImmutableField, "%d of type %d", b.in.Y, x)
		}
		b.pop(f.Type.Unpacked())
		b.pop(null(x))
		return
	}
	b.extension(o != op.StructGet, f.Type)
	b.pop(null(x))
	b.push(f.Type.Unpacked())
}

// extension checks that an access says whether to extend the sign if, and only if, the field is packed.
func (b *body) extension(extends bool, t wasm.ValType) {
	if extends != t.IsPacked() {
		want := "an unpacked field"
		if extends {
			want = "a packed field"
		}
		b.fail(wasm.TypeMismatch, "have %s, want %s", t, want)
	}
}

// defaultable checks that a field has a default value.
func (b *body) defaultable(t wasm.ValType) {
	if !t.Defaultable() {
		b.fail(wasm.TypeMismatch, "have %s, want a type with a default value", t)
	}
}

// arrayType returns the type of the elements of the array type x.
func (b *body) arrayType(x uint32) (wasm.FieldType, bool) {
	t := &b.v.m.Types[x]
	if t.Kind != wasm.CompArray {
		b.wrongKind(x, wasm.CompArray)
		return wasm.FieldType{}, false
	}
	return t.Fields[0], true
}

// array validates the instructions on one array.
func (b *body) array(o op.Op) {
	x, y := b.in.X, b.in.Y
	f, ok := b.arrayType(x)
	if !ok {
		return
	}
	elem := f.Type.Unpacked()
	switch o {
	case op.ArrayNew:
		b.pop(wasm.I32)
		b.pop(elem)
		b.push(nonNull(x))
	case op.ArrayNewDefault:
		b.defaultable(f.Type)
		b.pop(wasm.I32)
		b.push(nonNull(x))
	case op.ArrayNewFixed:
		b.arrayNewFixed(x, y, elem)
	case op.ArrayNewData:
		b.numeric(f.Type)
		b.pop(wasm.I32)
		b.pop(wasm.I32)
		b.push(nonNull(x))
	case op.ArrayNewElem:
		b.segmentMatches(y, f.Type)
		b.pop(wasm.I32)
		b.pop(wasm.I32)
		b.push(nonNull(x))
	case op.ArrayGet, op.ArrayGetS, op.ArrayGetU:
		b.extension(o != op.ArrayGet, f.Type)
		b.pop(wasm.I32)
		b.pop(null(x))
		b.push(elem)
	default:
		b.arrayWrite(o, f)
	}
}

// arrayWrite validates the instructions that change one array.
func (b *body) arrayWrite(o op.Op, f wasm.FieldType) {
	x, y := b.in.X, b.in.Y
	b.mutableArray(x, f)
	switch o {
	case op.ArraySet:
		b.pop(f.Type.Unpacked())
	case op.ArrayFill:
		b.pop(wasm.I32)
		b.pop(f.Type.Unpacked())
	case op.ArrayInitData:
		b.numeric(f.Type)
		b.pop(wasm.I32)
		b.pop(wasm.I32)
	case op.ArrayInitElem:
		b.segmentMatches(y, f.Type)
		b.pop(wasm.I32)
		b.pop(wasm.I32)
	}
	b.pop(wasm.I32)
	b.pop(null(x))
}

// arrayNewFixed validates array.new_fixed with n operands.
func (b *body) arrayNewFixed(x, n uint32, elem wasm.ValType) {
	if n > maxArrayOperands {
		b.fail(wasm.LimitExceeded, "have %d operands, want at most %d", n, maxArrayOperands)
		return
	}
	for ; n > 0; n-- {
		b.pop(elem)
	}
	b.push(nonNull(x))
}

// arrayCopy validates array.copy.
func (b *body) arrayCopy() {
	to, ok1 := b.arrayType(b.in.X)
	from, ok2 := b.arrayType(b.in.Y)
	if !ok1 || !ok2 {
		return
	}
	b.mutableArray(b.in.X, to)
	if !b.v.match.value(from.Type, to.Type) {
		b.fail(wasm.ArrayTypesMismatch, "have %s, want %s", from.Type, to.Type)
	}
	b.pop(wasm.I32)
	b.pop(wasm.I32)
	b.pop(null(b.in.Y))
	b.pop(wasm.I32)
	b.pop(null(b.in.X))
}

// mutableArray checks that the elements of the array type x may be changed.
func (b *body) mutableArray(x uint32, f wasm.FieldType) {
	if !f.Mutable {
		b.fail(wasm.ImmutableArray, "type %d", x)
	}
}

// numeric checks that elements can be read from a data segment.
func (b *body) numeric(t wasm.ValType) {
	if t.IsRef() {
		b.fail(wasm.NotNumericArray, "have %s", t)
	}
}
