package rt

import "github.com/weft-wasm/weft/internal/wasm"

// Global is a global variable (spec 4.2.9).
type Global struct {
	typ    wasm.GlobalType // names TypeIDs
	Lo, Hi uint64          // the value's slots; Hi for v128 only
	store  *Store
}

// NewGlobal makes a global.
func NewGlobal(s *Store, t wasm.GlobalType, lo, hi uint64) *Global {
	g := &Global{typ: t, Lo: lo, Hi: hi, store: s}
	if t.Type.IsRef() {
		s = s.lock()
		s.globals = append(s.globals, g)
		s.mu.Unlock()
	}
	return g
}

// Type returns the global's type.
func (g *Global) Type() wasm.GlobalType { return g.typ }

// Store returns the store the global lives in.
func (g *Global) Store() *Store { return g.store.root() }

// Tag is an exception tag (spec 4.2.10).
type Tag struct {
	Type *FuncType
}
