package interp

import (
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/rt"
)

// Module is the executor of one module's instances. It is safe for concurrent use.
type Module struct {
	m     *rt.Module
	codes []atomic.Pointer[code] // of the functions defined in the module, nil until the first call
}

// New returns an executor for a valid module without GC instructions and atomics.
func New(m *rt.Module) *Module {
	return &Module{m: m, codes: make([]atomic.Pointer[code], len(m.Funcs))}
}

// code returns the lowered form of a function that the module defines. Two goroutines may lower it at the same time; either result will do.
func (m *Module) code(index uint32) *code {
	slot := &m.codes[index-uint32(m.m.ImportedFuncs)]
	if c := slot.Load(); c != nil {
		return c
	}
	c := lower(m.m, index, nil)
	slot.Store(c)
	return c
}

// offsets returns the offset in the module that each lowered instruction of a function comes from. Nothing is kept for it: lowering is
// deterministic, so a trap lowers the functions of its backtrace once more, with a list of offsets.
func (m *Module) offsets(c *code) []int64 {
	var offsets []int64
	lower(m.m, c.index, &offsets)
	return offsets
}
