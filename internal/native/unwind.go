package native

import (
	"slices"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// backtrace lists the calls of guests that a walker leads through, innermost first.
func backtrace(w guest.Walker) []rt.Frame {
	var frames []rt.Frame
	for f, ok := w.Next(); ok && len(frames) < rt.MaxBacktrace; f, ok = w.Next() {
		frames = appendFrame(frames, f)
	}
	return frames
}

// appendFrame appends the frame of a function. Entries and shims are no functions of guests, and have none.
func appendFrame(frames []rt.Frame, f guest.Frame) []rt.Frame {
	x := imageOf(f.Text)
	if x == nil || len(frames) == rt.MaxBacktrace {
		return frames
	}
	i := x.Func(f.Offset)
	if i < 0 || x.isInterpreted(i) {
		return frames
	}
	position, _ := x.Position(f.Offset) // functions begin with one
	return append(frames, rt.Frame{Module: x.m, Index: uint32(x.m.ImportedFuncs + i), Offset: position})
}

// throw unwinds from the call of the host that is being answered to the innermost handler, where the code goes on (spec 4.6.13). If there is
// none, the machine's call ends.
func (m *machine) throw(s *guest.Stack, x *rt.Exception) guest.Action {
	m.thrown, m.unwound = x, m.unwound[:0]
	return m.unwind(s, s.Callers())
}

// rethrow goes on unwinding from a handler that does not want the exception.
func (m *machine) rethrow(s *guest.Stack) guest.Action {
	w := s.Callers()
	w.Next() // the handler's frame was unwound by then
	return m.unwind(s, w)
}

func (m *machine) unwind(s *guest.Stack, w guest.Walker) guest.Action {
	for f, ok := w.Next(); ok; f, ok = w.Next() {
		m.unwound = appendFrame(m.unwound, f)
		if pad, ok := landing(f); ok {
			return s.Jump(pad, f.SP, 0, 0)
		}
		if f.Entry {
			break
		}
	}
	m.err = &rt.ExceptionError{Exception: m.thrown, Frames: slices.Clone(m.unwound)}
	return s.Leave(abi.TrapUncaughtException)
}

// landing is where an exception goes on that comes out of the call that a frame is in.
func landing(f guest.Frame) (pad uintptr, ok bool) {
	x := imageOf(f.Text)
	if x == nil {
		return 0, false
	}
	handler, ok := x.Landing(f.Offset + 1) // the frame has the call's last byte
	if !ok {
		return 0, false
	}
	return f.Text.Address(handler), true
}
