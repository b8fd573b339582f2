package native

import (
	"slices"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// trapped lists the calls of guests that a trap ends, innermost first. A function that the stack has no room for has not been called: it finds that out
// before it does anything that it was made for.
func trapped(trap abi.Trap, w guest.Walker) []rt.Frame {
	if trap == abi.TrapStackExhausted {
		callers := w
		if f, ok := callers.Next(); ok && isPrologue(f) {
			w = callers
		}
	}
	return backtrace(w)
}

// isPrologue reports whether a frame is in code that a function begins with, before that of its instructions.
func isPrologue(f guest.Frame) bool {
	x := imageOf(f.Text)
	if x == nil {
		return false
	}
	i := x.Func(f.Offset)
	if i < 0 {
		return false
	}
	start, _ := x.Position(x.Starts[i])
	position, _ := x.Position(f.Offset)
	return position == start
}

// backtrace lists the calls of guests that a walker leads through, innermost first, up to one that was not called by compiled code: what has called that
// adds its own part.
func backtrace(w guest.Walker) []rt.Frame {
	var room [32]rt.Frame // more than most have
	return slices.Clone(appendFrames(room[:0], &w))
}

func appendFrames(frames []rt.Frame, w *guest.Walker) []rt.Frame {
	for f, ok := w.Next(); ok && len(frames) < rt.MaxBacktrace; f, ok = w.Next() {
		if frames = appendFrame(frames, f); f.Entry {
			break
		}
	}
	return frames
}

// trace lists all calls of guests, innermost first, while one of them calls the host: those of compiled code and those that are interpreted, which alternate.
func (m *machine) trace() []rt.Frame {
	var room [32]rt.Frame
	frames, w := room[:0], m.stack.Callers()
	if m.interp == nil {
		return slices.Clone(appendFrames(frames, &w))
	}
	next := 0
	if m.interp.Executes() {
		frames, next = append(frames, m.interp.Trace(0)...), 1
	}
	for frames = appendFrames(frames, &w); next < m.interp.Segments(); next++ {
		frames = append(frames, m.interp.Trace(next)...)
		frames = appendFrames(frames, &w)
	}
	return slices.Clone(frames[:min(len(frames), rt.MaxBacktrace)])
}

// appendFrame appends the frame of a function, unless the function was left by a tail call and only its frame had to stay. Entries and shims are no
// functions of guests, and have none.
func appendFrame(frames []rt.Frame, f guest.Frame) []rt.Frame {
	x := imageOf(f.Text)
	if x == nil || len(frames) == rt.MaxBacktrace {
		return frames
	}
	if frame, ok := x.frame(f.Offset); ok {
		return append(frames, frame)
	}
	return frames
}

// frame is the call of a function of the module that is at an offset of the text.
func (x *image) frame(offset uint32) (f rt.Frame, ok bool) {
	i := x.Func(offset)
	if i < 0 || x.isInterpreted(i) {
		return rt.Frame{}, false
	}
	position, ok := x.Position(offset)
	return rt.Frame{Module: x.m, Index: x.index(i), Offset: position}, ok
}

// throw unwinds from the call of the host that is being answered to the innermost handler, where the code goes on (spec 4.6.13). If there is
// none, the machine's call ends. Frames are those that the exception has come out of before.
func (m *machine) throw(s *guest.Stack, x *rt.Exception, frames []rt.Frame) guest.Action {
	m.thrown, m.unwound = x, append(m.unwound[:0], frames...)
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
