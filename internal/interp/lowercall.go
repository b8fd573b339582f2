package interp

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// lowerCall lowers the calls and tail calls. Their arguments lie side by side at the top of the frame.
func (l *lowering) lowerCall() {
	in := &l.in
	switch in.Op {
	case op.Call, op.ReturnCall:
		o, tail := opCall, opCallTail
		if in.X < uint32(l.m.ImportedFuncs) || !l.own(in.X) {
			o, tail = opCallImport, opCallImportTail
		}
		l.call(o, tail, l.m.FuncSig(in.X), in.X)
	case op.CallIndirect, op.ReturnCallIndirect:
		index := l.read(l.pop())
		l.call(opCallIndirect, opCallIndirectTail, l.m.Sigs[in.X], index)
	case op.CallRef, op.ReturnCallRef:
		ref := l.read(l.pop())
		l.call(opCallRef, opCallRefTail, l.m.Sigs[in.X], ref)
	}
}

// call emits a call of a function type with operand b.
func (l *lowering) call(o, tail opcode, t *rt.FuncType, b uint32) {
	n := len(t.Params)
	l.settleTop(n)
	l.popTo(len(l.stack) - n)
	isTail := l.in.Op != op.Call && l.in.Op != op.CallIndirect && l.in.Op != op.CallRef
	if isTail {
		o = tail
	}
	l.emit(o, l.height, b, uint32(t.ParamSlots))
	if o == opCallIndirect || o == opCallIndirectTail {
		l.emit(opWord, l.in.X, l.in.Y, 0)
	}
	l.slots = max(l.slots, l.height+uint32(t.Slots()))
	if isTail {
		l.dead = true
		return
	}
	l.pushAll(t.Results)
	l.producer = -1
}

// lowerTry opens a try_table. Each of its clauses gets a branch, in front of the body, that leads to the clause's label; the
// handler puts the exception's arguments where that label takes them.
func (l *lowering) lowerTry() {
	in := &l.in
	params, results := l.blockType()
	l.settleBlock(params)
	over := l.emit(opBr, 0, 0, 0)
	h := handler{}
	for _, c := range in.Catches {
		b := l.label(c.Label)
		k := catch{
			all:  c.Kind == wasm.CatchAll || c.Kind == wasm.CatchAllRef,
			ref:  c.Kind == wasm.CatchTagRef || c.Kind == wasm.CatchAllRef,
			tag:  c.Tag,
			slot: b.slot,
		}
		if b.op == op.Call {
			// A branch to the body's label returns; the results are where operands begin.
			k.slot = l.returnSlot()
		}
		k.target = uint32(len(l.instrs))
		if b.op == op.Call {
			n := uint32(wasm.SlotsOf(b.results))
			l.slots = max(l.slots, k.slot+n)
			l.emit(opReturn, k.slot, n, 0)
		} else {
			l.slots = max(l.slots, k.slot+uint32(wasm.SlotsOf(b.target())))
			l.jump(b, l.emit(opBr, 0, 0, 0))
		}
		h.catches = append(h.catches, k)
	}
	l.instrs[over].C = uint32(len(l.instrs))
	b := l.openLabel(op.TryTable, params, results)
	b.try = len(l.handlers)
	h.start = uint32(len(l.instrs))
	l.handlers = append(l.handlers, h)
}

// returnSlot is the slot behind the locals.
func (l *lowering) returnSlot() uint32 { return l.labels[0].slot }
