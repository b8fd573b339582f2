package interp

import (
	"errors"
	"slices"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/rt"
)

// fail ends the machine's call with a trap at the instruction before pc.
func (m *machine) fail(trap abi.Trap) {
	e := &rt.TrapError{Code: trap, Frames: m.backtrace()}
	switch trap {
	case abi.TrapInterrupted:
		e.Err = m.cause()
	case abi.TrapOutOfFuel:
		e.Err, m.denied = m.denied, nil
	}
	m.err = e
}

// hostFailed ends the machine's call with the error of a host function, or throws the exception that the error is. It reports
// whether the guest goes on. In a tail call, the function at hand is gone (spec 4.6.11): its handlers are not asked, and it is in no backtrace.
func (m *machine) hostFailed(f *rt.Func, err error, tail bool) bool {
	var thrown *rt.ExceptionError
	if errors.As(err, &thrown) {
		frames := thrown.Frames // of guests, in compiled code
		if f.Host != nil {
			frames = nil
		}
		if tail && !m.leave() {
			m.err = &rt.ExceptionError{Exception: thrown.Exception, Frames: frames}
			return false
		}
		return m.throw(thrown.Exception, frames)
	}
	m.err = rt.HostFailed(m.ctx, f, err, m.backtrace())
	return false
}

// point is where a call of a function is at: the instruction before pc. Its frame begins at base.
type point struct {
	inst *rt.Instance
	code *code
	pc   int
	base int
}

// backtrace lists the guest's calls, innermost first.
func (m *machine) backtrace() []rt.Frame {
	var points []point
	if m.code != nil {
		points = append(points, point{m.inst, m.code, m.pc, m.base})
	}
	return m.trace(m.points(points, m.bottom, len(m.frames)))
}

// points appends where the frames from start up to end are, from the last one on.
func (m *machine) points(points []point, start, end int) []point {
	for i := end - 1; i >= start && len(points) < rt.MaxBacktrace; i-- {
		if f := &m.frames[i]; f.code != nil {
			points = append(points, point{f.inst, f.code, f.pc, f.base})
		}
	}
	return points
}

// backtraceOf is a backtrace of frames and, around them, points.
func (m *machine) backtraceOf(frames []rt.Frame, points []point) []rt.Frame {
	all := append(slices.Clone(frames), m.trace(points)...)
	return all[:min(len(all), rt.MaxBacktrace)]
}

// trace finds the offsets of points. The functions of a deep stack are few, most of the time, so each is lowered once more only once.
func (m *machine) trace(points []point) []rt.Frame {
	offsets := make(map[*code][]int64)
	frames := make([]rt.Frame, len(points))
	for i, p := range points {
		if _, ok := offsets[p.code]; !ok {
			offsets[p.code] = interpreterOf(p.inst).offsets(p.code)
		}
		frames[i] = rt.Frame{Module: p.inst.Module, Index: p.code.index, Offset: offsets[p.code][max(p.pc-1, 0)]}
		if p.inst.Module.TraceLocals {
			frames[i].Locals = slices.Clone(m.stack[p.base : p.base+int(p.code.locals)])
		}
	}
	return frames
}

// throwInstr executes throw and throw_ref. It reports whether a handler was found.
func (m *machine) throwInstr(in *instr) bool {
	fp := m.stack[m.base : m.base+int(m.code.slots)]
	if in.Op == opcode(op.ThrowRef) {
		o := m.inst.Store().Object(rt.Ref(fp[in.A]))
		if o == nil || o.Exception == nil {
			m.fail(abi.TrapNullReference)
			return false
		}
		return m.throw(o.Exception, nil)
	}
	tag := m.inst.Tags[in.B]
	args := fp[in.A : in.A+uint32(tag.Type.ParamSlots)]
	return m.throw(&rt.Exception{Tag: tag, Args: append([]uint64(nil), args...)}, nil)
}

// throw unwinds to the innermost handler for an exception (spec 4.6.13) and reports whether there is one; if not, the machine's call ends. Frames
// are those that the exception has come out of before.
func (m *machine) throw(x *rt.Exception, frames []rt.Frame) bool {
	m.thrown = m.thrown[:0]
	for {
		if k := m.findCatch(x); k != nil {
			slots := m.stack[m.base+int(k.slot):]
			if !k.all {
				slots = slots[copy(slots, x.Args):]
			}
			if k.ref {
				slots[0] = uint64(m.NewRef(&rt.Object{Exception: x}))
			}
			m.pc = int(k.target)
			return true
		}
		if len(m.thrown) < rt.MaxBacktrace {
			m.thrown = append(m.thrown, point{m.inst, m.code, m.pc, m.base})
		}
		if !m.leave() {
			m.err = &rt.ExceptionError{Exception: x, Frames: m.backtraceOf(frames, m.thrown)}
			return false
		}
	}
}

// findCatch returns the clause of the current function that catches an exception thrown before pc.
func (m *machine) findCatch(x *rt.Exception) *catch {
	// Inner handlers stand behind those around them.
	for i := len(m.code.handlers) - 1; i >= 0; i-- {
		h := &m.code.handlers[i]
		if at := uint32(m.pc - 1); at < h.start || at >= h.end {
			continue
		}
		for j := range h.catches {
			if k := &h.catches[j]; k.all || m.inst.Tags[k.tag] == x.Tag {
				return k
			}
		}
	}
	return nil
}
