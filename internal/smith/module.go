package smith

import (
	"fmt"
	"math/rand/v2"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Options say what a module may use. The zero value is integers, floats and control in small functions.
type Options struct {
	Funcs  int // how many functions it defines, 4 if 0
	Steps  int // how many steps the walk through each body takes, 60 if 0
	SIMD   bool
	Refs   bool // references and tables
	Throws bool // exceptions
	Tail   bool // tail calls
	Many   bool // several memories and tables, 64-bit ones among them
}

// All turns everything on.
func All() Options { return Options{SIMD: true, Refs: true, Throws: true, Tail: true, Many: true} }

// Fuel is the name under which the fuel is exported: a mutable i64.
const Fuel = "fuel"

// maker is a module in the making.
type maker struct {
	*rand.Rand
	o     Options
	m     *wasm.Module
	types []wasm.ValType // that values may have
	ops   []op.Op        // numeric instructions
	loads []op.Op        // loads and stores
	fuel  uint32
}

// Module makes a module. Each function f it defines is exported as "f0", "f1" and so on, its memories as "m0"…, its globals as "g0"….
// It imports functions "host" "h0"… of the types it likes.
func Module(r *rand.Rand, o Options) *wasm.Module {
	if o.Funcs == 0 {
		o.Funcs = 4
	}
	if o.Steps == 0 {
		o.Steps = 60
	}
	k := &maker{Rand: r, o: o, m: &wasm.Module{}, types: []wasm.ValType{wasm.I32, wasm.I64, wasm.F32, wasm.F64, wasm.I32}}
	if o.SIMD {
		k.types = append(k.types, wasm.V128)
	}
	if o.Refs {
		k.types = append(k.types, wasm.FuncRef, wasm.ExternRef)
	}
	if o.Throws {
		k.types = append(k.types, wasm.ExnRef)
	}
	k.chooseOps()
	k.imports()
	for range o.Funcs {
		k.m.Funcs = append(k.m.Funcs, k.funcType())
	}
	k.storage()
	k.segments()
	for i := range o.Funcs {
		k.m.Code = append(k.m.Code, k.body(k.m.Funcs[i]))
		k.export(fmt.Sprintf("f%d", i), wasm.ExternFunc, uint32(k.m.ImportedFuncs+i))
	}
	return k.m
}

// oneIn is true once in n times.
func (k *maker) oneIn(n int) bool { return k.IntN(n) == 0 }

func pick[T any](k *maker, list []T) T { return list[k.IntN(len(list))] }

func (k *maker) typ() wasm.ValType { return pick(k, k.types) }

func (k *maker) typeList(most int) []wasm.ValType {
	var ts []wasm.ValType
	for range k.IntN(most + 1) {
		ts = append(ts, k.typ())
	}
	return ts
}

// funcType adds a random function type, or uses one that is there, and returns its index. A few have more parameters and results than any
// machine has registers for.
func (k *maker) funcType() uint32 {
	params, results := 3, 2
	if k.oneIn(8) {
		params, results = 20, 12
	}
	return k.typeIndex(k.typeList(params), k.typeList(results))
}

func (k *maker) typeIndex(params, results []wasm.ValType) uint32 {
	t := wasm.FuncType{Params: params, Results: results}
	for i := range k.m.Types {
		if k.m.Types[i].Func.String() == t.String() {
			return uint32(i)
		}
	}
	n := uint32(len(k.m.Types))
	k.m.Types = append(k.m.Types, wasm.SubType{Final: true, Func: t})
	k.m.Groups = append(k.m.Groups, wasm.Group{Start: n, Len: 1})
	return n
}

func (k *maker) imports() {
	for i := range 1 + k.IntN(2) {
		t := k.funcType()
		k.m.Imports = append(k.m.Imports, wasm.Import{Module: "host", Name: fmt.Sprintf("h%d", i), Kind: wasm.ExternFunc, Type: t})
		k.m.ImportedFuncs++
	}
}

func (k *maker) export(name string, kind wasm.ExternKind, index uint32) {
	k.m.Exports = append(k.m.Exports, wasm.Export{Name: name, Kind: kind, Index: index})
}

// storage adds memories, tables, tags and globals.
func (k *maker) storage() {
	count := 1
	if k.o.Many {
		count += k.IntN(2)
	}
	for i := range count {
		l := wasm.Limits{Min: 1 + uint64(k.IntN(2)), Max: 3, HasMax: true, Is64: k.o.Many && k.oneIn(2)}
		k.m.Mems = append(k.m.Mems, wasm.MemType{Limits: l})
		k.export(fmt.Sprintf("m%d", i), wasm.ExternMem, uint32(i))
	}
	for range count {
		l := wasm.Limits{Min: 6 + uint64(k.IntN(6)), Max: 20, HasMax: true, Is64: k.o.Many && k.oneIn(2)}
		k.m.Tables = append(k.m.Tables, wasm.Table{Type: wasm.TableType{Limits: l, Elem: wasm.FuncRef}})
	}
	if k.o.Throws {
		for range 2 {
			k.m.Tags = append(k.m.Tags, k.typeIndex(k.typeList(2), nil))
		}
	}
	for range 6 {
		k.global(k.typ(), k.oneIn(8))
	}
	k.fuel = uint32(len(k.m.Globals))
	k.global(wasm.I64, false)
	k.m.Exports[len(k.m.Exports)-1].Name = Fuel
}

func (k *maker) global(t wasm.ValType, immutable bool) {
	n := uint32(len(k.m.Globals))
	init := wasm.Expr{Bytes: wasm.AppendInstr(k.constant(nil, t), &wasm.Instr{Op: op.End})}
	k.m.Globals = append(k.m.Globals, wasm.Global{Type: wasm.GlobalType{Type: t, Mutable: !immutable}, Init: init})
	k.export(fmt.Sprintf("g%d", n), wasm.ExternGlobal, n)
}

// segments fills part of the tables and memories, and leaves passive segments for the bodies.
func (k *maker) segments() {
	n := k.m.ImportedFuncs + len(k.m.Funcs)
	funcs := func(n int) (fs []uint32) {
		for range n {
			fs = append(fs, uint32(k.IntN(k.m.ImportedFuncs+len(k.m.Funcs))))
		}
		return fs
	}
	for i := range k.m.Tables {
		k.m.Elems = append(k.m.Elems, wasm.Elem{Type: wasm.FuncRef, Table: uint32(i), Offset: k.offset(k.m.Tables[i].Type.Address(), 1), Funcs: funcs(4)})
	}
	all := make([]uint32, n)
	for i := range all {
		all[i] = uint32(i)
	}
	k.m.Elems = append(k.m.Elems,
		wasm.Elem{Mode: wasm.ModePassive, Type: wasm.FuncRef, Funcs: funcs(3)},
		wasm.Elem{Mode: wasm.ModeDeclarative, Type: wasm.FuncRef, Funcs: all})
	for i := range k.m.Mems {
		k.m.Data = append(k.m.Data, wasm.Data{Mem: uint32(i), Offset: k.offset(k.m.Mems[i].Address(), uint64(k.IntN(100))), Bytes: k.bytes(200)})
	}
	k.m.Data = append(k.m.Data, wasm.Data{Mode: wasm.ModePassive, Bytes: k.bytes(40)})
	count := uint32(len(k.m.Data))
	k.m.DataNum = &count
}

func (k *maker) offset(t wasm.ValType, at uint64) wasm.Expr {
	in := wasm.Instr{Op: op.I32Const, Imm: at}
	if t == wasm.I64 {
		in.Op = op.I64Const
	}
	return wasm.Expr{Bytes: wasm.AppendInstr(wasm.AppendInstr(nil, &in), &wasm.Instr{Op: op.End})}
}

func (k *maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(k.Uint32())
	}
	return b
}
