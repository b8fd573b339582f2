package interp

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// valType is the value type of an operand type in op's table, as far as slots are concerned.
func valType(t op.Type) wasm.ValType {
	switch t {
	case op.I32:
		return wasm.I32
	case op.V128:
		return wasm.V128
	}
	return wasm.I64
}

// lowerByTable lowers an instruction that its row describes.
func (l *lowering) lowerByTable(info *op.Info) {
	in := &l.in
	switch {
	case len(info.Imms) > 0 && info.Imms[0] == op.ImmMemarg:
		l.lowerAccess(info)
		return
	case in.Op == op.Nop:
		return
	case len(info.Params) == 0 && info.Flags&op.FlagConst != 0:
		l.pushConst(valType(info.Results[0]), in.Imm, in.Imm2)
		return
	}
	switch in.Op {
	case op.MemorySize, op.TableSize:
		l.lowerBulk(0, wasm.I64)
		return
	case op.MemoryGrow:
		l.lowerBulk(1, wasm.I64)
		return
	case op.MemoryFill, op.MemoryInit, op.TableInit:
		l.lowerBulk(3, 0)
		return
	case op.DataDrop, op.ElemDrop:
		l.lowerBulk(0, 0)
		return
	}
	l.lowerNumeric(info)
}

// lowerNumeric lowers an instruction that computes its results from its operands and nothing else.
func (l *lowering) lowerNumeric(info *op.Info) {
	o := opcode(l.in.Op)
	switch len(info.Params) {
	case 1:
		x := l.read(l.pop())
		l.produce(o, valType(info.Results[0]), x, uint32(l.in.Lane))
	case 2:
		l.lowerBinary(o, info)
	default:
		l.lowerWide(o, info)
	}
}

// lowerBinary lowers an instruction with two operands. If the right one is a constant of 32 bits, it goes into the instruction.
func (l *lowering) lowerBinary(o opcode, info *op.Info) {
	y := l.pop()
	fits := info.Params[1] == op.I32 || y.lo == uint64(int32(y.lo))
	if y.kind == isConst && immForm[o] != 0 && fits {
		imm := uint32(y.lo)
		x := l.read(l.pop())
		l.produce(immForm[o], valType(info.Results[0]), x, imm)
		return
	}
	ys := l.read(y)
	xs := l.read(l.pop())
	if len(info.Results) == 1 && len(info.Imms) == 0 {
		l.produce(o, valType(info.Results[0]), xs, ys)
		return
	}
	l.withWord(o, info, xs, ys, 0, 0)
}

// lowerWide lowers an instruction with three or four operands.
func (l *lowering) lowerWide(o opcode, info *op.Info) {
	var w, z uint32
	if len(info.Params) == 4 {
		w = l.read(l.pop())
	}
	z = l.read(l.pop())
	y := l.read(l.pop())
	x := l.read(l.pop())
	l.withWord(o, info, x, y, z, w)
}

// withWord emits an instruction that needs a second word: for more operands, in its A and B, or for immediates. Two results go to
// the slots A and A+1.
func (l *lowering) withWord(o opcode, info *op.Info, x, y, z, w uint32) {
	to := l.push(valType(info.Results[0])).slot
	for _, t := range info.Results[1:] {
		l.push(valType(t))
	}
	i := l.emit(o, to, x, y)
	switch {
	case l.in.Op == op.I8x16Shuffle:
		l.put(immInstr(opWord, 0, l.in.Imm))
		l.put(immInstr(opWord, 0, l.in.Imm2))
	case len(info.Imms) > 0:
		l.emit(opWord, uint32(l.in.Lane), 0, 0)
	default:
		l.emit(opWord, z, w, 0)
	}
	if len(info.Results) == 1 {
		l.producer = i
	}
}

// lowerAccess lowers a load or store. Loads are A = memory[B+C], stores memory[A+C] = B; lane accesses have the lane, and loads
// among them the vector, in a second word.
func (l *lowering) lowerAccess(info *op.Info) {
	lane := l.in.Lane
	mem, memType := l.in.X, l.memType()
	var value *operand
	var vs uint32
	if len(info.Params) == 2 {
		value = l.pop()
		vs = l.read(value)
	}
	addr := l.pop()
	as, offset := l.read(addr), l.in.Imm
	if memType.Is64 {
		to := addr.slot
		l.emit(opAddress, to, as, 0)
		l.put(immInstr(opWord, 0, offset))
		as, offset = to, 0
	}
	if mem != 0 {
		l.emit(opUseMem, mem, 0, 0)
	}
	producer := -1
	if len(info.Results) == 0 {
		l.emit(opcode(l.in.Op), as, vs, uint32(offset))
		if len(info.Imms) > 1 {
			l.emit(opWord, uint32(lane), 0, 0)
		}
	} else {
		to := l.push(valType(info.Results[0])).slot
		producer = l.emit(opcode(l.in.Op), to, as, uint32(offset))
		if len(info.Imms) > 1 {
			l.emit(opWord, uint32(lane), vs, 0)
		}
	}
	if mem != 0 {
		l.emit(opUseMem, 0, 0, 0)
	}
	l.producer = producer
}

func (l *lowering) memType() wasm.MemType {
	t, _ := l.m.MemType(l.in.X)
	return t
}
