package interp

import "github.com/weft-wasm/weft/internal/wasm"

// operand is an entry of the operand stack while a function is lowered. Its value need not be in its slot yet: it may still be in the
// local that it was read from, or be a constant.
type operand struct {
	kind   operandKind
	wide   bool   // v128, two slots
	slot   uint32 // its own slot
	local  uint32 // for inLocal: the local's index
	next   int32  // for inLocal: the next older operand in the same local, or -1
	lo, hi uint64 // for isConst
}

type operandKind uint8

const (
	inSlot operandKind = iota
	inLocal
	isConst
)

// local is a local variable while a function is lowered.
type local struct {
	slot  uint32
	wide  bool
	alias int32 // the topmost operand that is still in this local, or -1
}

// push puts an operand of a type on the stack, in its slot.
func (l *lowering) push(t wasm.ValType) *operand {
	l.stack = append(l.stack, operand{slot: l.height, wide: t == wasm.V128})
	l.height += uint32(t.Slots())
	l.slots = max(l.slots, l.height)
	return &l.stack[len(l.stack)-1]
}

func (l *lowering) pushAll(types []wasm.ValType) {
	for _, t := range types {
		l.push(t)
	}
}

func (l *lowering) pushConst(t wasm.ValType, lo, hi uint64) {
	o := l.push(t)
	o.kind, o.lo, o.hi = isConst, lo, hi
}

func (l *lowering) pushLocal(index uint32) {
	v := &l.locals[index]
	t := wasm.I64
	if v.wide {
		t = wasm.V128
	}
	o := l.push(t)
	o.kind, o.local, o.next = inLocal, index, v.alias
	v.alias = int32(len(l.stack) - 1)
}

// pop takes the topmost operand off the stack. It stays readable until the next push.
func (l *lowering) pop() *operand {
	n := len(l.stack) - 1
	o := &l.stack[n]
	l.stack = l.stack[:n]
	l.height = o.slot
	l.settled = min(l.settled, n)
	if o.kind == inLocal {
		// Operands leave in the order opposite to that in which they came, so this is the topmost one in its local.
		l.locals[o.local].alias = o.next
	}
	return o
}

// popTo pops operands until n are left.
func (l *lowering) popTo(n int) {
	for len(l.stack) > n {
		l.pop()
	}
}

// read returns the slot where the value of an operand can be read, after emitting a constant if it is one.
func (l *lowering) read(o *operand) uint32 {
	switch o.kind {
	case inLocal:
		return l.locals[o.local].slot
	case isConst:
		l.emitConst(o, o.slot)
	}
	return o.slot
}

// settle brings an operand into its own slot. One that was in a local must have been unlinked from it, or be about to be.
func (l *lowering) settle(o *operand) {
	l.move(o, o.slot)
	o.kind = inSlot
}

// move emits what copies the value of an operand into a slot.
func (l *lowering) move(o *operand, to uint32) {
	switch {
	case o.kind == isConst:
		l.emitConst(o, to)
	case o.kind == inLocal && o.wide:
		l.emit(opCopy2, to, l.locals[o.local].slot, 0)
	case o.kind == inLocal:
		l.emit(opCopy, to, l.locals[o.local].slot, 0)
	case o.slot != to && o.wide:
		l.emit(opCopy2, to, o.slot, 0)
	case o.slot != to:
		l.emit(opCopy, to, o.slot, 0)
	}
}

func (l *lowering) emitConst(o *operand, to uint32) {
	l.put(immInstr(opConst, to, o.lo))
	if o.wide {
		l.put(immInstr(opConst, to+1, o.hi))
	}
}

// settleTop brings the n topmost operands into their slots, which lie side by side.
func (l *lowering) settleTop(n int) {
	// From the top down, because that is the order in which operands in the same local are linked.
	for i := len(l.stack) - 1; i >= len(l.stack)-n; i-- {
		o := &l.stack[i]
		if o.kind == inLocal {
			l.locals[o.local].alias = o.next
		}
		l.settle(o)
	}
}

// settleLocals brings all operands that are in locals into their slots, as must be where control flow splits or joins: on another path
// the local may be written. Constants can stay, they are the same on every path.
//
// Operands below settled are known to be done, which makes the work linear in the number of pushes.
func (l *lowering) settleLocals() {
	for i := len(l.stack) - 1; i >= l.settled; i-- {
		if o := &l.stack[i]; o.kind == inLocal {
			l.locals[o.local].alias = -1
			l.settle(o)
		}
	}
	l.settled = len(l.stack)
}

// settleAliases brings the operands that are in one local into their slots, because the local is about to be written.
func (l *lowering) settleAliases(v *local) {
	for v.alias >= 0 {
		o := &l.stack[v.alias]
		v.alias = o.next
		l.settle(o)
	}
}
