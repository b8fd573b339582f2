package rt

import "github.com/weft-wasm/weft/internal/wasm"

// Global is a global variable (spec 4.2.9).
type Global struct {
	*Cell
	typ   wasm.GlobalType // names TypeIDs
	store *Store
	owner *Instance // that defines it; nil if the host does
	dead  bool      // its owner is
}

// Cell holds the value of a global in its slots; Hi is for v128 only. Those of the globals that a module defines lie in its instance's context.
type Cell struct{ Lo, Hi uint64 }

// NewGlobal makes a global.
func NewGlobal(s *Store, t wasm.GlobalType, lo, hi uint64) *Global {
	g := &Global{Cell: &Cell{lo, hi}, typ: t, store: s}
	s = s.lock()
	defer s.mu.Unlock()
	s.addRoots(nil, []*Global{g})
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
