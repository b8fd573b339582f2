package fuzz

import (
	"errors"
	"io"
	"strings"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Real functions may run for ever, and make NaNs whose bits are up to the executor. A guard rewrites them so that neither happens: each
// call takes one from a global, and each round of a loop one from a local, which end the call when there is none left; and behind each
// instruction that may make a NaN, NaNs are replaced by the canonical one. Memories and tables may grow only a little.

// What calls and loops get. The loops' part is of one call of a function.
const (
	guardCalls  = 100
	guardRounds = 1000
	guardPages  = 8
	guardElems  = 100
)

// guard returns the subject with guarded functions.
func guard(s *Subject) *Subject {
	m := clone(s.Module)
	limit := func(l wasm.Limits, more uint64) wasm.Limits {
		if !l.HasMax || l.Max > l.Min+more {
			l.Max, l.HasMax = l.Min+more, true
		}
		return l
	}
	for i := range m.Imports {
		im := &m.Imports[i]
		im.Mem.Limits, im.Table.Limits = limit(im.Mem.Limits, guardPages), limit(im.Table.Limits, guardElems)
	}
	for i := range m.Mems {
		m.Mems[i].Limits = limit(m.Mems[i].Limits, guardPages)
	}
	for i := range m.Tables {
		m.Tables[i].Type.Limits = limit(m.Tables[i].Type.Limits, guardElems)
	}
	fuel := uint32(m.ImportedGlobals + len(m.Globals))
	init := &writer{}
	init.i64(guardCalls)
	m.Globals = append(m.Globals, wasm.Global{
		Type: wasm.GlobalType{Type: wasm.I64, Mutable: true}, Init: wasm.Expr{Bytes: init.finish().Body},
	})
	for i := range m.Code {
		m.Code[i] = guardBody(&m.Code[i], len(m.Types[m.Funcs[i]].Func.Params), fuel)
	}
	guarded := *s
	guarded.Module, guarded.Fuel, guarded.Budget, guarded.Guarded = m, fuel, guardCalls, false
	return &guarded
}

// guardBody rewrites one body, which is valid.
func guardBody(c *wasm.Code, params int, fuel uint32) wasm.Code {
	declared := params
	for _, l := range c.Locals {
		declared += int(l.Count)
	}
	w := &writer{params: declared}
	rounds := w.local(wasm.I32)
	scratch := map[wasm.ValType]uint32{}
	for _, t := range []wasm.ValType{wasm.F32, wasm.F64, wasm.V128} {
		scratch[t] = w.local(t)
	}
	w.at(op.GlobalGet, fuel)
	w.op(op.I64Eqz)
	w.giveUp()
	w.at(op.GlobalGet, fuel)
	w.i64(1)
	w.op(op.I64Sub)
	w.at(op.GlobalSet, fuel)
	w.i32(guardRounds)
	w.at(op.LocalSet, rounds)
	r := wasm.NewInstrReader(c.Body, 0)
	var in wasm.Instr
	for r.Pos() < len(c.Body)-1 { // all but the final end, which finish writes
		start := r.Pos()
		if err := r.Next(&in); err != nil && !errors.Is(err, io.EOF) {
			panic(err)
		}
		w.code = append(w.code, c.Body[start:r.Pos()]...)
		switch {
		case in.Op == op.Loop:
			w.at(op.LocalGet, rounds)
			w.op(op.I32Eqz)
			w.giveUp()
			w.at(op.LocalGet, rounds)
			w.i32(1)
			w.op(op.I32Sub)
			w.at(op.LocalSet, rounds)
		case mayMakeNaN(in.Op.Info()):
			w.canonical(in.Op.Info(), scratch)
		}
	}
	guarded := w.finish()
	guarded.Locals = append(c.Locals[:len(c.Locals):len(c.Locals)], guarded.Locals...)
	return guarded
}

// giveUp pops a condition and ends the call if it holds.
func (w *writer) giveUp() {
	w.emit(wasm.Instr{Op: op.If, Block: wasm.BlockType{Kind: wasm.BlockEmpty}})
	w.op(op.Unreachable)
	w.op(op.End)
}

// mayMakeNaN reports whether an instruction computes floats.
func mayMakeNaN(info *op.Info) bool {
	if info.ByHand || len(info.Results) != 1 || info.Flags&(op.FlagBits|op.FlagCmp|op.FlagConst|op.FlagLoad) != 0 {
		return false
	}
	switch info.Results[0] {
	case op.F32, op.F64:
		return true
	case op.V128:
		return strings.HasPrefix(info.Name, "f32x4.") || strings.HasPrefix(info.Name, "f64x2.")
	}
	return false
}

// canonical replaces each NaN of the topmost operand, the result of an instruction.
func (w *writer) canonical(info *op.Info, scratch map[wasm.ValType]uint32) {
	const nan32, nan64 = 0x7fc00000, 0x7ff8000000000000
	t, nan, eq, choose := wasm.V128, Bits{nan64, nan64}, op.F64x2Eq, op.V128Bitselect
	switch {
	case info.Results[0] == op.F32:
		t, nan, eq, choose = wasm.F32, Bits{nan32}, op.F32Eq, op.Select
	case info.Results[0] == op.F64:
		t, nan, eq, choose = wasm.F64, Bits{nan64}, op.F64Eq, op.Select
	case strings.HasPrefix(info.Name, "f32x4."):
		nan, eq = Bits{nan32<<32 | nan32, nan32<<32 | nan32}, op.F32x4Eq
	}
	w.at(op.LocalTee, scratch[t])
	w.constant(t, nan)
	w.at(op.LocalGet, scratch[t])
	w.at(op.LocalGet, scratch[t])
	w.op(eq)
	w.op(choose)
}
