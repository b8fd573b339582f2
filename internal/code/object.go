package code

import (
	"sort"

	"github.com/weft-wasm/weft/internal/abi"
)

// Object is one compiled function. Its tables are sorted by offset.
type Object struct {
	Text       []byte // instructions, then constants
	CodeBytes  uint32 // how much of Text is instructions
	FrameBytes uint32 // from the stack pointer in the body to the return address; Frames has the exceptions
	Frames     []FrameSite
	Relocs     []Reloc
	Traps      []TrapSite
	Positions  []Position
	Landings   []Landing
}

// Align is the alignment of the start of every text: that of a cache line, so that loops keep the alignment they were given.
const Align = 64

// Symbol is something outside a text.
type Symbol struct {
	Kind  SymbolKind
	Index uint32
}

// SymbolKind says what the index of a symbol counts.
type SymbolKind uint8

// The kinds of symbols.
const (
	SymbolFunc     SymbolKind = iota // a function of the module
	SymbolHelper                     // a helper of the runtime
	SymbolFuncWord                   // the word in memory that has the address of a function of the module
	SymbolShim                       // what stands for functions of a type, by its index, that are interpreted
)

// Reloc is a reference from a text to a symbol: four bytes that are to hold the distance from behind them to the symbol.
type Reloc struct {
	Offset uint32
	Symbol Symbol
}

// FrameSite says how far it is from the stack pointer to the return address, from the instruction at Offset on. The first site is at
// 0, where there is no frame yet.
type FrameSite struct {
	Offset uint32
	Bytes  uint32
}

// TrapSite says what a fault of the instruction at Offset means.
type TrapSite struct {
	Offset  uint32
	Code    abi.Trap
	Divisor abi.Divisor // of an instruction that divides: which of its two traps it was
}

// Position says that the instructions from Offset on, up to the next one, were made for the instruction of the source at Source bytes
// from the start of the body, or for none if that is Left.
type Position struct {
	Offset uint32
	Source uint32
}

// Left is the source of what a function does that has ended in a tail call, but whose frame had to stay.
const Left = ^uint32(0)

// Landing says where an exception goes on that comes out of the call that returns to Offset.
type Landing struct {
	Offset  uint32
	Handler uint32
}

// SourceAt returns the place in the source that an instruction at an offset was made for. For a return address, ask for the byte before
// it, which belongs to the call.
func (o *Object) SourceAt(offset uint32) (source uint32, ok bool) {
	i := sort.Search(len(o.Positions), func(i int) bool { return o.Positions[i].Offset > offset })
	if i == 0 || offset >= o.CodeBytes || o.Positions[i-1].Source == Left {
		return 0, false
	}
	return o.Positions[i-1].Source, true
}
