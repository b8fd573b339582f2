package interp

import (
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/rt"
)

// Module is the executor of one module's instances. It is safe for concurrent use.
type Module struct {
	m     *rt.Module
	own   func(index uint32) bool // of the functions defined in the module, those it executes
	codes []atomic.Pointer[code]  // of the functions defined in the module, nil until the first call
	heat  *Heat                   // how functions are watched, nil if they are not
}

// New returns an executor for a valid module without GC instructions and atomics.
func New(m *rt.Module) *Module {
	return NewPart(m, all)
}

func all(uint32) bool { return true }

// NewPart returns an executor for some functions of a module. It calls the others as it calls those of other modules.
func NewPart(m *rt.Module, own func(index uint32) bool) *Module {
	return &Module{m: m, own: own, codes: make([]atomic.Pointer[code], len(m.Funcs))}
}

// Interpreter returns m. The executor of a module of which an interpreter executes a part has a method by this name that returns that.
func (m *Module) Interpreter() *Module { return m }

// interpreterOf returns what interprets functions of an instance, nil if nothing does.
func interpreterOf(in *rt.Instance) *Module {
	if x, ok := in.Module.Exec.(interface{ Interpreter() *Module }); ok {
		return x.Interpreter()
	}
	return nil
}

// executes returns what interprets a function, nil if it is the host's or executed otherwise.
func executes(f *rt.Func) *Module {
	if f.Host != nil {
		return nil
	}
	if m := interpreterOf(f.Instance); m != nil && m.own(f.Index) {
		return m
	}
	return nil
}

// code returns the lowered form of a function that the module defines. Two goroutines may lower it at the same time; the first result counts.
func (m *Module) code(index uint32) *code {
	slot := &m.codes[index-uint32(m.m.ImportedFuncs)]
	if c := slot.Load(); c != nil {
		return c
	}
	c := lower(m.m, m.own, m.watch(index), index, nil)
	c.module = m
	if !slot.CompareAndSwap(nil, c) {
		c = slot.Load() // what counts is there, or it is compiled by now
	}
	return c
}

// watch makes what counts the use of a function, nil if nothing does.
func (m *Module) watch(index uint32) *heat {
	if m.heat == nil {
		return nil
	}
	h := &heat{Heat: m.heat, index: index}
	if h.limit, h.limitLoops = m.heat.Limits(index); h.limit == 0 {
		return nil
	}
	return h
}

// offsets returns the offset in the module that each lowered instruction of a function comes from. Nothing is kept for it: lowering is
// deterministic, so a trap lowers the functions of its backtrace once more, with a list of offsets.
func (m *Module) offsets(c *code) []int64 {
	var offsets []int64
	h := c.heat
	if h != nil {
		h = &heat{Heat: h.Heat, index: h.index}
	}
	lower(m.m, m.own, h, c.index, &offsets)
	return offsets
}
