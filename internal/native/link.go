package native

import (
	"encoding/binary"
	"fmt"
	"math"
	"sort"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/perfmap"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// image is a module's code in memory.
type image struct {
	m       *rt.Module
	text    *guest.Text
	objects []code.Object // of the functions, without their texts
	starts  []uint32      // of the functions in the text, and then where the last one ends

	entries     map[*rt.FuncType]uint32 // where Go enters functions of a type
	interpreted []bool                  // by function
	shims       map[int]uintptr         // of the functions that are interpreted
}

// link puts objects into code memory, one behind the other, the entries of their signatures behind them, and fills in what they refer to.
func link(m *rt.Module, objects []code.Object, interpreted []bool) (*image, error) {
	x := &image{m: m, objects: objects, entries: map[*rt.FuncType]uint32{}, interpreted: interpreted, shims: map[int]uintptr{}}
	var l linker
	for i := range objects {
		x.starts = append(x.starts, l.add(&objects[i]))
	}
	x.starts = append(x.starts, l.size)
	var c entryMaker
	for i := range objects {
		t := m.FuncSig(uint32(m.ImportedFuncs + i))
		if _, ok := x.entries[t]; !ok {
			x.entries[t] = l.add(c.entry(t))
		}
		if interpreted[i] {
			shim, err := shimOf(t)
			if err != nil {
				return nil, err
			}
			x.shims[i] = shim
		}
	}
	if l.overflow {
		return nil, fmt.Errorf("weft: the code of the module takes more than %d bytes", math.MaxInt32)
	}
	text, err := l.load("module "+m.ModuleName(), m.ImportedFuncs)
	if err != nil {
		return nil, err
	}
	text.Owner, x.text = x, text
	for i := range objects {
		objects[i].Text, objects[i].Relocs, objects[i].Traps, objects[i].Frames = nil, nil, nil, nil
	}
	if dbg.Perf() {
		return x, perfmap.Append(x.symbols())
	}
	return x, nil
}

// release gives the code memory back.
func (x *image) release() {
	// The system keeps what it does not take back; nothing else depends on it.
	_ = x.text.Unmap()
}

// function is the address of function i of those that the module defines.
func (x *image) function(i int) uintptr { return x.text.Address(x.starts[i]) }

// entry is the address at which Go enters functions of a type.
func (x *image) entry(t *rt.FuncType) uintptr { return x.text.Address(x.entries[t]) }

// find returns the function that an offset in the text lies in, and the offset from its start; -1 for an entry.
func (x *image) find(offset uint32) (i int, within uint32) {
	i = sort.Search(len(x.starts), func(i int) bool { return x.starts[i] > offset }) - 1
	if i < 0 || i >= len(x.objects) {
		return -1, 0
	}
	return i, offset - x.starts[i]
}

// position is the offset in the module of the instruction that the code at an offset within function i was made for.
func (x *image) position(i int, within uint32) int64 {
	body := &x.m.Code[i]
	start := body.Offset - int64(body.LocalsSize())
	source, ok := x.objects[i].SourceAt(within)
	if !ok {
		return start
	}
	return start + int64(source)
}

func (x *image) symbols() []perfmap.Symbol {
	var out []perfmap.Symbol
	for i := range x.objects {
		index := uint32(x.m.ImportedFuncs + i)
		name := x.m.FuncName(index)
		if name == "" {
			name = fmt.Sprintf("function[%d]", index)
		}
		out = append(out, perfmap.Symbol{Start: uint64(x.function(i)), Size: uint64(x.starts[i+1] - x.starts[i]), Name: "wasm:" + name})
	}
	return out
}

// entryMaker makes entries.
type entryMaker struct{ c *compile.Compiler }

func (e *entryMaker) entry(t *rt.FuncType) *code.Object {
	if e.c == nil {
		e.c = compile.New()
	}
	sig := signature(t)
	o := new(code.Object)
	e.c.Entry(&sig, o)
	return o
}

// linker lays out a text.
type linker struct {
	objects  []*code.Object
	starts   []uint32
	tables   guest.Tables
	size     uint32
	overflow bool
}

// add appends an object and returns where it is going to be.
func (l *linker) add(o *code.Object) uint32 {
	at := l.size
	l.objects, l.starts = append(l.objects, o), append(l.starts, at)
	for _, s := range o.Traps {
		l.tables.Traps = append(l.tables.Traps, guest.TrapSite{Offset: at + s.Offset, Code: s.Code, Divisor: s.Divisor})
	}
	for _, s := range o.Frames {
		l.tables.Frames = append(l.tables.Frames, guest.FrameSite{Offset: at + s.Offset, Size: s.Bytes})
	}
	end := int64(at) + int64(len(o.Text)) + code.Align - 1
	l.overflow = l.overflow || end > math.MaxInt32
	l.size = uint32(end) &^ (code.Align - 1)
	return at
}

// load maps the text. References lead to the objects that were added first, which are the functions from an index on.
func (l *linker) load(name string, firstFunc int) (*guest.Text, error) {
	// A module without functions has a text all the same, so that there is one to look into.
	return guest.Map(name, max(int(l.size), code.Align), l.tables, func(text []byte, _ uintptr) error {
		for i, o := range l.objects {
			start := l.starts[i]
			copy(text[start:], o.Text)
			for _, r := range o.Relocs {
				from := start + r.Offset
				binary.LittleEndian.PutUint32(text[from:], l.starts[int(r.Symbol.Index)-firstFunc]-from-4)
			}
		}
		return nil
	})
}
