package code

import (
	"encoding/binary"
	"fmt"
	"math"
	"sort"

	"github.com/weft-wasm/weft/internal/abi"
)

// Image is the code of a module: its functions, one behind the other, and then the entries through which Go calls them. It depends on no address,
// and its tables can lie in a file. Where a function begins in the source, and its positions, are offsets in the module.
type Image struct {
	TextBytes   uint32
	Starts      []uint32 // where functions begin in the text, and then where the last one ends
	Entries     []Entry
	Interpreted []uint32 // the functions that only lead to the interpreter, in order
	NoRefFunc   bool     // no function has the instruction ref.func

	NoTableAccess bool // no function has an instruction on tables but calls

	traps, frames, positions, landings Table
}

// Entry is where Go enters the functions of a type.
type Entry struct {
	Type  uint32 // type index
	Start uint32 // in the text
}

// Trap returns what a fault of the instruction at an offset means.
func (x *Image) Trap(offset uint32) (site TrapSite, ok bool) {
	n, ok := x.traps.At(offset)
	return TrapSite{Offset: offset, Code: abi.Trap(n), Divisor: abi.Divisor(n >> 8)}, ok
}

// Frame returns how far it is from the stack pointer to the return address in front of the instruction at an offset.
func (x *Image) Frame(offset uint32) (bytes uint32, ok bool) {
	n, ok := x.frames.From(offset)
	return uint32(n), ok
}

// Position returns the offset in the module of the instruction that the code at an offset was made for; ok is false if there is none, in a function
// that has been left by a tail call. For a return address, ask for the byte before it, which belongs to the call.
func (x *Image) Position(offset uint32) (source int64, ok bool) {
	source, ok = x.positions.From(offset)
	return source, ok && source != noPosition
}

// noPosition is for [Left] in the table of positions.
const noPosition = -1

// Landing returns where an exception goes on that comes out of the call with this return address.
func (x *Image) Landing(offset uint32) (handler uint32, ok bool) {
	n, ok := x.landings.At(offset)
	return uint32(n), ok
}

// Func returns the function that an offset lies in; -1 for an entry.
func (x *Image) Func(offset uint32) int {
	i := sort.Search(len(x.Starts), func(i int) bool { return x.Starts[i] > offset }) - 1
	if i >= len(x.Starts)-1 {
		return -1
	}
	return i
}

// Linker makes an image of objects.
type Linker struct {
	image    *Image
	objects  []*Object
	starts   []uint32
	size     uint32
	overflow bool
	ended    bool // there are no more functions

	traps, frames, positions, landings tableMaker
}

// NewLinker returns a linker without any objects.
func NewLinker() *Linker {
	return &Linker{image: new(Image), frames: tableMaker{holds: true}, positions: tableMaker{holds: true}}
}

// Func appends the next function. Source is where its body begins in the module.
func (l *Linker) Func(o *Object, source int64) {
	start := l.add(o)
	l.image.Starts = append(l.image.Starts, start)
	l.positions.add(start, source)
	for _, p := range o.Positions {
		if p.Source == Left {
			l.positions.add(start+p.Offset, noPosition)
			continue
		}
		l.positions.add(start+p.Offset, source+int64(p.Source))
	}
	for _, s := range o.Landings {
		l.landings.add(start+s.Offset, int64(start+s.Handler))
	}
}

// Entry appends what is not a function, behind all that are, for a type index.
func (l *Linker) Entry(o *Object, typeIndex uint32) {
	l.end()
	l.image.Entries = append(l.image.Entries, Entry{typeIndex, l.add(o)})
}

// end notes where the functions end.
func (l *Linker) end() {
	if !l.ended {
		l.ended = true
		l.image.Starts = append(l.image.Starts, l.size)
	}
}

// add appends an object and returns where it is going to be.
func (l *Linker) add(o *Object) uint32 {
	at := l.size
	l.objects, l.starts = append(l.objects, o), append(l.starts, at)
	end := int64(at) + int64(len(o.Text)) + Align - 1
	if l.overflow = l.overflow || end > math.MaxInt32; l.overflow {
		return at
	}
	for _, s := range o.Traps {
		l.traps.add(at+s.Offset, int64(s.Code)|int64(s.Divisor)<<8)
	}
	for _, s := range o.Frames {
		l.frames.add(at+s.Offset, int64(s.Bytes))
	}
	l.size = uint32(end) &^ (Align - 1)
	return at
}

// Image returns the image of the objects. Nothing can be added from then on.
func (l *Linker) Image() (*Image, error) {
	if l.overflow {
		return nil, fmt.Errorf("weft: the code of the module takes more than %d bytes", math.MaxInt32)
	}
	l.end()
	x := l.image
	// A module without functions has a text all the same, so that there is one to look into.
	x.TextBytes = max(l.size, Align)
	x.traps, x.frames = l.traps.finish(x.TextBytes), l.frames.finish(x.TextBytes)
	x.positions, x.landings = l.positions.finish(x.TextBytes), l.landings.finish(x.TextBytes)
	return x, nil
}

// Append appends what is neither a function nor an entry, behind all that are, and returns where it begins.
func (l *Linker) Append(o *Object) (start uint32) {
	l.end()
	return l.add(o)
}

// Write writes the text. References lead to functions, whose index space begins with those that the module imports.
func (l *Linker) Write(text []byte, imported int) {
	l.WriteTo(text, func(s Symbol) uint32 { return l.starts[int(s.Index)-imported] })
}

// WriteTo writes the text. References lead to where a function says that a symbol is, by its distance from the start of the text, which may be negative.
func (l *Linker) WriteTo(text []byte, place func(Symbol) uint32) {
	for i, o := range l.objects {
		start := l.starts[i]
		copy(text[start:], o.Text)
		for _, r := range o.Relocs {
			from := start + r.Offset
			binary.LittleEndian.PutUint32(text[from:], place(r.Symbol)-from-4)
		}
	}
}
