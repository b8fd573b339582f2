package interp

import (
	"fmt"
	"math"
	"slices"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// The evaluator is the specification's semantics (spec 4.6) in the plainest way: values on a stack, blocks as trees, calls as calls of
// Go. It shares with the interpreter the decoder and the numeric functions, and nothing else. A value is a num.V128; a
// function reference is 1 plus the function's index, an exception 1 plus its index in exns.
type evaluator struct {
	m       *wasm.Module
	mems    [][]byte
	tables  [][]num.V128
	globals []num.V128
	elems   [][]num.V128
	data    [][]byte
	bodies  [][]node
	exns    []exception
	host    func(index int, args []num.V128) ([]num.V128, bool)
}

// exception is a thrown exception.
type exception struct {
	tag  uint32
	args []num.V128
}

// node is an instruction, with the blocks inside it.
type node struct {
	wasm.Instr
	body, elses []node
	params      int // of a block
	results     int
}

// outcome says how a sequence of instructions ended. Its zero value is: by its end.
type outcome struct {
	kind  outcomeKind
	depth uint32   // of the label branched to
	trap  abi.Trap // for trapped
	value uint64   // the function for tailed, an index in exns for thrown
}

type outcomeKind uint8

const (
	ended outcomeKind = iota
	branched
	returned
	tailed
	thrown
	trapped
)

func newEvaluator(m *wasm.Module) *evaluator {
	e := &evaluator{m: m}
	for i := range m.Globals {
		e.globals = append(e.globals, e.constant(m.Globals[i].Init))
	}
	for i := range m.Mems {
		e.mems = append(e.mems, make([]byte, m.Mems[i].Min<<16))
	}
	for i := range m.Tables {
		e.tables = append(e.tables, make([]num.V128, m.Tables[i].Type.Min))
	}
	for i := range m.Elems {
		var refs []num.V128
		for _, f := range m.Elems[i].Funcs {
			refs = append(refs, num.V128{Lo: uint64(f) + 1})
		}
		if m.Elems[i].Mode == wasm.ModeActive {
			copy(e.tables[m.Elems[i].Table][e.constant(m.Elems[i].Offset).Lo:], refs)
		}
		if m.Elems[i].Mode != wasm.ModePassive {
			refs = nil
		}
		e.elems = append(e.elems, refs)
	}
	for i := range m.Data {
		d := m.Data[i].Bytes
		if m.Data[i].Mode == wasm.ModeActive {
			copy(e.mems[m.Data[i].Mem][e.constant(m.Data[i].Offset).Lo:], d)
			d = nil
		}
		e.data = append(e.data, d)
	}
	for i := range m.Code {
		r := wasm.NewInstrReader(m.Code[i].Body, 0)
		body, _ := e.parse(&r)
		e.bodies = append(e.bodies, body)
	}
	return e
}

// constant evaluates the constant expressions that smith makes: one instruction.
func (e *evaluator) constant(x wasm.Expr) num.V128 {
	r := wasm.NewInstrReader(x.Bytes, 0)
	var in wasm.Instr
	if err := r.Next(&in); err != nil {
		panic(err)
	}
	switch in.Op {
	case op.RefNull:
		return num.V128{}
	case op.V128Const:
		return num.V128{Lo: in.Imm, Hi: in.Imm2}
	}
	return num.V128{Lo: in.Imm}
}

// parse reads up to the end or else that belongs to the instructions before it.
func (e *evaluator) parse(r *wasm.InstrReader) (seq []node, last op.Op) {
	for {
		var n node
		if err := r.Next(&n.Instr); err != nil {
			panic(err)
		}
		n.Labels, n.Catches = slices.Clone(n.Labels), slices.Clone(n.Catches)
		switch n.Op {
		case op.End, op.Else:
			return seq, n.Op
		case op.Block, op.Loop, op.If, op.TryTable:
			n.params, n.results = e.arity(n.Block)
			var last op.Op
			if n.body, last = e.parse(r); last == op.Else {
				n.elses, _ = e.parse(r)
			}
		}
		seq = append(seq, n)
	}
}

func (e *evaluator) arity(b wasm.BlockType) (params, results int) {
	switch b.Kind {
	case wasm.BlockValue:
		return 0, 1
	case wasm.BlockIndex:
		t := &e.m.Types[b.Index].Func
		return len(t.Params), len(t.Results)
	}
	return 0, 0
}

// call calls a function. The outcome is the end of it, thrown or trapped.
func (e *evaluator) call(index uint32, args []num.V128) ([]num.V128, outcome) {
	for {
		if index < uint32(e.m.ImportedFuncs) {
			results, ok := e.host(int(index), args)
			if !ok {
				return nil, outcome{kind: trapped, trap: abi.TrapHostError}
			}
			return results, outcome{}
		}
		f := &activation{evaluator: e, locals: slices.Clone(args)}
		body := int(index) - e.m.ImportedFuncs
		for _, run := range e.m.Code[body].Locals {
			f.locals = append(f.locals, make([]num.V128, run.Count)...)
		}
		o := f.exec(e.bodies[body])
		switch o.kind {
		case thrown, trapped:
			return nil, o
		case tailed:
			index = uint32(o.value)
			args = f.take(len(e.m.FuncType(index).Params))
			continue
		}
		return f.take(len(e.m.FuncType(index).Results)), outcome{}
	}
}

// activation is one call of a function.
type activation struct {
	*evaluator
	locals []num.V128
	stack  []num.V128
}

func (f *activation) push(v ...num.V128) { f.stack = append(f.stack, v...) }
func (f *activation) pushInt(v uint64)   { f.push(num.V128{Lo: v}) }

func (f *activation) pop() num.V128 {
	v := f.stack[len(f.stack)-1]
	f.stack = f.stack[:len(f.stack)-1]
	return v
}

func (f *activation) popInt() uint64 { return f.pop().Lo }

func (f *activation) take(n int) []num.V128 {
	vs := slices.Clone(f.stack[len(f.stack)-n:])
	f.stack = f.stack[:len(f.stack)-n]
	return vs
}

// unwind keeps the n topmost operands and those below height.
func (f *activation) unwind(height, n int) {
	vs := f.take(n)
	f.stack = append(f.stack[:height], vs...)
}

func trap(t abi.Trap) outcome { return outcome{kind: trapped, trap: t} }

func (f *activation) exec(seq []node) outcome {
	for i := range seq {
		if o := f.instr(&seq[i]); o.kind != ended {
			return o
		}
	}
	return outcome{}
}

// block executes a sequence as a block with a label that takes n operands.
func (f *activation) block(seq []node, height, n int) (o outcome, again bool) {
	o = f.exec(seq)
	if o.kind != branched {
		return o, false
	}
	if o.depth > 0 {
		o.depth--
		return o, false
	}
	f.unwind(height, n)
	return outcome{}, true
}

func (f *activation) instr(n *node) outcome {
	height := len(f.stack) - n.params
	switch n.Op {
	case op.Block:
		o, _ := f.block(n.body, height, n.results)
		return o
	case op.Loop:
		for {
			if o, again := f.block(n.body, height, n.params); !again {
				return o
			}
		}
	case op.If:
		seq := n.body
		if uint32(f.popInt()) == 0 {
			seq = n.elses
		}
		o, _ := f.block(seq, height-1, n.results)
		return o
	case op.TryTable:
		return f.try(n, height)
	case op.Unreachable:
		return trap(abi.TrapUnreachable)
	case op.Br:
		return outcome{kind: branched, depth: n.X}
	case op.BrIf:
		if uint32(f.popInt()) != 0 {
			return outcome{kind: branched, depth: n.X}
		}
	case op.BrTable:
		i := min(uint64(uint32(f.popInt())), uint64(len(n.Labels)-1))
		return outcome{kind: branched, depth: n.Labels[i]}
	case op.BrOnNull:
		r := f.pop()
		if r.Lo == 0 {
			return outcome{kind: branched, depth: n.X}
		}
		f.push(r)
	case op.BrOnNonNull:
		r := f.pop()
		if r.Lo != 0 {
			f.push(r)
			return outcome{kind: branched, depth: n.X}
		}
	case op.Return:
		return outcome{kind: returned}
	case op.Throw:
		t, _ := f.m.TagTypeIndex(n.X)
		f.exns = append(f.exns, exception{n.X, f.take(len(f.m.Types[t].Func.Params))})
		return outcome{kind: thrown, value: uint64(len(f.exns) - 1)}
	case op.ThrowRef:
		r := f.popInt()
		if r == 0 {
			return trap(abi.TrapNullReference)
		}
		return outcome{kind: thrown, value: r - 1}
	case op.Call, op.CallIndirect, op.CallRef, op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef:
		return f.calls(n)
	case op.TableGet, op.TableSet, op.TableSize, op.TableGrow, op.TableFill, op.TableCopy, op.TableInit, op.ElemDrop:
		return f.table(n)
	case op.MemorySize, op.MemoryGrow, op.MemoryFill, op.MemoryCopy, op.MemoryInit, op.DataDrop:
		return f.memory(n)
	default:
		return f.plain(n)
	}
	return outcome{}
}

// try executes a try_table. A clause that matches is a branch, seen from outside.
func (f *activation) try(n *node, height int) outcome {
	o, _ := f.block(n.body, height, n.results)
	if o.kind != thrown {
		return o
	}
	x := f.exns[o.value]
	for _, c := range n.Catches {
		all := c.Kind == wasm.CatchAll || c.Kind == wasm.CatchAllRef
		if !all && c.Tag != x.tag {
			continue
		}
		f.stack = f.stack[:height]
		if !all {
			f.push(x.args...)
		}
		if c.Kind == wasm.CatchTagRef || c.Kind == wasm.CatchAllRef {
			f.pushInt(o.value + 1)
		}
		return outcome{kind: branched, depth: c.Label}
	}
	return o
}

func (f *activation) calls(n *node) outcome {
	index := n.X
	switch n.Op {
	case op.CallIndirect, op.ReturnCallIndirect:
		i, t := f.popInt(), f.tables[n.Y]
		if i >= uint64(len(t)) {
			return trap(abi.TrapUndefinedElement)
		}
		if t[i].Lo == 0 {
			return trap(abi.TrapUninitializedElement)
		}
		index = uint32(t[i].Lo - 1)
		if have, _ := f.m.FuncTypeIndex(index); have != n.X {
			return trap(abi.TrapIndirectCallTypeMismatch)
		}
	case op.CallRef, op.ReturnCallRef:
		r := f.popInt()
		if r == 0 {
			return trap(abi.TrapNullFunction)
		}
		index = uint32(r - 1)
	}
	if n.Op == op.ReturnCall || n.Op == op.ReturnCallIndirect || n.Op == op.ReturnCallRef {
		return outcome{kind: tailed, value: uint64(index)}
	}
	results, o := f.call(index, f.take(len(f.m.FuncType(index).Params)))
	f.push(results...)
	return o
}

// plain executes what neither branches nor calls.
func (f *activation) plain(n *node) outcome {
	switch n.Op {
	case op.Nop:
	case op.Drop:
		f.pop()
	case op.Select, op.SelectT:
		c, y, x := uint32(f.popInt()), f.pop(), f.pop()
		if c != 0 {
			y = x
		}
		f.push(y)
	case op.LocalGet:
		f.push(f.locals[n.X])
	case op.LocalSet:
		f.locals[n.X] = f.pop()
	case op.LocalTee:
		f.locals[n.X] = f.stack[len(f.stack)-1]
	case op.GlobalGet:
		f.push(f.globals[n.X])
	case op.GlobalSet:
		f.globals[n.X] = f.pop()
	case op.I32Const, op.I64Const, op.F32Const, op.F64Const:
		f.pushInt(n.Imm)
	case op.V128Const:
		f.push(num.V128{Lo: n.Imm, Hi: n.Imm2})
	case op.RefNull:
		f.pushInt(0)
	case op.RefFunc:
		f.pushInt(uint64(n.X) + 1)
	case op.RefIsNull:
		f.pushInt(truth(f.popInt() == 0))
	case op.RefAsNonNull:
		if f.stack[len(f.stack)-1].Lo == 0 {
			return trap(abi.TrapNullReference)
		}
	default:
		if n.Op.Has(op.FlagLoad) || n.Op.Has(op.FlagStore) {
			return f.access(n)
		}
		info := n.Op.Info()
		a, b, t := numeric(n.Op, f.take(len(info.Params)), n.Lane, num.V128{Lo: n.Imm, Hi: n.Imm2})
		if t != 0 {
			return trap(t)
		}
		if f.push(a); len(info.Results) == 2 {
			f.push(b)
		}
	}
	return outcome{}
}

// within reports whether n bytes or elements from at lie within length.
func within(at, n uint64, length int) bool { return at+n >= at && at+n <= uint64(length) }

func (f *activation) access(n *node) outcome {
	info := n.Op.Info()
	mem := f.mems[n.X]
	var v num.V128
	if len(info.Params) == 2 {
		v = f.pop()
	}
	at := f.popInt()
	if at+n.Imm < at || !within(at+n.Imm, 1<<info.Align, len(mem)) {
		return trap(abi.TrapMemoryOutOfBounds)
	}
	mem = mem[at+n.Imm:][:1<<info.Align]
	if n.Op.Has(op.FlagLoad) {
		f.push(loaded(n.Op, mem, v, n.Lane))
		return outcome{}
	}
	v = stored(n.Op, v, n.Lane)
	for i := range mem {
		mem[i] = byte(v.Lo)
		v.Lo = v.Lo>>8 | v.Hi<<56
		v.Hi >>= 8
	}
	return outcome{}
}

func (f *activation) memory(n *node) outcome {
	ok := true
	switch n.Op {
	case op.MemorySize:
		f.pushInt(uint64(len(f.mems[n.X])) >> 16)
	case op.MemoryGrow:
		mem := f.mems[n.X]
		old, delta := uint64(len(mem))>>16, f.popInt()
		if t := f.m.Mems[n.X]; delta > t.Max-old {
			f.pushInt(minusOne(t.Is64))
			break
		}
		f.mems[n.X] = append(mem, make([]byte, delta<<16)...)
		f.pushInt(old)
	case op.MemoryFill:
		count, v, at := f.popInt(), byte(f.popInt()), f.popInt()
		if ok = within(at, count, len(f.mems[n.X])); ok {
			for i := range count {
				f.mems[n.X][at+i] = v
			}
		}
	case op.MemoryCopy, op.MemoryInit:
		count, from, to := f.popInt(), f.popInt(), f.popInt()
		var dst, src []byte
		if n.Op == op.MemoryCopy {
			dst, src = f.mems[n.X], f.mems[n.Y]
		} else {
			dst, src = f.mems[n.Y], f.data[n.X]
		}
		if ok = within(to, count, len(dst)) && within(from, count, len(src)); ok {
			copy(dst[to:], slices.Clone(src[from:from+count]))
		}
	case op.DataDrop:
		f.data[n.X] = nil
	}
	if !ok {
		return trap(abi.TrapMemoryOutOfBounds)
	}
	return outcome{}
}

func (f *activation) table(n *node) outcome {
	ok := true
	switch n.Op {
	case op.TableGet:
		at := f.popInt()
		if ok = within(at, 1, len(f.tables[n.X])); ok {
			f.push(f.tables[n.X][at])
		}
	case op.TableSet:
		v, at := f.pop(), f.popInt()
		if ok = within(at, 1, len(f.tables[n.X])); ok {
			f.tables[n.X][at] = v
		}
	case op.TableSize:
		f.pushInt(uint64(len(f.tables[n.X])))
	case op.TableGrow:
		delta, v := f.popInt(), f.pop()
		old := uint64(len(f.tables[n.X]))
		if t := f.m.Tables[n.X].Type; delta > t.Max-old {
			f.pushInt(minusOne(t.Is64))
			break
		}
		for range delta {
			f.tables[n.X] = append(f.tables[n.X], v)
		}
		f.pushInt(old)
	case op.TableFill:
		count, v, at := f.popInt(), f.pop(), f.popInt()
		if ok = within(at, count, len(f.tables[n.X])); ok {
			for i := range count {
				f.tables[n.X][at+i] = v
			}
		}
	case op.TableCopy, op.TableInit:
		count, from, to := f.popInt(), f.popInt(), f.popInt()
		var dst, src []num.V128
		if n.Op == op.TableCopy {
			dst, src = f.tables[n.X], f.tables[n.Y]
		} else {
			dst, src = f.tables[n.Y], f.elems[n.X]
		}
		if ok = within(to, count, len(dst)) && within(from, count, len(src)); ok {
			copy(dst[to:], slices.Clone(src[from:from+count]))
		}
	case op.ElemDrop:
		f.elems[n.X] = nil
	default:
		panic(fmt.Sprint("no case for ", n.Op))
	}
	if !ok {
		return trap(abi.TrapTableOutOfBounds)
	}
	return outcome{}
}

func minusOne(is64 bool) uint64 {
	if is64 {
		return math.MaxUint64
	}
	return math.MaxUint32
}
