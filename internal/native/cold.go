package native

import (
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// Calls between compiled and interpreted functions of tiered modules. They stay within the machine's activation: package interp says how.

// callOwn calls function i of those that the module of the calling code defines.
func (m *machine) callOwn(s *guest.Stack, i uint32) guest.Action {
	in := rt.InstanceAt(uintptr(s.HostSlots(1)[0]))
	f := in.Func(uint32(in.Module.ImportedFuncs) + i)
	return m.callCold(s, f, s.HostSlots(1 + f.Type.Slots())[1:])
}

// callCold calls a function of a tiered module, with its arguments and results in place.
func (m *machine) callCold(s *guest.Stack, f *rt.Func, slots []uint64) guest.Action {
	if f.Instance.Dead() {
		return s.Leave(abi.TrapInstanceClosed)
	}
	m.held = append(m.held, s.Context().HostRegisters)
	err := m.interpret(f, slots)
	m.held = m.held[:len(m.held)-1]
	if err != nil {
		return m.hostFailed(s, f, err)
	}
	return guest.Continue
}

// interpret calls a function of a tiered module by way of the interpreter.
func (m *machine) interpret(f *rt.Func, slots []uint64) error {
	if m.interp == nil {
		m.interp = interp.NewMachine(&m.Activation, m)
		m.mixed.Store(true)
	}
	return m.interp.Run(m.ctx, f, slots)
}

// Execute implements interp.Native.
func (m *machine) Execute(c *interp.Compiled, in *rt.Instance, stack []uint64) error {
	slots, trap := m.stack.Slots(c.Type.Slots())
	if trap != abi.TrapNone {
		return &rt.TrapError{Code: trap}
	}
	copy(slots, stack[:c.Type.ParamSlots])
	if trap := m.stack.Enter(c.Entry, c.Code, in.Context()); trap != abi.TrapNone {
		return m.failed(trap)
	}
	copy(stack, slots[:c.Type.ResultSlots])
	return nil
}

// alarm makes the guest look after a time whether it is to give way: code by a signal, and what is interpreted when it is asked.
func (m *machine) alarm(after time.Duration, here bool) {
	m.stack.Alarm(after, here)
	if m.mixed.Load() {
		time.AfterFunc(after, m.Ask)
	}
}

// depth is how many frames of guests there are at a call of the host, those of compiled code as one.
func (m *machine) depth() int {
	if m.interp == nil {
		return 1
	}
	return 1 + m.interp.Depth()
}

// roots yields what may hold references on the guest stack and in registers; what the interpreter has is in the activation's own slots.
func (m *machine) roots(yield func([]uint64) bool) {
	for words := range m.stack.Live {
		if !yield(words) {
			return
		}
	}
	for i := range m.held {
		if !yield(m.held[i][:]) {
			return
		}
	}
}
