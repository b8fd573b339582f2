package native

import (
	"errors"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

const (
	hostWord = 1 << abi.HostWordBit
	ownWord  = 1 << abi.OwnWordBit
)

// HostCall implements guest.Host: it answers the calls of generated code.
func (m *machine) HostCall(s *guest.Stack, word uint64) guest.Action {
	if !m.ready {
		return m.lane.begin(func() guest.Action { return m.answer(s, word) })
	}
	if word&hostWord == 0 {
		return m.answer(s, word)
	}
	f := rt.FuncAt(uintptr(word &^ hostWord))
	if f.Host == nil || f.Host.Plain == nil || m.interp != nil {
		return m.callHost(s, f)
	}
	slot := s.HostSlot()
	m.BeginHost(1)
	err := f.Host.Plain(m.ctx, rt.InstanceAt(uintptr(*slot)), rt.Behind(slot))
	if err != nil || !m.Regain(1) {
		return m.finishHost(s, f, 1, err)
	}
	return guest.Continue
}

// finishHost comes back from a function of the host that has failed, or whose store is not at hand.
func (m *machine) finishHost(s *guest.Stack, f *rt.Func, depth int, err error) guest.Action {
	if !m.EndHost(depth, m) {
		return s.Leave(abi.TrapInterrupted)
	}
	if err != nil {
		return m.hostFailed(s, f, err)
	}
	return guest.Continue
}

// answer answers any call.
func (m *machine) answer(s *guest.Stack, word uint64) guest.Action {
	if word&hostWord != 0 {
		return m.callHost(s, rt.FuncAt(uintptr(word&^hostWord)))
	}
	if word&ownWord != 0 {
		return m.callOwn(s, uint32(word))
	}
	in := rt.InstanceAt(uintptr(word &^ (abi.ContextAlign - 1)))
	return m.help(s, in, abi.Helper(word%abi.ContextAlign))
}

// callHost calls a function that is not generated code, with its arguments and results in place.
func (m *machine) callHost(s *guest.Stack, f *rt.Func) guest.Action {
	slots := s.HostSlots(1 + f.Type.Slots())
	caller, slots := rt.InstanceAt(uintptr(slots[0])), slots[1:]
	f = caller.Resolve(f)
	if isTiered(f) {
		return m.callCold(s, f, slots)
	}
	depth := m.depth()
	m.BeginHost(depth)
	var err error
	if f.Host != nil {
		err = f.Host.Call(m.ctx, caller, slots)
	} else {
		err = m.callGuest(f, slots)
	}
	if action := m.finishHost(s, f, depth, err); action != guest.Continue {
		return action
	}
	f.Type.CleanResults(slots)
	return guest.Continue
}

// callGuest calls a function of a guest that is interpreted, or that a stub stood in for. If another goroutine has called into the store meanwhile,
// it waits for the end of that.
func (m *machine) callGuest(f *rt.Func, slots []uint64) error {
	for wait := time.Microsecond; ; wait = min(2*wait, time.Millisecond) {
		err := f.Instance.Module.Exec.Call(m.ctx, f, slots)
		if err != rt.ErrConcurrent || m.Stopped() {
			return err
		}
		time.Sleep(wait)
	}
}

// hostFailed ends the call with the error of a host function, or throws the exception that the error is.
func (m *machine) hostFailed(s *guest.Stack, f *rt.Func, err error) guest.Action {
	var thrown *rt.ExceptionError
	if errors.As(err, &thrown) {
		var frames []rt.Frame
		if f.Host == nil {
			frames = thrown.Frames // of guests, in the interpreter
		}
		return m.throw(s, thrown.Exception, frames)
	}
	m.err = rt.HostFailed(m.ctx, f, err, backtrace(s.Callers()))
	return s.Leave(abi.TrapHostError)
}
