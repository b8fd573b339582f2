package native

import (
	"cmp"
	"errors"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/ssagen"
)

// Config says how code is to be made and run.
type Config struct {
	// ExplicitChecks makes code check for itself what faults and signals tell otherwise.
	ExplicitChecks bool
	// Heat is how many calls and turns of loops make a function of a tiered module one to be compiled, 0 for the default.
	Heat int
	// StackBytes is the size of guest stacks; the next size that can be had is taken.
	StackBytes int
	// Fuel is what code is charged for, nil for nothing. The modules to be compiled must say the same.
	Fuel *fuel.Costs
}

// Engine is what modules have in common. It is safe for concurrent use.
type Engine struct {
	options  ssagen.Options
	explicit error
	pool     *guest.Pool
	helpers  []uint64 // what abi.InstanceHelpers leads to: the addresses of the stubs
	machines sync.Pool

	room      sync.Mutex
	collected time.Time    // when stacks were last looked for by a collection
	lanes     atomic.Int32 // functions with a machine of their own
	heat      int
	workers   workers

	codeBytes atomic.Int64 // of the texts of modules
}

// NewEngine makes an engine. The error says why machine code does not run here.
func NewEngine(c Config) (*Engine, error) {
	e := &Engine{heat: cmp.Or(c.Heat, dbg.Heat(), defaultHeat)}
	if err := e.check(c.ExplicitChecks); err != nil {
		return nil, err
	}
	e.options.Fuel = c.Fuel
	for _, shim := range []func() (uintptr, error){noShim, deadShim} {
		if _, err := shim(); err != nil {
			return nil, err
		}
	}
	var err error
	if e.pool, err = guest.NewPool(stackSize(c.StackBytes)); err != nil {
		return nil, err
	}
	for s := range guest.StubCount {
		e.helpers = append(e.helpers, uint64(s.Address()))
	}
	return e, nil
}

// CodeBytes is how much machine code the engine's modules have that there are.
func (e *Engine) CodeBytes() int64 { return e.codeBytes.Load() }

// Stacks is how many guest stacks there are, idle ones included.
func (e *Engine) Stacks() int64 { return e.pool.Stacks() }

// Yields counts how often guests have made room for others.
func (e *Engine) Yields() int64 { return e.pool.Yields() }

// Explicit is why code checks for itself, nil if it does not.
func (e *Engine) Explicit() error { return e.explicit }

var (
	errNoReservation = errors.New("memories are not reserved address space in this build")
	errAsked         = errors.New("explicit checks were asked for")
)

// check tries out whether machine code runs here, and what it must check for itself.
func (e *Engine) check(explicit bool) error {
	if rt.GuardBytes == 0 {
		return &guest.Unsupported{What: "machine code does not run here", Why: errNoReservation}
	}
	if explicit {
		e.explicit, e.options.Explicit = errAsked, abi.Explicit{Faults: true, Preempt: true}
		return cmp.Or(guest.CheckExplicit(), uses())
	}
	s := guest.Check()
	if s.Run != nil {
		return s.Run
	}
	if err := uses(); err != nil {
		return err
	}
	e.options.Explicit = abi.Explicit{Faults: s.Faults != nil, Preempt: s.Preempt != nil}
	if s.Faults == nil {
		e.options.GuardBytes = rt.GuardBytes
	}
	switch {
	case s.Faults != nil:
		e.explicit = s.Faults
	case s.Preempt != nil:
		e.explicit = s.Preempt
	}
	return nil
}

// uses says what the code uses that the processor does not have.
func uses() error {
	if err := checkProcessor(); err != nil {
		return &guest.Unsupported{What: "machine code does not run here", Why: err}
	}
	return nil
}

// stackSize is a size that stacks can have, 0 for the default.
func stackSize(want int) int {
	if want == 0 {
		return 0
	}
	return min(max(1<<bits.Len(uint(want-1)), guest.MinStackBytes), guest.MaxStackBytes)
}
