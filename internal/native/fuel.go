package native

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// OutOfFuel implements guest.Fueller: code has found that the count of its instance is used up.
func (m *machine) OutOfFuel(s *guest.Stack, instance uintptr) guest.Action {
	if !m.ready {
		return m.lane.begin(func() guest.Action { return m.refuel(s, instance) })
	}
	return m.refuel(s, instance)
}

func (m *machine) refuel(s *guest.Stack, instance uintptr) guest.Action {
	trap, err := m.Refuel(m.ctx, rt.InstanceAt(instance))
	if trap != abi.TrapNone {
		m.denied = err
		return s.Leave(trap)
	}
	return guest.Continue
}
