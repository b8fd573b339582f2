package validate

import (
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// label returns the frame that a label denotes; the label is in range.
func (b *body) label(l uint32) *frame { return &b.frames[len(b.frames)-1-int(l)] }

// branchAlways validates br.
func (b *body) branchAlways() {
	b.popAll(b.label(b.in.X).label())
	b.unreachable()
}

// branchIf validates br_if.
func (b *body) branchIf() {
	b.pop(wasm.I32)
	b.passThrough(b.label(b.in.X).label())
}

// passThrough types operands that a branch may take along and that are there afterwards, of the branch's types, if it is not taken.
func (b *body) passThrough(ts []wasm.ValType) {
	b.popAll(ts)
	b.pushAll(ts)
}

// branchTable validates br_table. The operands stay what they are while they are compared to the types of each label.
func (b *body) branchTable() {
	b.pop(wasm.I32)
	labels := b.in.Labels
	b.branch++
	arity := -1
	for i := len(labels) - 1; i >= 0 && b.err == nil; i-- { // the default first
		if !b.inRange(wasm.UnknownLabel, labels[i], len(b.frames)) {
			return
		}
		f := b.label(labels[i])
		if f.branch == b.branch {
			continue
		}
		f.branch = b.branch
		ts := f.label()
		if arity < 0 {
			arity = len(ts)
		}
		if len(ts) != arity {
			b.fail(wasm.TypeMismatch, "label %d takes %s, the default takes %d operands", labels[i], typeList(ts), arity)
			return
		}
		b.match(ts)
	}
	b.unreachable()
}

// returns validates return.
func (b *body) returns() {
	b.popAll(b.frames[0].results)
	b.unreachable()
}

// call validates a call of a function of type t; its other operands are off the stack.
func (b *body) call(t *wasm.FuncType) {
	b.popAll(t.Params)
	b.pushAll(t.Results)
}

// tailCall validates a tail call of a function of type t; its other operands are off the stack.
func (b *body) tailCall(t *wasm.FuncType) {
	if want := b.frames[0].results; !b.v.match.values(t.Results, want) {
		b.fail(wasm.TypeMismatch, "the callee returns %s, want %s", typeList(t.Results), typeList(want))
	}
	b.popAll(t.Params)
	b.unreachable()
}

// callee returns the type of a function in the index space.
func (b *body) callee() *wasm.FuncType { return &b.v.m.Types[b.v.funcs[b.in.X]].Func }

// calleeInTable returns the type that call_indirect names, after popping the index into the table.
func (b *body) calleeInTable() *wasm.FuncType {
	if elem := b.v.tables[b.in.Y].Elem; !b.v.match.value(elem, wasm.FuncRef) {
		b.fail(wasm.TypeMismatch, "table %d: have %s, want %s", b.in.Y, elem, wasm.FuncRef)
	}
	b.pop(b.tableAddr)
	return b.funcType(b.in.X)
}

// calleeInRef returns the type that call_ref names, after popping the reference.
func (b *body) calleeInRef() *wasm.FuncType {
	b.pop(wasm.Ref(wasm.HeapIndex(b.in.X), true))
	return b.funcType(b.in.X)
}

// throw validates throw.
func (b *body) throw() {
	b.popAll(b.tagParams(b.in.X))
	b.unreachable()
}

// throwRef validates throw_ref.
func (b *body) throwRef() {
	b.pop(wasm.ExnRef)
	b.unreachable()
}

// tagParams returns the types of the values that an exception with a tag carries.
func (b *body) tagParams(tag uint32) []wasm.ValType { return b.v.m.Types[b.v.tags[tag]].Func.Params }

// tryTable validates try_table. The labels of its clauses do not count its own block.
func (b *body) tryTable() {
	for _, c := range b.in.Catches {
		if !b.inRange(wasm.UnknownLabel, c.Label, len(b.frames)) {
			return
		}
		var caught []wasm.ValType
		if c.Kind == wasm.CatchTag || c.Kind == wasm.CatchTagRef {
			if !b.inRange(wasm.UnknownTag, c.Tag, len(b.v.tags)) {
				return
			}
			caught = b.tagParams(c.Tag)
		}
		if want := b.label(c.Label).label(); !b.catches(c.Kind, caught, want) {
			b.fail(wasm.TypeMismatch, "%s to label %d: have %s, want %s", c.Kind, c.Label, b.caughtList(c.Kind, caught), typeList(want))
			return
		}
	}
	b.open()
}

// exn is the type of the reference that catch_ref and catch_all_ref pass on.
var exn = wasm.Ref(wasm.HeapExn, false)

// catches reports whether what a clause passes on, namely the values of the tag and perhaps the exception, matches its label.
func (b *body) catches(k wasm.CatchKind, caught, label []wasm.ValType) bool {
	if k == wasm.CatchTagRef || k == wasm.CatchAllRef {
		n := len(label) - 1
		if n < 0 || !b.v.match.value(exn, label[n]) {
			return false
		}
		label = label[:n]
	}
	return b.v.match.values(caught, label)
}

// caughtList spells what a clause passes on.
func (b *body) caughtList(k wasm.CatchKind, caught []wasm.ValType) string {
	if k == wasm.CatchTagRef || k == wasm.CatchAllRef {
		caught = append(slices.Clip(caught), exn)
	}
	return typeList(caught)
}

// selectUntyped validates select without types, whose operands have to be numbers or vectors of one type (spec 3.4.3).
func (b *body) selectUntyped() {
	b.pop(wasm.I32)
	t2 := b.popAny()
	t1 := b.popAny()
	switch {
	case b.err != nil:
	case t1.IsRef() || t2.IsRef():
		b.fail(wasm.TypeMismatch, "have [%s %s], want numbers or vectors", t1, t2)
	case t1 != t2 && t1 != wasm.Bottom && t2 != wasm.Bottom:
		b.fail(wasm.TypeMismatch, "have [%s %s], want twice the same", t1, t2)
	}
	if t1 == wasm.Bottom {
		t1 = t2
	}
	b.push(t1)
}

// selectTyped validates select with types.
func (b *body) selectTyped() {
	if len(b.in.Types) != 1 {
		b.fail(wasm.InvalidResultArity, "have %d types, want 1", len(b.in.Types))
		return
	}
	t := b.in.Types[0]
	b.pop(wasm.I32)
	b.pop(t)
	b.pop(t)
	b.push(t)
}

// byHand validates the current instruction, of those whose type the table does not give. Its immediates are in range.
func (b *body) byHand() {
	switch o := b.in.Op; o {
	case op.Unreachable:
		b.unreachable()
	case op.Block, op.Loop, op.If:
		b.open()
	case op.Else:
		b.elseBranch()
	case op.End:
		b.end()
	case op.TryTable:
		b.tryTable()
	case op.Throw:
		b.throw()
	case op.ThrowRef:
		b.throwRef()
	case op.Br:
		b.branchAlways()
	case op.BrIf:
		b.branchIf()
	case op.BrTable:
		b.branchTable()
	case op.Return:
		b.returns()
	case op.Call:
		b.call(b.callee())
	case op.CallIndirect:
		b.call(b.calleeInTable())
	case op.CallRef:
		b.call(b.calleeInRef())
	case op.ReturnCall:
		b.tailCall(b.callee())
	case op.ReturnCallIndirect:
		b.tailCall(b.calleeInTable())
	case op.ReturnCallRef:
		b.tailCall(b.calleeInRef())
	case op.Drop:
		b.popAny()
	case op.Select:
		b.selectUntyped()
	case op.SelectT:
		b.selectTyped()
	case op.LocalGet, op.LocalSet, op.LocalTee:
		b.localAccess(o, b.in.X)
	case op.GlobalGet:
		b.globalGet()
	case op.GlobalSet:
		b.globalSet()
	case op.TableGet, op.TableSet, op.TableGrow, op.TableFill, op.TableCopy, op.MemoryCopy:
		b.tableOrMemory(o)
	case op.RefNull, op.RefIsNull, op.RefFunc, op.RefAsNonNull, op.BrOnNull, op.BrOnNonNull,
		op.RefTest, op.RefTestNull, op.RefCast, op.RefCastNull, op.BrOnCast, op.BrOnCastFail,
		op.AnyConvertExtern, op.ExternConvertAny:
		b.reference(o)
	default:
		b.aggregate(o)
	}
}
