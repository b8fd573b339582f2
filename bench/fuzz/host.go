package fuzz

import (
	"errors"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// errRefused is how [Mix] fails.
var errRefused = errors.New("refused")

// Mix is the one function that is really the host's: it folds a number into a hash, and fails once in a while.
func Mix(hash, v int64) (int64, error) {
	h := (uint64(hash) ^ uint64(v)) * 0xff51afd7ed558ccd
	h ^= h >> 32
	if h%97 == 0 {
		return 0, errRefused
	}
	return int64(h), nil
}

// hostFor makes a module that defines everything that m imports, and has m import it from there. Its functions fold their arguments with
// [Mix] and make their results of that, so no executor's host interface needs to know vectors or references.
func hostFor(m *wasm.Module) *wasm.Module {
	h := &wasm.Module{Types: m.Types[:len(m.Types):len(m.Types)], Groups: m.Groups[:len(m.Groups):len(m.Groups)]}
	mix := addType(h, []wasm.ValType{wasm.I64, wasm.I64}, []wasm.ValType{wasm.I64})
	h.Imports = []wasm.Import{{Module: mixModule, Name: mixName, Kind: wasm.ExternFunc, Type: mix}}
	h.ImportedFuncs = 1
	for i := range m.Imports {
		im := &m.Imports[i]
		im.Module, im.Name = hostName, numbered("h", i)
		h.Exports = append(h.Exports, wasm.Export{Name: im.Name, Kind: im.Kind, Index: define(h, im, uint64(i))})
	}
	return h
}

// define defines what an import asks for and returns its index.
func define(h *wasm.Module, im *wasm.Import, salt uint64) uint32 {
	switch im.Kind {
	case wasm.ExternFunc:
		return addFunc(h, im.Type, hostFunc(&h.Types[im.Type].Func, salt))
	case wasm.ExternTable:
		h.Tables = append(h.Tables, wasm.Table{Type: im.Table})
		return uint32(len(h.Tables) - 1)
	case wasm.ExternMem:
		h.Mems = append(h.Mems, im.Mem)
		return uint32(len(h.Mems) - 1)
	case wasm.ExternGlobal:
		w := &writer{}
		w.constant(im.Global.Type, Bits{salt})
		h.Globals = append(h.Globals, wasm.Global{Type: im.Global, Init: wasm.Expr{Bytes: w.finish().Body}})
		return uint32(len(h.Globals) - 1)
	}
	h.Tags = append(h.Tags, im.Type)
	return uint32(len(h.Tags) - 1)
}

// hostFunc returns the body of a function of the host.
func hostFunc(t *wasm.FuncType, salt uint64) *writer {
	const mix = 0
	w := &writer{params: len(t.Params)}
	hash := w.local(wasm.I64)
	w.i64(salt*0x9e3779b97f4a7c15 + 1)
	fold := func(param int, convert ...wasm.Instr) {
		w.at(op.LocalGet, uint32(param))
		for _, in := range convert {
			w.emit(in)
		}
		w.at(op.Call, mix)
	}
	extend := wasm.Instr{Op: op.I64ExtendI32U}
	for i, p := range t.Params {
		switch p {
		case wasm.I32:
			fold(i, extend)
		case wasm.I64:
			fold(i)
		case wasm.F32:
			fold(i, wasm.Instr{Op: op.I32ReinterpretF32}, extend)
		case wasm.F64:
			fold(i, wasm.Instr{Op: op.I64ReinterpretF64})
		case wasm.V128:
			fold(i, wasm.Instr{Op: op.I64x2ExtractLane})
			fold(i, wasm.Instr{Op: op.I64x2ExtractLane, Lane: 1})
		default:
			fold(i, wasm.Instr{Op: op.RefIsNull}, extend)
		}
	}
	w.at(op.LocalSet, hash)
	for _, r := range t.Results {
		w.result(r, hash)
	}
	return w
}

// notNaN clears a bit of the exponent in each lane of a hash.
const notNaN = ^uint64(1<<62 | 1<<30)

// result emits a value made of a hash. There is no NaN among them, because a NaN's bits may differ.
func (w *writer) result(t wasm.ValType, hash uint32) {
	if t.IsRef() {
		if t.Nullable() {
			w.constant(t, Bits{})
		} else {
			w.op(op.Unreachable)
		}
		return
	}
	w.at(op.LocalGet, hash)
	w.i64(notNaN)
	w.op(op.I64And)
	switch t {
	case wasm.I32:
		w.op(op.I32WrapI64)
	case wasm.F32:
		w.op(op.I32WrapI64)
		w.op(op.F32ReinterpretI32)
	case wasm.F64:
		w.op(op.F64ReinterpretI64)
	case wasm.V128:
		w.op(op.I64x2Splat)
	}
}
