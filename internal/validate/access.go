package validate

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// globalGet validates global.get (spec 3.4.5). A constant expression sees immutable globals only.
func (b *body) globalGet() {
	g := b.v.globals[b.in.X]
	if b.init && g.Mutable {
		b.fail(wasm.ConstantRequired, "global %d is mutable", b.in.X)
	}
	b.push(g.Type)
}

// globalSet validates global.set (spec 3.4.5).
func (b *body) globalSet() {
	g := b.v.globals[b.in.X]
	if !g.Mutable {
		b.fail(wasm.ImmutableGlobal, "%d", b.in.X)
	}
	b.pop(g.Type)
}

// tableOrMemory validates the table and memory instructions (spec 3.4.6, 3.4.7) whose type depends on more than an address type.
func (b *body) tableOrMemory(o op.Op) {
	x, y, addr := b.in.X, b.in.Y, b.tableAddr
	switch o {
	case op.TableGet:
		b.pop(addr)
		b.push(b.v.tables[x].Elem)
	case op.TableSet:
		b.pop(b.v.tables[x].Elem)
		b.pop(addr)
	case op.TableGrow:
		b.pop(addr)
		b.pop(b.v.tables[x].Elem)
		b.push(addr)
	case op.TableFill:
		b.pop(addr)
		b.pop(b.v.tables[x].Elem)
		b.pop(addr)
	case op.TableCopy:
		to, from := &b.v.tables[x], &b.v.tables[y]
		if !b.v.match.value(from.Elem, to.Elem) {
			b.fail(wasm.TypeMismatch, "table %d to table %d: have %s, want %s", y, x, from.Elem, to.Elem)
		}
		b.copies(to.Limits, from.Limits)
	case op.MemoryCopy:
		b.copies(b.v.mems[x].Limits, b.v.mems[y].Limits)
	}
}

// copies types the operands of memory.copy or table.copy: where to, where from, and how many, which fits both address types.
func (b *body) copies(to, from wasm.Limits) {
	if to.Is64 && from.Is64 {
		b.pop(wasm.I64)
	} else {
		b.pop(wasm.I32)
	}
	b.pop(from.Address())
	b.pop(to.Address())
}

// segmentMatches checks that the elements of a segment may go where elements of type want are.
func (b *body) segmentMatches(elem uint32, want wasm.ValType) {
	if have := b.v.m.Elems[elem].Type; !b.v.match.value(have, want) {
		b.fail(wasm.TypeMismatch, "element segment %d: have %s, want %s", elem, have, want)
	}
}
