package validate

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// reference validates the instructions on references of any kind (spec 3.4.2).
func (b *body) reference(o op.Op) {
	switch o {
	case op.RefNull:
		b.push(wasm.Ref(b.in.Heap, true))
	case op.RefIsNull:
		b.popRef()
		b.push(wasm.I32)
	case op.RefFunc:
		b.refFunc(b.in.X)
	case op.RefAsNonNull:
		b.push(b.popRef().AsNonNull())
	case op.BrOnNull:
		t := b.popRef()
		b.passThrough(b.label(b.in.X).label())
		b.push(t.AsNonNull())
	case op.BrOnNonNull:
		t := b.popRef()
		b.push(t.AsNonNull())
		b.passThroughTop(b.label(b.in.X).label())
	case op.RefTest, op.RefTestNull:
		b.pop(wasm.Ref(b.v.match.top(b.in.Heap), true))
		b.push(wasm.I32)
	case op.RefCast, op.RefCastNull:
		b.pop(wasm.Ref(b.v.match.top(b.in.Heap), true))
		b.push(wasm.Ref(b.in.Heap, o == op.RefCastNull))
	case op.BrOnCast, op.BrOnCastFail:
		b.branchOnCast(o)
	case op.AnyConvertExtern:
		b.convert(wasm.ExternRef, wasm.AnyRef)
	case op.ExternConvertAny:
		b.convert(wasm.AnyRef, wasm.ExternRef)
	}
}

// popRef takes a reference of any type off the stack; in unreachable code that may be one to the bottom heap type.
func (b *body) popRef() wasm.ValType {
	t := b.popAny()
	if t == wasm.Bottom {
		return wasm.Ref(wasm.HeapBottom, false)
	}
	if !t.IsRef() {
		b.fail(wasm.TypeMismatch, "have %s, want a reference", t)
	}
	return t
}

// refFunc validates ref.func. In a body, the function has to be named outside of bodies, too.
func (b *body) refFunc(f uint32) {
	if b.init {
		b.v.declare(f)
	} else if !b.v.isDeclared(f) {
		b.fail(wasm.UndeclaredFuncRef, "function %d is in no export, element segment or initialiser", f)
	}
	b.push(wasm.Ref(wasm.HeapIndex(b.v.funcs[f]), false))
}

// passThroughTop types a branch that takes the topmost operand along, which is gone if the branch is not taken.
func (b *body) passThroughTop(label []wasm.ValType) {
	if len(label) == 0 || !label[len(label)-1].IsRef() {
		b.fail(wasm.TypeMismatch, "the label takes %s, want a reference last", typeList(label))
		return
	}
	b.passThrough(label)
	b.popAny()
}

// branchOnCast validates br_on_cast and br_on_cast_fail: with the cast of the operand from one type to another the branch is taken, or
// not; the other way goes what is left of the first type without the second.
func (b *body) branchOnCast(o op.Op) {
	from := wasm.Ref(b.in.Heap, b.in.CastFlags&wasm.CastNull != 0)
	to := wasm.Ref(b.in.Heap2, b.in.CastFlags&wasm.CastNull2 != 0)
	if !b.v.match.value(to, from) {
		b.fail(wasm.TypeMismatch, "cast to %s, want a subtype of %s", to, from)
		return
	}
	rest := from
	if to.Nullable() {
		rest = from.AsNonNull()
	}
	taken, left := to, rest
	if o == op.BrOnCastFail {
		taken, left = rest, to
	}
	b.pop(from)
	b.push(taken)
	b.passThroughTop(b.label(b.in.X).label())
	b.push(left)
}

// convert validates the conversions between internal and external references, which keep whether null is included.
func (b *body) convert(from, to wasm.ValType) {
	if t := b.pop(from); !t.Nullable() {
		to = to.AsNonNull()
	}
	b.push(to)
}
