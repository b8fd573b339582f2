package weft

import (
	"errors"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/sample"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Engine compiles modules and holds what they have in common: limits, features and the canonical types. It may be used by many
// goroutines at once.
type Engine struct {
	config Config
	limits rt.Limits
	types  *wasm.TypeSet
	slots  *rt.Slots
	total  *rt.Quota // of all instances, nil for none
	closed atomic.Bool

	sampler  sample.Sampler
	counters rt.Counters

	native *native.Engine // what compiled code needs, nil where there is none
	whyNot error          // why there is none
	fuel   *rt.Fuel       // what guests are metered by, nil if they are not
	broken error          // why the engine compiles nothing: what its Config has wrong
}

const (
	// idleSlots is how many closed instances of an engine leave their reservations to the next ones, at most: a process has address space for some
	// 20,000 of them.
	idleSlots = 1024
	// idleBytes is how much memory these keep in all, so that the next instance need not fault it in.
	idleBytes = 64 << 20
)

// NewEngine makes an engine.
func NewEngine(c Config) *Engine {
	if c.Features == 0 {
		c.Features = AllFeatures
	}
	stack := c.Limits.StackBytes
	c.Limits = c.Limits.withDefaults()
	e := &Engine{
		config: c,
		types:  wasm.NewTypeSet(),
		slots:  rt.NewSlots(idleSlots, idleBytes),
		limits: rt.Limits{
			MemoryBytes:   c.Limits.MemoryBytes,
			TableElements: c.Limits.TableElements,
			CallDepth:     c.Limits.CallDepth,
			StackSlots:    c.Limits.StackBytes / 8,
		},
	}
	e.slots.Counters = &e.counters
	if c.Total != nil {
		e.total = c.Total.quota("engine", nil, nil)
	}
	var costs *fuel.Costs
	if c.Fuel != nil {
		if costs, e.broken = c.Fuel.costs(); e.broken == nil {
			e.fuel = c.Fuel.meter(costs)
		}
	}
	if c.Tier == TierInterpreter {
		e.whyNot = errors.New("the interpreter was asked for")
	} else {
		e.native, e.whyNot = native.NewEngine(native.Config{ExplicitChecks: c.ExplicitChecks, StackBytes: stack, Fuel: costs})
	}
	return e
}

// Limits returns the engine's limits, defaults filled in.
func (e *Engine) Limits() Limits { return e.config.Limits }

// Close closes the engine: it compiles and links no more. Instances that exist go on.
func (e *Engine) Close() error {
	e.closed.Store(true)
	if e.native != nil {
		e.native.StopTiering()
	}
	return nil
}

// funcType makes an engine's function type from one of host value types.
func (e *Engine) funcType(t FuncType) *rt.FuncType {
	w := wasm.FuncType{Params: wasmTypes(t.Params), Results: wasmTypes(t.Results)}
	return rt.NewFuncType(w, e.types.AddFunc(w))
}
