package interp

import (
	"context"
	"errors"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
)

// Functions that are compiled while they run. A machine of compiled code has one of the interpreter for the functions that have no code as yet: both work on
// one activation, so a call from one to the other does not leave the store. Each such call is a call in Go, of [Native.Execute] or of [Machine.Run], so that
// the frames of both stacks are in segments that alternate:
//
//	Run ▶ frames of the interpreter ▶ Execute ▶ frames on the guest stack ▶ Run ▶ frames of the interpreter …
//
// A segment ends at m.bottom. Traps and exceptions that come out of one are errors, to which the next one adds its part of the backtrace, or
// which it catches.

// Native executes compiled functions on behalf of a machine.
type Native interface {
	// Execute calls code of an instance with the first slots of a stack as arguments, and leaves its results there. The stack is that of the machine,
	// which may be another one when Execute returns.
	Execute(c *Compiled, in *rt.Instance, stack []uint64) error
}

// Compiled is a function's code.
type Compiled struct {
	Code  uintptr
	Entry uintptr // through which Go calls it
	Type  *rt.FuncType
}

// NewTiered returns an executor for a module whose functions are interpreted until [Module.Compiled] says that they are compiled.
func NewTiered(m *rt.Module, h *Heat) *Module {
	x := New(m)
	x.heat = h
	return x
}

// Compiled makes calls of a function that the module defines go to code. Calls that are open go on as they are.
func (m *Module) Compiled(index uint32, c *Compiled) {
	m.codes[index-uint32(m.m.ImportedFuncs)].Store(&code{index: index, compiled: c})
}

// Machine interprets functions for a machine of compiled code.
type Machine struct{ *machine }

// NewMachine makes a machine for calls that a keeps track of, with n for the functions that are compiled.
func NewMachine(a *rt.Activation, n Native) *Machine {
	m := &Machine{newMachine(a)}
	m.native = n
	return m
}

// Depth is how many functions are open in the machine.
func (m *Machine) Depth() int { return len(m.frames) }

// Run calls f, of an instance whose module is tiered, with the first slots of a stack as arguments, and leaves its results there. Within a call of Execute
// its frames come behind those that are there. If it ends by a panic of the host, Drop has to be called.
func (m *Machine) Run(ctx context.Context, f *rt.Func, stack []uint64) error {
	mod := interpreterOf(f.Instance)
	if m.busy {
		return m.nest(mod, f, stack)
	}
	m.open(ctx, mod)
	err := m.nest(mod, f, stack)
	m.shut()
	return err
}

// open begins the outermost Run of a call.
func (m *Machine) open(ctx context.Context, mod *Module) {
	m.ctx, m.busy = ctx, true
	m.stack = m.stack[:firstStack]
	m.Stack, m.limits, m.depth, m.mem, m.base = m.stack, mod.m.Limits, m.Activation.Depth, 0, 0
	m.limits.StackSlots -= m.Slots
	if m.sampler = mod.m.Sampler; m.sampler.Session() != nil {
		m.observe()
	}
}

// shut ends it.
func (m *Machine) shut() {
	m.Stack, m.ctx, m.busy, m.inst, m.module, m.fuel = nil, nil, false, nil, nil, nil
	if m.watch != nil {
		m.sampler.Forget(m.watch)
		m.watch = nil
	}
	if cap(m.stack) > maxKept {
		m.stack = make([]uint64, firstStack)
	}
}

// Drop ends what a panic of the host has ended.
func (m *Machine) Drop() {
	if !m.busy {
		return
	}
	m.shut()
	m.code, m.err, m.bottom, m.bottoms, m.left = nil, nil, 0, m.bottoms[:0], false
	clear(m.frames)
	m.frames = m.frames[:0]
}

// Executes reports whether a function of the machine is the innermost one, and not one that it has called by Execute.
func (m *Machine) Executes() bool { return m.busy && !m.left }

// Segments is how many segments of frames there are, and Trace lists the functions of one of them, innermost first, of which 0 is the innermost.
func (m *Machine) Segments() int { return len(m.bottoms) }

// Trace is described with Segments.
func (m *Machine) Trace(segment int) []rt.Frame {
	if segment == 0 {
		return m.backtrace()
	}
	n := len(m.bottoms) - segment
	return m.trace(m.points(nil, m.bottoms[n-1], m.bottoms[n]))
}

// maxKept is the most slots of a stack that is kept for further calls.
const maxKept = 1 << 16

// nest calls f from the base of the machine on.
func (m *machine) nest(mod *Module, f *rt.Func, stack []uint64) error {
	bottom, base, inst, module, fuel := m.bottom, m.base, m.inst, m.module, m.fuel
	left := m.left
	m.bottom, m.inst, m.module, m.left = len(m.frames), f.Instance, mod, false
	m.fuel, m.charged = f.Instance.FuelWord(), 0
	m.bottoms = append(m.bottoms, m.bottom)
	c := mod.code(f.Index)
	if trap := m.begins(c, f.Type); trap != 0 {
		m.fail(trap)
	} else {
		copy(m.stack[base:], stack[:f.Type.ParamSlots])
		m.first(c, f.Instance)
	}
	err := m.err
	if err == nil {
		copy(stack, m.stack[base:base+f.Type.ResultSlots])
	}
	m.frames, m.bottoms = m.frames[:m.bottom], m.bottoms[:len(m.bottoms)-1]
	m.bottom, m.base, m.inst, m.module, m.code, m.err, m.left = bottom, base, inst, module, nil, nil, left
	m.fuel, m.charged = fuel, 0
	return err
}

// begins makes room for the first function of a segment.
func (m *machine) begins(c *code, t *rt.FuncType) abi.Trap {
	if c.heat != nil {
		c.heat.add(fromCode)
	}
	if m.bottom+m.depth >= m.limits.CallDepth {
		return abi.TrapStackExhausted
	}
	return m.reserve(m.base, uint32(t.Slots()))
}

// fromCode is what a call by compiled code counts: that costs more than others, and comes from where much is going on.
const fromCode = 4

// first executes the first function of a segment. Its arguments are in place.
func (m *machine) first(c *code, in *rt.Instance) {
	if c.compiled != nil {
		m.goOn(c.compiled, in)
		return
	}
	if trap := m.replace(c); trap != 0 {
		m.fail(trap)
		return
	}
	m.run()
}

// callCompiled calls a function with code, whose arguments begin at a slot of the current frame. It reports false when that ended the segment.
func (m *machine) callCompiled(c *code, in *rt.Instance, at int) bool {
	if m.native == nil {
		return m.callHost(in.Func(c.index), at, false)
	}
	trap := m.reserve(m.base+at, uint32(c.compiled.Type.Slots()))
	if trap == 0 && len(m.frames)+1+m.depth >= m.limits.CallDepth {
		trap = abi.TrapStackExhausted
	}
	if trap != 0 {
		m.fail(trap)
		return false
	}
	m.frames = append(m.frames, frame{m.code, m.pc, m.base, m.inst})
	m.base += at
	return m.goOn(c.compiled, in)
}

// tailCallCompiled is callCompiled for a tail call whose arguments take n slots.
func (m *machine) tailCallCompiled(c *code, in *rt.Instance, at, n uint32) bool {
	if m.native == nil {
		return m.callHost(in.Func(c.index), int(at), true)
	}
	if trap := m.reserve(m.base, uint32(c.compiled.Type.Slots())); trap != 0 {
		m.fail(trap)
		return false
	}
	copy(m.stack[m.base:], m.stack[m.base+int(at):m.base+int(at+n)])
	return m.goOn(c.compiled, in)
}

// goOn executes a function with code in the place of the function at hand: its arguments are where that has its frame, and what it returns goes
// to the caller.
func (m *machine) goOn(c *Compiled, in *rt.Instance) bool {
	base := m.base
	stack := m.stack[base : base+c.Type.Slots()]
	return m.leaveFor(base, stack, c, in)
}

// move leaves the function at hand, which is at the head of a loop, to code that goes on there.
func (m *machine) move(c *Compiled) bool {
	stack := make([]uint64, c.Type.Slots())
	stack[0] = rt.SlotsAddress(m.stack[m.base:])
	*m.fuel -= m.charged // the head of a loop is a point
	m.charged = 0
	return m.leaveFor(m.base, stack, c, m.inst)
}

// leaveFor leaves the function at hand to code, which has its arguments in a stack, and goes on in the caller. It reports false when there is none in this
// segment, or when the call has ended the segment.
func (m *machine) leaveFor(base int, stack []uint64, c *Compiled, in *rt.Instance) bool {
	m.code, m.left = nil, true
	err := m.native.Execute(c, in, stack)
	m.left = false
	if err == nil {
		copy(m.stack[base:], stack[:c.Type.ResultSlots]) // which may be others now
	}
	if !m.leave() {
		m.err = err
		return false
	}
	return err == nil || m.failedBy(err)
}

// failedBy ends the segment with the error of a call of compiled code, or throws the exception that the error is. It reports whether the guest goes on.
func (m *machine) failedBy(err error) bool {
	if thrown, ok := errors.AsType[*rt.ExceptionError](err); ok {
		return m.throw(thrown.Exception, thrown.Frames)
	}
	m.err = rt.HostFailed(m.ctx, new(rt.Func), err, m.backtrace())
	return false
}
