package interp

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// lowering is the state of lowering one function.
type lowering struct {
	m   *rt.Module
	r   wasm.InstrReader
	in  wasm.Instr
	own func(index uint32) bool // the functions of the module that are executed here

	heat     *heat // what is to count the turns of its loops, nil for nothing
	instrs   []instr
	offsets  *[]int64 // of each instruction in the module, if wanted
	handlers []handler

	locals  []local
	stack   []operand
	height  uint32 // the slot after the topmost operand's
	slots   uint32 // the most slots so far
	settled int    // operands below this index are not in locals

	labels []label
	count  count
	dead   bool // the code at hand cannot be reached
	skip   int  // blocks opened in dead code

	// producer is the index of the instruction that computed the topmost operand into its slot, if nothing was emitted since and no
	// branch comes here; else -1. Such an instruction can be given another destination, or be merged with the branch on its result.
	producer int
}

// lower translates the function with an index of the function index space, whose body is valid. With offsets, it stores there the
// offset in the module of each instruction's origin. With h, it has the turns of loops counted there.
func lower(m *rt.Module, own func(index uint32) bool, h *heat, index uint32, offsets *[]int64) *code {
	body := &m.Code[index-uint32(m.ImportedFuncs)]
	sig := m.FuncSig(index)
	l := &lowering{
		m:        m,
		own:      own,
		heat:     h,
		r:        wasm.NewInstrReader(body.Body, body.Offset),
		offsets:  offsets,
		instrs:   make([]instr, 0, len(body.Body)/3+4),
		producer: -1,
	}
	for _, t := range sig.Params {
		l.addLocal(t)
	}
	for _, run := range body.Locals {
		for range run.Count {
			l.addLocal(run.Type)
		}
	}
	locals := l.height
	l.openLabel(op.Call, nil, sig.Results)
	l.beginFuel(body.Body, body.Offset)
	for len(l.labels) > 0 {
		if err := l.r.Next(&l.in); err != nil {
			panic(fmt.Sprintf("interp: function %d is not valid: %v", index, err))
		}
		l.beforeFuel()
		if l.dead {
			l.lowerDead()
		} else {
			l.lowerInstr()
		}
	}
	return &code{
		instrs:   l.instrs,
		handlers: l.handlers,
		index:    index,
		params:   uint32(sig.ParamSlots),
		locals:   locals,
		slots:    max(l.slots, uint32(sig.Slots())),
		results:  uint32(sig.ResultSlots),
		heat:     h,
	}
}

func (l *lowering) addLocal(t wasm.ValType) {
	l.locals = append(l.locals, local{slot: l.height, wide: t == wasm.V128, alias: -1})
	l.height += uint32(t.Slots())
	l.slots = max(l.slots, l.height)
}

// put appends an instruction without a result on the operand stack and returns its index.
func (l *lowering) put(i instr) int {
	l.instrs = append(l.instrs, i)
	if l.offsets != nil {
		*l.offsets = append(*l.offsets, l.in.Offset)
	}
	l.producer = -1
	return len(l.instrs) - 1
}

func (l *lowering) emit(o opcode, a, b, c uint32) int { return l.put(instr{Op: o, A: a, B: b, C: c}) }

// produce appends an instruction that computes a new operand of type t from b and c.
func (l *lowering) produce(o opcode, t wasm.ValType, b, c uint32) {
	to := l.push(t).slot
	l.producer = l.emit(o, to, b, c)
}

// lowerDead passes over an instruction that cannot be reached.
func (l *lowering) lowerDead() {
	switch l.in.Op {
	case op.Block, op.Loop, op.If, op.TryTable:
		l.skip++
	case op.Else:
		if l.skip == 0 {
			l.lowerElse()
		}
	case op.End:
		if l.skip == 0 {
			l.lowerEnd()
		} else {
			l.skip--
		}
	}
}

// lowerInstr lowers one instruction: those with a signature in the table by it, the rest by hand.
func (l *lowering) lowerInstr() {
	in := &l.in
	if info := in.Op.Info(); !info.ByHand {
		l.lowerByTable(info)
		return
	}
	switch in.Op {
	case op.Block, op.Loop, op.If, op.TryTable, op.Else, op.End, op.Br, op.BrIf, op.BrTable, op.Return, op.Unreachable,
		op.BrOnNull, op.BrOnNonNull, op.Throw, op.ThrowRef:
		l.lowerControl()
	case op.Call, op.CallIndirect, op.CallRef, op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef:
		l.lowerCall()
	case op.Drop:
		l.pop()
	case op.Select, op.SelectT:
		l.lowerSelect()
	case op.LocalGet:
		l.pushLocal(in.X)
	case op.LocalSet:
		l.setLocal(in.X)
	case op.LocalTee:
		l.setLocal(in.X)
		l.pushLocal(in.X)
	case op.GlobalGet:
		l.globalGet(in.X)
	case op.GlobalSet:
		l.globalSet(in.X)
	case op.RefNull:
		l.pushConst(wasm.AnyRef, 0, 0)
	case op.RefFunc:
		l.produce(opcode(op.RefFunc), wasm.FuncRef, in.X, 0)
	case op.RefIsNull:
		l.produce(opcode(op.I64Eqz), wasm.I32, l.read(l.pop()), 0)
	case op.RefAsNonNull:
		l.settleTop(1)
		l.emit(opTrapNull, l.stack[len(l.stack)-1].slot, 0, 0)
	case op.TableGet:
		l.produce(opcode(op.TableGet), wasm.AnyRef, l.read(l.pop()), in.X)
	case op.TableSet:
		v := l.read(l.pop())
		l.emit(opcode(op.TableSet), l.read(l.pop()), v, in.X)
	case op.MemoryCopy, op.TableCopy, op.TableFill:
		l.lowerBulk(3, 0)
	case op.TableGrow:
		l.lowerBulk(2, wasm.I64)
	default:
		panic(fmt.Sprintf("interp: %s reached the interpreter", in.Op))
	}
}

// lowerBulk lowers an instruction whose operands lie side by side from A on, as does its result.
func (l *lowering) lowerBulk(params int, result wasm.ValType) {
	l.settleTop(params)
	l.popTo(len(l.stack) - params)
	l.emit(opcode(l.in.Op), l.height, l.in.X, l.in.Y)
	l.slots = max(l.slots, l.height+1)
	if result != 0 {
		l.push(result)
	}
}

// setLocal pops an operand into a local.
func (l *lowering) setLocal(index uint32) {
	v := &l.locals[index]
	producer := l.producer
	o := l.pop()
	if o.kind == inSlot && producer >= 0 && v.alias < 0 && l.instrs[producer].A == o.slot {
		l.instrs[producer].A = v.slot
		l.producer = -1
		return
	}
	if o.kind == inLocal && o.local == index {
		return
	}
	l.settleAliases(v)
	l.move(o, v.slot)
}

func (l *lowering) globalGet(index uint32) {
	t, _ := l.m.GlobalType(index)
	if t.Type == wasm.V128 {
		l.produce(opGlobalGet2, t.Type, index, 0)
	} else {
		l.produce(opcode(op.GlobalGet), t.Type, index, 0)
	}
}

func (l *lowering) globalSet(index uint32) {
	o := l.pop()
	set := opcode(op.GlobalSet)
	if o.wide {
		set = opGlobalSet2
	}
	l.emit(set, l.read(o), index, 0)
}

func (l *lowering) lowerSelect() {
	cond := l.read(l.pop())
	y := l.pop()
	ys, wide := l.read(y), y.wide
	xs := l.read(l.pop())
	o, t := opSelect, wasm.I64
	if wide {
		o, t = opSelect2, wasm.V128
	}
	to := l.push(t).slot
	i := l.emit(o, to, xs, ys)
	l.emit(opWord, cond, 0, 0)
	l.producer = i
}
