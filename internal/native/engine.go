package native

import (
	"errors"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/ssagen"
)

// Config says how code is to be made and run.
type Config struct {
	// ExplicitChecks makes code check for itself what faults and signals tell otherwise.
	ExplicitChecks bool
	// StackBytes is the size of guest stacks; the next size that can be had is taken.
	StackBytes int
}

// Engine is what modules have in common. It is safe for concurrent use.
type Engine struct {
	options  ssagen.Options
	explicit error
	pool     *guest.Pool
	helpers  []uint64 // what abi.InstanceHelpers leads to: the addresses of the stubs
	machines sync.Pool
	direct   atomic.Int32 // functions with a machine of their own
}

// NewEngine makes an engine. The error says why machine code does not run here.
func NewEngine(c Config) (*Engine, error) {
	explicit, err := check(c.ExplicitChecks)
	if err != nil {
		return nil, err
	}
	pool, err := guest.NewPool(stackSize(c.StackBytes))
	if err != nil {
		return nil, err
	}
	if _, err := noShim(); err != nil {
		return nil, err
	}
	e := &Engine{explicit: explicit, pool: pool, options: ssagen.Options{GuardBytes: rt.GuardBytes}}
	if explicit != nil {
		e.options = ssagen.Options{Explicit: abi.Explicit{Faults: true, Preempt: true}}
	}
	for s := range guest.StubCount {
		e.helpers = append(e.helpers, uint64(s.Address()))
	}
	return e, nil
}

// Explicit is why code checks for itself, nil if it does not.
func (e *Engine) Explicit() error { return e.explicit }

var (
	errNoReservation = errors.New("memories are not reserved address space in this build")
	errAsked         = errors.New("explicit checks were asked for")
)

// check tries out whether machine code runs here, and says why it must check for itself, if so.
func check(explicit bool) (why, err error) {
	if rt.GuardBytes == 0 {
		return nil, &guest.Unsupported{What: "machine code does not run here", Why: errNoReservation}
	}
	if explicit {
		return errAsked, guest.CheckExplicit()
	}
	s := guest.Check()
	switch {
	case s.Run != nil:
		return nil, s.Run
	case s.Faults != nil:
		return s.Faults, nil
	case s.Preempt != nil:
		return s.Preempt, nil
	}
	return nil, nil
}

// stackSize is a size that stacks can have, 0 for the default.
func stackSize(want int) int {
	if want == 0 {
		return 0
	}
	return min(max(1<<bits.Len(uint(want-1)), guest.MinStackBytes), guest.MaxStackBytes)
}
