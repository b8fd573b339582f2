package weft

import (
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

const stableMemory = rt.StableBase

// Engine compiles modules and holds what they have in common: limits, features and the canonical types. It may be used by many
// goroutines at once.
type Engine struct {
	config Config
	limits rt.Limits
	types  *wasm.TypeSet
	closed atomic.Bool
}

// NewEngine makes an engine.
func NewEngine(c Config) *Engine {
	if c.Features == 0 {
		c.Features = AllFeatures
	}
	c.Limits = c.Limits.withDefaults()
	return &Engine{
		config: c,
		types:  wasm.NewTypeSet(),
		limits: rt.Limits{
			MemoryBytes:   c.Limits.MemoryBytes,
			TableElements: c.Limits.TableElements,
			CallDepth:     c.Limits.CallDepth,
			StackSlots:    c.Limits.StackBytes / 8,
		},
	}
}

// Info says what the engine uses to run guests.
func (e *Engine) Info() Info { return currentInfo() }

// Limits returns the engine's limits, defaults filled in.
func (e *Engine) Limits() Limits { return e.config.Limits }

// Close closes the engine: it compiles and links no more. Instances that exist go on.
func (e *Engine) Close() error {
	e.closed.Store(true)
	return nil
}

// funcType makes an engine's function type from one of host value types.
func (e *Engine) funcType(t FuncType) *rt.FuncType {
	w := wasm.FuncType{Params: wasmTypes(t.Params), Results: wasmTypes(t.Results)}
	return rt.NewFuncType(w, e.types.AddFunc(w))
}
