package interp

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// label is a structured instruction that is open, or the function's body, for which op is Call.
type label struct {
	op      op.Op
	params  []wasm.ValType
	results []wasm.ValType
	base    int    // operands below the parameters
	slot    uint32 // the slot of the first parameter or result
	start   uint32 // of a loop: the target of branches to it
	ends    uint32 // 1 + the last instruction to be patched with the end; each has the one before in C, and 0 ends the list
	elses   uint32 // of an if without else so far: likewise for the one that leads to the else
	used    bool   // the end can be reached by a branch
	try     int    // of a try_table: its handler
}

// target returns the types of the operands that a branch to the label takes.
func (b *label) target() []wasm.ValType {
	if b.op == op.Loop {
		return b.params
	}
	return b.results
}

// label returns the label at a depth.
func (l *lowering) label(depth uint32) *label { return &l.labels[len(l.labels)-1-int(depth)] }

// openLabel opens a label whose parameters are on the stack.
func (l *lowering) openLabel(o op.Op, params, results []wasm.ValType) *label {
	base := len(l.stack) - len(params)
	slot := l.height
	if len(params) > 0 {
		slot = l.stack[base].slot
	}
	l.labels = append(l.labels, label{op: o, params: params, results: results, base: base, slot: slot})
	l.producer = -1
	return &l.labels[len(l.labels)-1]
}

// blockType returns the parameters and results of a block type.
func (l *lowering) blockType() (params, results []wasm.ValType) {
	switch b := &l.in.Block; b.Kind {
	case wasm.BlockValue:
		return nil, []wasm.ValType{b.Type}
	case wasm.BlockIndex:
		t := l.m.Sigs[b.Index]
		return t.Params, t.Results
	}
	return nil, nil
}

// lowerControl lowers the instructions that move control within the function.
func (l *lowering) lowerControl() {
	switch in := &l.in; in.Op {
	case op.Block, op.Loop:
		params, results := l.blockType()
		l.settleBlock(params)
		l.openLabel(in.Op, params, results).start = uint32(len(l.instrs))
		if in.Op == op.Loop {
			l.countTurns()
			l.meterFuel()
		}
	case op.If:
		l.lowerIf()
	case op.TryTable:
		l.lowerTry()
	case op.Else:
		l.lowerElse()
	case op.End:
		l.lowerEnd()
	case op.Br:
		l.branch(in.X)
		l.dead = true
	case op.BrIf:
		l.lowerBrIf()
	case op.BrTable:
		l.lowerBrTable()
	case op.BrOnNull:
		l.lowerBrOnNull()
	case op.BrOnNonNull:
		l.lowerBrOnNonNull()
	case op.Return:
		l.emitReturn()
		l.dead = true
	case op.Unreachable, op.ThrowRef:
		a := uint32(0)
		if in.Op == op.ThrowRef {
			a = l.read(l.pop())
		}
		l.emit(opcode(in.Op), a, 0, 0)
		l.dead = true
	case op.Throw:
		t, _ := l.m.TagTypeIndex(in.X)
		l.settleTop(len(l.m.Sigs[t].Params))
		l.popTo(len(l.stack) - len(l.m.Sigs[t].Params))
		l.emit(opcode(op.Throw), l.height, in.X, 0)
		l.dead = true
	}
}

// settleBlock prepares the stack for the start of a block: parameters in their slots, nothing in locals.
func (l *lowering) settleBlock(params []wasm.ValType) {
	l.settleTop(len(params))
	l.settleLocals()
}

// countTurns has the turns of the loop counted that has just been opened.
func (l *lowering) countTurns() {
	if l.heat == nil {
		return
	}
	number := noLoop
	if len(l.stack) == 0 {
		number = uint32(len(l.heat.loops))
		l.heat.loops = append(l.heat.loops, Loop{Func: l.heat.index, Offset: l.in.Offset})
	}
	l.emit(opLoop, number, 0, 0)
}

func (l *lowering) lowerIf() {
	cond := l.popCond()
	params, results := l.blockType()
	l.settleBlock(params)
	b := l.openLabel(op.If, params, results)
	l.patchLater(&b.elses, l.emitCond(cond, false))
}

func (l *lowering) lowerElse() {
	b := l.label(0)
	if !l.dead {
		l.settleTop(len(b.results))
		l.patchLater(&b.ends, l.emit(opBr, 0, 0, 0))
		b.used = true
	}
	l.patch(&b.elses)
	l.popTo(b.base)
	l.pushAll(b.params)
	b.op = op.Else
	l.count.exact = false
	// The if's condition was reachable, or the lowering would have skipped it.
	l.dead, l.producer = false, -1
}

func (l *lowering) lowerEnd() {
	b := l.label(0)
	if b.op == op.Call {
		if !l.dead {
			l.emitReturn()
		}
		l.labels = nil
		return
	}
	if !l.dead {
		l.settleTop(len(b.results))
	}
	if b.op == op.If {
		// Without an else, the parameters are the results, in the same slots.
		l.patch(&b.elses)
		b.used = true
	}
	if b.op == op.TryTable {
		l.handlers[b.try].end = uint32(len(l.instrs))
	}
	l.patch(&b.ends)
	alive := !l.dead || b.used
	l.popTo(b.base)
	l.pushAll(b.results)
	l.labels = l.labels[:len(l.labels)-1]
	l.dead, l.producer = !alive, -1
	l.count.exact = false
}

// patchLater puts an instruction with an open target onto a list.
func (l *lowering) patchLater(list *uint32, at int) {
	l.instrs[at].C = *list
	*list = uint32(at) + 1
}

// patch gives the instructions of a list the next instruction as their target.
func (l *lowering) patch(list *uint32) {
	for *list != 0 {
		i := &l.instrs[*list-1]
		*list, i.C = i.C, uint32(len(l.instrs))
	}
}

// jump makes an instruction's C the target of a branch to a label.
func (l *lowering) jump(b *label, at int) {
	if b.op == op.Loop {
		l.instrs[at].C = b.start
		return
	}
	b.used = true
	l.patchLater(&b.ends, at)
}

// inPlace reports whether the operands that a branch takes lie where it takes them.
func (l *lowering) inPlace(b *label) bool {
	n := len(b.target())
	return n == 0 || l.stack[len(l.stack)-n].slot == b.slot
}

// moveTo emits what moves the topmost operands to where a branch to b takes them, which is not above where they are.
func (l *lowering) moveTo(b *label) {
	n := len(b.target())
	if l.inPlace(b) {
		l.settleTop(n)
		return
	}
	first := len(l.stack) - n
	if n == 1 {
		l.move(&l.stack[first], b.slot)
		return
	}
	l.settleTop(n)
	from := l.stack[first].slot
	l.emit(opCopyN, b.slot, from, l.height-from)
}

// branch emits an unconditional branch with its operands.
func (l *lowering) branch(depth uint32) {
	b := l.label(depth)
	if b.op == op.Call {
		l.emitReturn()
		return
	}
	l.moveTo(b)
	l.jump(b, l.emit(opBr, 0, 0, 0))
}

// emitReturn returns the topmost operands.
func (l *lowering) emitReturn() {
	l.returnFuel()
	switch results := l.labels[0].results; {
	case len(results) == 1 && results[0] != wasm.V128:
		l.emit(opReturn1, l.read(&l.stack[len(l.stack)-1]), 0, 0)
	default:
		l.settleTop(len(results))
		n := uint32(wasm.SlotsOf(results))
		l.emit(opReturn, l.height-n, n, 0)
	}
}

// branchIf emits a branch that is taken if cond holds, or if it does not. Operands that must be moved are moved on the taken path only.
func (l *lowering) branchIf(depth uint32, cond condition, holds bool) {
	b := l.label(depth)
	if b.op != op.Call && l.inPlace(b) {
		l.settleTop(len(b.target()))
		l.jump(b, l.emitCond(cond, holds))
		return
	}
	// Here too the operands stay on the stack for the other path, so what settles must do so in front of the branch.
	if len(b.target()) > 1 || b.op == op.Call {
		l.settleTop(len(b.target()))
	}
	over := l.emitCond(cond, !holds)
	l.branch(depth)
	l.instrs[over].C = uint32(len(l.instrs))
	l.producer = -1
}

func (l *lowering) lowerBrIf() {
	cond := l.popCond()
	l.branchIf(l.in.X, cond, true)
}

func (l *lowering) lowerBrOnNull() {
	l.settleTop(1)
	ref := *l.pop()
	l.branchIf(l.in.X, condition{o: opBrI64Eqz, a: ref.slot}, true)
	l.push(wasm.AnyRef)
}

func (l *lowering) lowerBrOnNonNull() {
	l.settleTop(1)
	ref := l.stack[len(l.stack)-1].slot
	l.branchIf(l.in.X, condition{o: opBrI64Eqz, a: ref}, false)
	l.pop()
}

// lowerBrTable lowers br_table to a list of branches. Where operands must be moved, the branch leads to code behind the list that
// moves them; targets that repeat share it.
func (l *lowering) lowerBrTable() {
	index := l.read(l.pop())
	targets := l.in.Labels
	n := len(l.label(targets[0]).target())
	l.settleTop(n)
	l.emit(opBrTable, index, uint32(len(targets)-1), 0)
	table := len(l.instrs)
	stubs := map[uint32]uint32{}
	for _, depth := range targets {
		at := l.emit(opBr, 0, 0, 0)
		if b := l.label(depth); b.op != op.Call && l.inPlace(b) {
			l.jump(b, at)
		} else {
			stubs[depth] = 0
		}
	}
	for i, depth := range targets {
		if stub, ok := stubs[depth]; ok {
			if stub == 0 {
				stub = uint32(len(l.instrs))
				stubs[depth] = stub
				l.branch(depth)
			}
			l.instrs[table+i].C = stub
		}
	}
	l.dead = true
}

// condition is what a conditional branch depends on: an instruction that branches if it holds, with its operands.
type condition struct {
	o    opcode
	a, b uint32
}

// popCond pops an i32 to branch on. If a comparison just computed it, it is withdrawn, to become one with the branch.
func (l *lowering) popCond() condition {
	producer := l.producer
	o := l.pop()
	if o.kind == inSlot && producer >= 0 && producer == len(l.instrs)-1 {
		if p := l.instrs[producer]; p.A == o.slot && branchForm[p.Op] != 0 {
			l.instrs = l.instrs[:producer]
			if l.offsets != nil {
				*l.offsets = (*l.offsets)[:producer]
			}
			l.producer = -1
			return condition{o: branchForm[p.Op], a: p.B, b: p.C}
		}
	}
	return condition{o: opBrIf, a: l.read(o)}
}

// emitCond emits a conditional branch whose target is still open and returns its index.
func (l *lowering) emitCond(c condition, holds bool) int {
	o := c.o
	if !holds {
		o = negated(o)
	}
	return l.emit(o, c.a, c.b, 0)
}

// negated returns the branch that is taken when o is not. They come in pairs.
func negated(o opcode) opcode {
	if o == opBrIf {
		return opBrIfNot
	}
	return o + 1
}
