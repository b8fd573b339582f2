package weft

import (
	"errors"
	"io"
	"runtime"

	"github.com/weft-wasm/weft/internal/coredump"
	"github.com/weft-wasm/weft/internal/rt"
)

// CoreDump writes what a debugger wants to know of the instance: its memories without pages of zeros, its globals, and the calls that cause has, a *Trap
// or an *Exception; or if cause is neither, those that are open, as Backtrace returns them. Instances linked with it are in it if they have such
// calls. Program is the name that the dump gives to the program.
//
// The format is that of WebAssembly's tool conventions, which weft objdump shows. Values of locals are in it if Config.TraceLocals is set and the
// functions are interpreted, otherwise they are marked as missing; tables are not in it, and references are null. The memory is what it is now,
// so a dump is best taken before anything else is called.
//
// The error is that of w, ErrClosed, or ErrConcurrent if a guest is executing. A call into the instance meanwhile gets ErrConcurrent.
func (in *Instance) CoreDump(w io.Writer, program string, cause error) error {
	frames, err := in.framesOf(cause)
	if err != nil {
		return err
	}
	var written error
	if err := in.in.Hold(func(all []*rt.Instance) {
		d := newDumper(program)
		d.instance(&in.in)
		for _, f := range frames {
			d.frame(f, all)
		}
		d.segments()
		written = coredump.Write(w, d.dump)
	}); err != nil {
		return err
	}
	return written
}

// framesOf are the calls that an error has, or those that are open.
func (in *Instance) framesOf(cause error) ([]rt.Frame, error) {
	if t, ok := errors.AsType[*Trap](cause); ok {
		return t.frames, nil
	}
	if x, ok := errors.AsType[*Exception](cause); ok {
		return x.frames, nil
	}
	return in.in.Backtrace()
}

// dumper makes a core dump. What several instances share is in it once.
type dumper struct {
	dump      *coredump.Dump
	thread    *coredump.Thread
	modules   map[*rt.Module]uint32
	starts    map[*rt.Module][]int64 // of the bodies of functions
	instances map[*rt.Instance]uint32
	memories  map[*rt.Memory]uint32
	globals   map[*rt.Cell]uint32
	shown     []*rt.Memory // in the order of the dump
}

func newDumper(program string) *dumper {
	d := &coredump.Dump{Program: program, Threads: []coredump.Thread{{Name: "main"}}}
	return &dumper{
		dump: d, thread: &d.Threads[0],
		modules: map[*rt.Module]uint32{}, starts: map[*rt.Module][]int64{}, instances: map[*rt.Instance]uint32{},
		memories: map[*rt.Memory]uint32{}, globals: map[*rt.Cell]uint32{},
	}
}

// number returns the number of something, with which add adds it if it is new.
func number[T comparable](numbers map[T]uint32, of T, add func()) uint32 {
	n, known := numbers[of]
	if !known {
		n = uint32(len(numbers))
		numbers[of] = n
		add()
	}
	return n
}

// instance adds an instance.
func (d *dumper) instance(in *rt.Instance) uint32 {
	return number(d.instances, in, func() {
		out := coredump.Instance{Module: number(d.modules, in.Module, func() {
			d.dump.Modules = append(d.dump.Modules, in.Module.ModuleName())
		})}
		for _, m := range in.Mems {
			out.Memories = append(out.Memories, number(d.memories, m, func() { d.shown = append(d.shown, m) }))
		}
		for _, g := range in.Globals {
			out.Globals = append(out.Globals, number(d.globals, g.Cell, func() {
				d.dump.Globals = append(d.dump.Globals, coredump.Global{Type: g.Type().Type, Lo: g.Lo, Hi: g.Hi})
			}))
		}
		d.dump.Instances = append(d.dump.Instances, out)
	})
}

// frame adds a call. It says of which module it is, and not of which instance: that is taken to be the first one of those in the dump, or else of all.
func (d *dumper) frame(f rt.Frame, all []*rt.Instance) {
	if f.Module == nil {
		return // the host's: the format has no such frames
	}
	in := d.instanceOf(f.Module, all)
	if in == nil {
		return
	}
	index := int(f.Index) - f.Module.ImportedFuncs
	starts := d.startsOf(f.Module)
	frame := coredump.Frame{Instance: d.instance(in), Func: f.Index, Locals: locals(f)}
	if index < len(starts) && f.Offset >= starts[index] {
		frame.Offset = uint32(f.Offset - starts[index])
	}
	d.thread.Frames = append(d.thread.Frames, frame)
}

func (d *dumper) instanceOf(m *rt.Module, all []*rt.Instance) *rt.Instance {
	var first *rt.Instance
	for _, in := range all {
		if in.Module != m {
			continue
		}
		if _, known := d.instances[in]; known {
			return in
		}
		if first == nil {
			first = in
		}
	}
	return first
}

func (d *dumper) startsOf(m *rt.Module) []int64 {
	starts, known := d.starts[m]
	if !known {
		public := m.Host.(*Module)
		starts = m.BodyStarts(public.binary)
		runtime.KeepAlive(public) // which the binary may go with
		d.starts[m] = starts
	}
	return starts
}

// locals are the values of a frame's locals, missing ones if they are not known, but not more of these than a guest has room for.
func locals(f rt.Frame) []coredump.Value {
	types := f.Module.FuncSig(f.Index).Params
	if code := int(f.Index) - f.Module.ImportedFuncs; code < len(f.Module.Code) {
		types = types[:len(types):len(types)]
		for _, run := range f.Module.Code[code].Locals {
			for range run.Count {
				types = append(types, run.Type)
			}
		}
	}
	values := make([]coredump.Value, len(types))
	slots := f.Locals
	for i, t := range types {
		if len(slots) < t.Slots() {
			break
		}
		if t.IsNum() {
			values[i] = coredump.Value{Type: t, Bits: slots[0]}
		}
		slots = slots[t.Slots():]
	}
	return values
}

// segments adds the memories with what is in them.
func (d *dumper) segments() {
	for _, m := range d.shown {
		d.dump.Memories = append(d.dump.Memories, coredump.Memory{
			Type: m.Type(), Segments: coredump.Segments(m.Bytes(), max(coredump.MaxSegments/len(d.shown), 1)),
		})
	}
}
