package ssagen

import (
	"slices"
	"strconv"
	"strings"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Options choose what the generated code relies on.
type Options struct {
	// GuardBytes is how far behind the 4 GiB that a 32-bit address reaches from a memory's base an access still faults. Accesses that cannot
	// get further are not checked. 0 makes all checks explicit; so does Explicit.Faults.
	GuardBytes uint64

	// Explicit is what code does for itself. The compiler has to be told as well.
	Explicit abi.Explicit

	// Fuel is what the code is charged for, nil for nothing. Code without it is the same as if there were no such thing.
	Fuel *fuel.Costs
}

// Module is a valid module, prepared for building any of its functions. It is read-only, so that generators share it.
type Module struct {
	m       *wasm.Module
	layout  *abi.InstanceLayout
	options Options

	sigs    []ssa.Sig // of each type index; empty if it is not a function type
	throws  []ssa.Sig // of the helper that throws, per tag
	tags    []uint32  // the type index of each tag
	funcs   []uint32  // of each function
	mems    []wasm.MemType
	tables  []wasm.TableType
	globals []global
	hints   map[uint32][]wasm.BranchHint // per function
}

// global is what is known of a global.
type global struct {
	typ   ssa.Type
	known bool // it is always value
	value num.V128
}

// NewModule prepares a valid module whose instances have contexts of the given layout.
func NewModule(m *wasm.Module, layout *abi.InstanceLayout, o Options) *Module {
	if o.Explicit.Faults {
		o.GuardBytes = 0
	}
	g := &Module{m: m, layout: layout, options: o}
	g.sigs = make([]ssa.Sig, len(m.Types))
	for i := range m.Types {
		if t := &m.Types[i]; t.Kind == wasm.CompFunc {
			g.sigs[i] = ssa.Sig{Params: Types(t.Func.Params), Results: Types(t.Func.Results)}
		}
	}
	for i := range m.Imports {
		switch im := &m.Imports[i]; im.Kind {
		case wasm.ExternFunc:
			g.funcs = append(g.funcs, im.Type)
		case wasm.ExternTable:
			g.tables = append(g.tables, im.Table)
		case wasm.ExternMem:
			g.mems = append(g.mems, im.Mem)
		case wasm.ExternGlobal:
			g.globals = append(g.globals, global{typ: typeOf(im.Global.Type)})
		case wasm.ExternTag:
			g.tags = append(g.tags, im.Type)
		}
	}
	g.define()
	for _, t := range g.tags {
		g.throws = append(g.throws, ssa.Sig{Params: append([]ssa.Type{ssa.TypeI32}, g.sigs[t].Params...)})
	}
	g.readHints()
	return g
}

// define adds what the module defines.
func (g *Module) define() {
	g.funcs = append(g.funcs, g.m.Funcs...)
	g.mems = append(g.mems, g.m.Mems...)
	g.tags = append(g.tags, g.m.Tags...)
	for i := range g.m.Tables {
		g.tables = append(g.tables, g.m.Tables[i].Type)
	}
	for i := range g.m.Globals {
		x := &g.m.Globals[i]
		v := global{typ: typeOf(x.Type.Type)}
		if !x.Type.Mutable {
			v.value, v.known = constant(x.Init)
		}
		g.globals = append(g.globals, v)
	}
}

// constant returns the value of an initialiser that is a single constant.
func constant(x wasm.Expr) (bits num.V128, ok bool) {
	r := wasm.NewInstrReader(x.Bytes, x.Offset)
	var in, end wasm.Instr
	if r.Next(&in) != nil || r.Next(&end) != nil || end.Op != op.End {
		return bits, false
	}
	switch in.Op {
	case op.I32Const, op.I64Const, op.F32Const, op.F64Const:
		return num.V128{Lo: in.Imm}, true
	case op.V128Const:
		return num.V128{Lo: in.Imm, Hi: in.Imm2}, true
	}
	return bits, false
}

// readHints takes what the module says of its branches. A section that is broken has hints up to where it breaks.
func (g *Module) readHints() {
	list, _ := wasm.DecodeBranchHints(g.m)
	g.hints = make(map[uint32][]wasm.BranchHint, len(list))
	for _, h := range list {
		g.hints[h.Func] = h.Hints
	}
}

// name is the function's own if that stands for itself in the text form of the IR.
func (g *Module) name(index uint32) string {
	if s := g.m.FuncName(index); s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || strings.ContainsRune(`(){},:;"`, r) }) {
		return s
	}
	return "f" + strconv.FormatUint(uint64(index), 10)
}

// isSub reports whether a type is declared to be a subtype of another, or is the same. There may be more subtypes than that: types at
// different indices can be equal.
func (g *Module) isSub(sub, super uint32) bool {
	for sub != super {
		supers := g.m.Types[sub].Supers
		if len(supers) == 0 {
			return false
		}
		sub = supers[0]
	}
	return true
}

// typeOf is the IR's type for values of a value type.
func typeOf(t wasm.ValType) ssa.Type {
	switch t {
	case wasm.I32:
		return ssa.TypeI32
	case wasm.I64:
		return ssa.TypeI64
	case wasm.F32:
		return ssa.TypeF32
	case wasm.F64:
		return ssa.TypeF64
	case wasm.V128:
		return ssa.TypeV128
	}
	return ssa.TypeRef
}

// Types are the IR's types for values of value types.
func Types(ts []wasm.ValType) []ssa.Type {
	out := make([]ssa.Type, len(ts))
	for i, t := range ts {
		out[i] = typeOf(t)
	}
	return slices.Clip(out)
}

// single has the list of one type for each.
var single = func() (t [ssa.TypeVar][]ssa.Type) {
	for i := range t {
		t[i] = []ssa.Type{ssa.Type(i)}
	}
	return t
}()
