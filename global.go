package weft

import (
	"errors"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Global is a global variable (spec 4.2.9), of a guest or made by the host.
type Global struct {
	engine *Engine
	g      *rt.Global
}

// ErrImmutable is returned by Set of a global that is not mutable.
var ErrImmutable = errors.New("weft: the global is not mutable")

// NewGlobal makes a global with a value as Func.Call takes it. The error is a *TypeError.
func NewGlobal(e *Engine, t GlobalType, v any) (*Global, error) {
	p := place{e, rt.NewStore()}
	var slots [2]uint64
	if _, err := p.fromAny(slots[:], t.Value.t, v); err != nil {
		return nil, err
	}
	return &Global{e, rt.NewGlobal(p.store, wasm.GlobalType{Type: t.Value.t, Mutable: t.Mutable}, slots[0], slots[1])}, nil
}

// Type returns the global's type.
func (g *Global) Type() GlobalType { return globalType(g.g.Type()) }

func (g *Global) place() place { return place{g.engine, g.g.Store()} }

// Get returns the value, as Func.Call returns results.
func (g *Global) Get() any {
	v, _ := g.place().toAny([]uint64{g.g.Lo, g.g.Hi}, g.g.Type().Type)
	return v
}

// Set stores a value as Func.Call takes it. The error is a *TypeError or ErrImmutable.
func (g *Global) Set(v any) error {
	if !g.g.Type().Mutable {
		return ErrImmutable
	}
	var slots [2]uint64
	if _, err := g.place().fromAny(slots[:], g.g.Type().Type, v); err != nil {
		return err
	}
	g.g.Lo, g.g.Hi = slots[0], slots[1]
	return nil
}
