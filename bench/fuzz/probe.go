package fuzz

import (
	"fmt"
	"strconv"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Probe is one call that a trial makes.
type Probe struct {
	Func uint32
	// Args are the bits of numbers and vectors. References are null, or a function if their bits are not 0.
	Args []Bits
}

// Bits are those of a value, the low half first.
type Bits [2]uint64

func numbered(name string, i int) string { return name + strconv.Itoa(i) }

// probe returns a function that makes a call and logs how it ended and what it returned or threw:
//
//	block $other
//	  block $tag1 (result …)
//	    block $tag0 (result …)
//	      try_table (result …) (catch 0 $tag0) (catch 1 $tag1) (catch_all $other)
//	        arguments  call
//	      end
//	      log results  return
//	    end
//	    log what tag 0 carries  return
//	  …
func (t *instrument) probe(number int, p Probe) *writer {
	w := &writer{}
	of := fmt.Sprintf("probe %d (function %d)", number, p.Func)
	w.i64(uint64(t.unit))
	w.at(op.GlobalSet, t.fuel)
	ft := t.m.FuncType(p.Func)
	status := t.slot(of + ": how it ended")
	tags := t.m.ImportedTags + len(t.m.Tags)
	if tags == 0 {
		t.call(w, p, ft)
		t.save(w, of+": result", ft.Results)
		t.status(w, status, returned)
		return w
	}
	w.emit(wasm.Instr{Op: op.Block, Block: wasm.BlockType{Kind: wasm.BlockEmpty}})
	var catches []wasm.Catch
	for tag := tags - 1; tag >= 0; tag-- {
		w.emit(wasm.Instr{Op: op.Block, Block: t.block(t.tagParams(tag))})
	}
	for tag := range tags {
		catches = append(catches, wasm.Catch{Kind: wasm.CatchTag, Tag: uint32(tag), Label: uint32(tag)})
	}
	catches = append(catches, wasm.Catch{Kind: wasm.CatchAll, Label: uint32(tags)})
	w.emit(wasm.Instr{Op: op.TryTable, Block: t.block(ft.Results), Catches: catches})
	t.call(w, p, ft)
	w.op(op.End)
	t.save(w, of+": result", ft.Results)
	t.status(w, status, returned)
	w.op(op.Return)
	for tag := range tags {
		w.op(op.End)
		t.save(w, numbered(of+": exception with tag ", tag)+", value", t.tagParams(tag))
		t.status(w, status, returned+1+uint32(tag))
		w.op(op.Return)
	}
	w.op(op.End)
	t.status(w, status, otherException)
	return w
}

func (t *instrument) tagParams(tag int) []wasm.ValType {
	index, _ := t.m.TagTypeIndex(uint32(tag))
	return t.m.Types[index].Func.Params
}

// block returns a block type without parameters.
func (t *instrument) block(results []wasm.ValType) wasm.BlockType {
	return wasm.BlockType{Kind: wasm.BlockIndex, Index: addType(t.m, nil, results)}
}

func (t *instrument) call(w *writer, p Probe, ft *wasm.FuncType) {
	for i, param := range ft.Params {
		if param.Heap() == wasm.HeapFunc && param.IsRef() && p.Args[i][0] != 0 {
			w.at(op.RefFunc, t.declared(p.Func))
			continue
		}
		w.constant(param, p.Args[i])
	}
	w.at(op.Call, p.Func)
}

// declared makes a function one that ref.func may name.
func (t *instrument) declared(f uint32) uint32 {
	t.m.Elems = append(t.m.Elems, wasm.Elem{Mode: wasm.ModeDeclarative, Type: wasm.FuncRef, Funcs: []uint32{f}})
	return f
}

// constant emits a value; references are null.
func (w *writer) constant(t wasm.ValType, v Bits) {
	in := wasm.Instr{Imm: v[0], Imm2: v[1]}
	switch t {
	case wasm.I32:
		in.Op, in.Imm = op.I32Const, uint64(uint32(v[0]))
	case wasm.I64:
		in.Op = op.I64Const
	case wasm.F32:
		in.Op, in.Imm = op.F32Const, uint64(uint32(v[0]))
	case wasm.F64:
		in.Op = op.F64Const
	case wasm.V128:
		in.Op = op.V128Const
	default:
		in = wasm.Instr{Op: op.RefNull, Heap: t.Heap()}
	}
	w.emit(in)
}

// slot takes a slot of the log and returns its address.
func (t *instrument) slot(what string) uint64 {
	t.slots = append(t.slots, what)
	return uint64(len(t.slots)-1) * slotBytes
}

func (t *instrument) status(w *writer, address uint64, v uint32) {
	w.i32(0)
	w.i32(v)
	w.emit(wasm.Instr{Op: op.I32Store, X: t.log, Imm: address})
}

// save pops values into slots of the log. Of a reference it only says whether it is null.
func (t *instrument) save(w *writer, what string, types []wasm.ValType) {
	locals := make([]uint32, len(types))
	for i := len(types) - 1; i >= 0; i-- {
		locals[i] = w.local(types[i])
		w.at(op.LocalSet, locals[i])
	}
	for i, vt := range types {
		w.i32(0)
		w.at(op.LocalGet, locals[i])
		t.store(w, fmt.Sprintf("%s %d, %s", what, i, vt), vt)
	}
}

// store stores a value above the address 0 to a slot of its own.
func (t *instrument) store(w *writer, what string, vt wasm.ValType) {
	o := op.I32Store
	switch vt {
	case wasm.I32:
	case wasm.I64:
		o = op.I64Store
	case wasm.F32:
		o = op.F32Store
	case wasm.F64:
		o = op.F64Store
	case wasm.V128:
		o = op.V128Store
	default:
		w.op(op.RefIsNull)
	}
	w.emit(wasm.Instr{Op: o, X: t.log, Imm: t.slot(what)})
}

// dump returns a function that logs all globals, and the size and the first elements of all tables.
func (t *instrument) dump() *writer {
	const elements = 20
	w := &writer{}
	for i := range t.m.ImportedGlobals + len(t.m.Globals) {
		g, _ := t.m.GlobalType(uint32(i))
		w.i32(0)
		w.at(op.GlobalGet, uint32(i))
		t.store(w, fmt.Sprintf("global %d, %s", i, g.Type), g.Type)
	}
	for i := range t.m.ImportedTables + len(t.m.Tables) {
		table, _ := t.m.TableType(uint32(i))
		w.i32(0)
		w.at(op.TableSize, uint32(i))
		t.store(w, fmt.Sprintf("size of table %d", i), table.Address())
		for k := range uint64(elements) {
			index, below := Bits{k}, op.I32GtU
			if table.Is64 {
				below = op.I64GtU
			}
			w.at(op.TableSize, uint32(i))
			w.constant(table.Address(), index)
			w.op(below)
			w.emit(wasm.Instr{Op: op.If, Block: wasm.BlockType{Kind: wasm.BlockEmpty}})
			w.i32(0)
			w.constant(table.Address(), index)
			w.at(op.TableGet, uint32(i))
			t.store(w, fmt.Sprintf("table %d, element %d is null", i, k), table.Elem)
			w.op(op.End)
		}
	}
	return w
}
