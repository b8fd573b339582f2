package smith

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// call adds a call of some kind.
func (b *body) call() {
	if b.o.Tail && b.oneIn(6) {
		b.tailCall()
		return
	}
	f := b.anyFunc()
	index, _ := b.m.FuncTypeIndex(f)
	t := b.m.Types[index].Func
	b.want(t.Params...)
	switch n := b.IntN(4); {
	case n == 0:
		b.indirect(op.CallIndirect, index)
	case n == 1 && b.o.Refs:
		b.throughRef(op.CallRef, f, index)
	default:
		b.emit(&wasm.Instr{Op: op.Call, X: f})
	}
	b.stack = append(b.stack[:len(b.stack)-len(t.Params)], t.Results...)
}

// throughRef emits a reference to f, or one from the local of its type that may be to another function or null, and a call through it.
func (b *body) throughRef(o op.Op, f, typeIndex uint32) {
	b.emit(&wasm.Instr{Op: op.RefFunc, X: f})
	switch local := b.local(b.refTo(f)); b.IntN(8) {
	case 0, 1, 2:
		b.emit(&wasm.Instr{Op: op.LocalTee, X: local})
	case 3:
		b.emit(&wasm.Instr{Op: op.Drop})
		b.emit(&wasm.Instr{Op: op.LocalGet, X: local})
	}
	b.emit(&wasm.Instr{Op: o, X: typeIndex})
}

// indirect emits an index into a table, and a call of what is there.
func (b *body) indirect(o op.Op, typeIndex uint32) {
	table := uint32(b.IntN(len(b.m.Tables)))
	b.pushIndex(table)
	b.stack = b.stack[:len(b.stack)-1]
	b.emit(&wasm.Instr{Op: o, X: typeIndex, Y: table})
}

// pushIndex pushes an index of a table, most likely one that is in bounds and has a function.
func (b *body) pushIndex(table uint32) {
	t := b.m.Tables[table].Type.Address()
	switch {
	case b.oneIn(3):
		b.masked(t)
	case b.oneIn(6):
		b.pushSmall(t, 12)
	default:
		b.pushSmall(t, 5)
	}
}

// tailCall adds a tail call of a function with the results of this one, if there is one.
func (b *body) tailCall() {
	var fit []uint32
	for f := range uint32(b.m.ImportedFuncs + len(b.m.Funcs)) {
		if equal(b.m.FuncType(f).Results, b.results) {
			fit = append(fit, f)
		}
	}
	if len(fit) == 0 {
		return
	}
	f := pick(b.maker, fit)
	index, _ := b.m.FuncTypeIndex(f)
	b.want(b.m.FuncType(f).Params...)
	switch n := b.IntN(4); {
	case n == 0:
		b.indirect(op.ReturnCallIndirect, index)
	case n == 1 && b.o.Refs:
		b.throughRef(op.ReturnCallRef, f, index)
	default:
		b.emit(&wasm.Instr{Op: op.ReturnCall, X: f})
	}
	b.dead = true
}

// reference adds an instruction on references or tables.
func (b *body) reference() {
	if !b.o.Refs {
		return
	}
	table := uint32(b.IntN(len(b.m.Tables)))
	at := b.m.Tables[table].Type.Address()
	switch b.IntN(11) {
	case 0, 1:
		t := pick(b.maker, []wasm.ValType{wasm.FuncRef, wasm.ExternRef})
		b.want(t)
		b.apply(&wasm.Instr{Op: op.RefIsNull}, 1, wasm.I32)
	case 2:
		b.pushIndex(table)
		b.apply(&wasm.Instr{Op: op.TableGet, X: table}, 1, wasm.FuncRef)
	case 3:
		b.pushIndex(table)
		b.push(wasm.FuncRef)
		b.apply(&wasm.Instr{Op: op.TableSet, X: table}, 2)
	case 4:
		b.apply(&wasm.Instr{Op: op.TableSize, X: table}, 0, at)
	case 5:
		b.want(wasm.FuncRef)
		b.pushSmall(at, 4)
		b.apply(&wasm.Instr{Op: op.TableGrow, X: table}, 2, at)
	case 6:
		b.pushIndex(table)
		b.push(wasm.FuncRef)
		b.pushSmall(at, 4)
		b.apply(&wasm.Instr{Op: op.TableFill, X: table}, 3)
	case 7:
		b.tableCopy(table, at)
	case 8:
		if b.oneIn(10) {
			b.emit(&wasm.Instr{Op: op.ElemDrop, X: uint32(len(b.m.Tables))})
			return
		}
		b.pushIndex(table)
		b.pushSmall(wasm.I32, 2)
		b.pushSmall(wasm.I32, 3)
		b.apply(&wasm.Instr{Op: op.TableInit, X: uint32(len(b.m.Tables)), Y: table}, 3)
	case 9:
		b.notNull()
	case 10:
		b.onNull()
	}
}

func (b *body) tableCopy(table uint32, at wasm.ValType) {
	other := uint32(b.IntN(len(b.m.Tables)))
	count := b.m.Tables[other].Type.Address()
	b.pushIndex(table)
	b.pushIndex(other)
	if at == wasm.I32 {
		count = at
	}
	b.pushSmall(count, 4)
	b.apply(&wasm.Instr{Op: op.TableCopy, X: table, Y: other}, 3)
}

// notNull adds a ref.as_non_null, or a br_on_non_null out of a block of its own that then gives another function.
func (b *body) notNull() {
	b.want(wasm.FuncRef)
	if b.oneIn(4) {
		b.emit(&wasm.Instr{Op: op.RefAsNonNull})
		return
	}
	notNull := wasm.FuncRef.AsNonNull()
	block := wasm.BlockType{Kind: wasm.BlockIndex, Index: b.typeIndex([]wasm.ValType{wasm.FuncRef}, []wasm.ValType{notNull})}
	b.emit(&wasm.Instr{Op: op.Block, Block: block})
	b.emit(&wasm.Instr{Op: op.BrOnNonNull})
	b.emit(&wasm.Instr{Op: op.RefFunc, X: b.anyFunc()})
	b.emit(&wasm.Instr{Op: op.End})
}

// onNull adds a br_on_null to some label.
func (b *body) onNull() {
	depth := b.IntN(len(b.frames))
	label := b.frames[len(b.frames)-1-depth].label()
	b.want(append(append([]wasm.ValType(nil), label...), wasm.FuncRef)...)
	b.emit(&wasm.Instr{Op: op.BrOnNull, X: uint32(depth)})
}
