package weft

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/weft-wasm/weft/internal/dwarf"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Frame is a call in a backtrace.
type Frame struct {
	Module string // the module's name, or "host"
	Func   int    // the function's index in its module; -1 for a function of the host
	Name   string // the function's name, if its module names it
	Offset int64  // of the instruction in its module; -1 for a function of the host

	module *Module // nil for a function of the host
}

// Position is a place in the source that a module was compiled from. What it says is the module's word.
type Position struct {
	Function string // the function, with the namespaces and types around it, as its compiler calls it; "" if unknown
	File     string // as the compiler was given it, or "" if unknown
	Line     int    // from 1; 0 if unknown
	Column   int    // from 1, in bytes; 0 if unknown
	Inlined  bool   // the compiler has inlined the function, into that of the next position
}

// String returns the place as compilers write it: square at sums.c:3:5.
func (p Position) String() string {
	var b strings.Builder
	if p.Function != "" {
		b.WriteString(wasm.PlainName(p.Function))
	} else {
		b.WriteString("unknown function")
	}
	if p.File != "" {
		b.WriteString(" at " + wasm.PlainName(p.File))
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
			if p.Column > 0 {
				fmt.Fprintf(&b, ":%d", p.Column)
			}
		}
	}
	if p.Inlined {
		b.WriteString(" (inlined)")
	}
	return b.String()
}

func (f Frame) String() string {
	switch {
	case f.Func < 0:
		return "host function " + wasm.PlainName(f.Name)
	case f.Name == "":
		return fmt.Sprintf("function %d at 0x%x", f.Func, f.Offset)
	}
	return fmt.Sprintf("function %d (%s) at 0x%x", f.Func, wasm.PlainName(f.Name), f.Offset)
}

// Source returns where in the source the call is: the place of the instruction, and if the compiler had inlined functions there, the places of the calls
// of these, innermost first, so that the last position is in the frame's function. It returns nothing if the module does not say: it has
// DWARF 4 or 5 in custom sections if it was compiled with -g. That is read when it is first asked for, and then kept with the module.
func (f Frame) Source() []Position {
	if f.module == nil {
		return nil
	}
	found := f.module.source().Find(f.Offset)
	runtime.KeepAlive(f.module) // its bytes may be a file that is mapped for as long as that
	positions := make([]Position, len(found))
	for i, l := range found {
		positions[i] = Position{l.Function, l.File, l.Line, l.Column, i < len(found)-1}
	}
	return positions
}

// Backtrace returns the calls of guests that are open in the instance and those linked with it, innermost first, the innermost hundred at most. It is
// for functions of the host that guests have called, deferred ones among them. It returns nothing if no call is open; the error is ErrConcurrent if
// a guest is executing.
func (in *Instance) Backtrace() ([]Frame, error) {
	frames, err := in.in.Backtrace()
	return publicFrames(frames), err
}

// PanicBacktrace returns the calls of guests, in the instance and those linked with it, that were ended by the latest panic of a function of the host,
// innermost first. It is for those who recover such a panic outside of the call; what panicked is theirs to keep track of.
func (in *Instance) PanicBacktrace() []Frame { return publicFrames(in.in.PanicBacktrace()) }

// source is what the module says about its source, nil if that is nothing.
func (m *Module) source() *dwarf.Data {
	m.debugOnce.Do(func() { m.debug = dwarf.Load(m.m.Module) })
	return m.debug
}

// backtrace shows frames, each with its places in the source indented behind it.
func backtrace(frames []Frame) string {
	var b strings.Builder
	for i, f := range frames {
		fmt.Fprintf(&b, "%3d: %s\n", i, f)
		for _, p := range f.Source() {
			fmt.Fprintf(&b, "       %s\n", p)
		}
	}
	return b.String()
}

// formatTraced formats an error that has frames.
func formatTraced(s fmt.State, verb rune, err error, frames []Frame) {
	if verb == 'v' && s.Flag('+') {
		_, _ = io.WriteString(s, err.Error()+"\n"+backtrace(frames)) // fmt ignores it as well
		return
	}
	fmt.Fprintf(s, fmt.FormatString(s, verb), err.Error())
}

func publicFrames(frames []rt.Frame) []Frame {
	out := make([]Frame, len(frames))
	for i, f := range frames {
		out[i] = publicFrame(f)
	}
	return out
}

func publicFrame(f rt.Frame) Frame {
	if f.Module == nil {
		return Frame{Module: "host", Func: -1, Name: f.Name, Offset: -1}
	}
	m := f.Module.Host.(*Module)
	return Frame{Module: m.name, Func: int(f.Index), Name: f.Module.FuncName(f.Index), Offset: f.Offset, module: m}
}
