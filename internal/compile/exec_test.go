//go:build linux && amd64

package compile

import (
	"encoding/binary"
	"slices"
	"testing"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/ssa"
)

// program is compiled functions in code memory, with an entry for each, and an instance to run them in.
type program struct {
	t        testing.TB
	explicit abi.Explicit
	sigs     []ssa.Sig
	text     *guest.Text
	objects  []code.Object
	funcs    []uint32 // offsets
	entries  []uint32
	stack    *guest.Stack
	context  []uint64
	helpers  [guest.StubCount]uint64
	memory   []byte
}

// everything is what code does for itself where no signals help it.
var everything = abi.Explicit{Faults: true, Preempt: true}

// load compiles and maps functions; function i is what calls of func[i] reach.
func load(t testing.TB, funcs ...*ssa.Func) *program {
	t.Helper()
	return loadFor(t, abi.Explicit{}, funcs...)
}

// loadFor is load for code that does some things for itself. Such code has no place where a fault would be a trap.
func loadFor(t testing.TB, explicit abi.Explicit, funcs ...*ssa.Func) *program {
	t.Helper()
	c := New()
	c.Explicit = explicit
	return loadBy(t, c, funcs...)
}

// loadBy is load with a compiler.
func loadBy(t testing.TB, c *Compiler, funcs ...*ssa.Func) *program {
	t.Helper()
	p := &program{t: t, explicit: c.Explicit}
	c.Check = !huge(funcs)
	var objects []code.Object
	for _, f := range funcs {
		p.sigs = append(p.sigs, f.Sig)
		var o code.Object
		if err := c.Func(f, &o); err != nil {
			t.Fatalf("%v\n%s", err, f)
		}
		if c.Explicit.Faults && len(o.Traps) > 0 {
			t.Fatalf("places where faults are traps: %v\n%s", o.Traps, f)
		}
		objects = append(objects, o)
	}
	for i := range p.sigs {
		var o code.Object
		c.Entry(&p.sigs[i], &o)
		objects = append(objects, o)
	}
	p.link(objects)
	p.instance()
	return p
}

// huge reports whether functions are too large to be checked.
func huge(funcs []*ssa.Func) bool {
	return slices.ContainsFunc(funcs, func(f *ssa.Func) bool { return f.NumValues() > 50_000 })
}

// link puts the objects one behind the other and fills in the references.
func (p *program) link(objects []code.Object) {
	p.objects = objects
	var tables guest.Tables
	var starts []uint32
	at := uint32(0)
	for i := range objects {
		o := &objects[i]
		starts = append(starts, at)
		for _, s := range o.Traps {
			tables.Traps = append(tables.Traps, guest.TrapSite{Offset: at + s.Offset, Code: s.Code, Divisor: s.Divisor})
		}
		for _, s := range o.Frames {
			tables.Frames = append(tables.Frames, guest.FrameSite{Offset: at + s.Offset, Size: s.Bytes})
		}
		at += (uint32(len(o.Text)) + code.Align - 1) &^ (code.Align - 1)
	}
	text, err := guest.Map("test", int(at), tables, func(text []byte, base uintptr) error {
		for i := range objects {
			copy(text[starts[i]:], objects[i].Text)
			for _, r := range objects[i].Relocs {
				from := starts[i] + r.Offset
				binary.LittleEndian.PutUint32(text[from:], starts[r.Symbol.Index]-from-4)
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	n := len(p.sigs)
	p.text, p.funcs, p.entries = text, starts[:n], starts[n:]
	p.t.Cleanup(func() {
		if err := text.Unmap(); err != nil {
			p.t.Error(err)
		}
	})
}

// instance makes a context with a memory of one page, and a stack.
func (p *program) instance() {
	if p.explicit == everything {
		if err := guest.CheckExplicit(); err != nil {
			p.t.Fatal(err)
		}
	} else if s := guest.Check(); s != (guest.Support{}) {
		p.t.Fatalf("machine code does not run here: %+v", s)
	}
	pool, err := guest.NewPool(0)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.stack, err = pool.Get(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { pool.Put(p.stack) })
	p.memory = make([]byte, 1<<16)
	p.context = make([]uint64, 64)
	for s := range guest.StubCount {
		p.helpers[s] = uint64(s.Address())
	}
	p.context[abi.InstanceMemoryBase/8] = uint64(uintptr(unsafe.Pointer(&p.memory[0])))
	p.context[abi.InstanceHelpers/8] = uint64(uintptr(unsafe.Pointer(&p.helpers[0])))
}

// call runs function i.
func (p *program) call(i int, args []num.V128) ([]num.V128, abi.Trap) {
	sig := &p.sigs[i]
	slots, trap := p.stack.Slots(max(slotsOf(sig.Params), slotsOf(sig.Results)))
	if trap != abi.TrapNone {
		p.t.Fatal(trap)
	}
	at := 0
	for k, t := range sig.Params {
		slots[at] = args[k].Lo
		if at++; t == ssa.TypeV128 {
			slots[at] = args[k].Hi
			at++
		}
	}
	trap = p.stack.Call(p.text.Address(p.entries[i]), p.text.Address(p.funcs[i]), uintptr(unsafe.Pointer(&p.context[0])))
	if trap != abi.TrapNone {
		return nil, trap
	}
	var results []num.V128
	at = 0
	for _, t := range sig.Results {
		x := num.V128{Lo: slots[at]}
		if at++; t == ssa.TypeV128 {
			x.Hi = slots[at]
			at++
		}
		results = append(results, x)
	}
	return results, abi.TrapNone
}

func slotsOf(types []ssa.Type) (n int) {
	for _, t := range types {
		if n++; t == ssa.TypeV128 {
			n++
		}
	}
	return n
}

func parse(t testing.TB, text string) *ssa.Func {
	t.Helper()
	f, err := ssa.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return f
}
