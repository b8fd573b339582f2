package amd64

import (
	"encoding/binary"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/regalloc"
)

// Thunks are for modules whose functions get code one after the other. Each function has a word in memory, which has the address of its code, and
// two places in the thunks:
//
//	     jmp [word]        where its record leads, at all times
//	lazy: mov r11d, index  what the word has the address of while the function is interpreted
//	     jmp shim          an OwnShim of its signature
//
// So giving a function code is one store, to the word.
const (
	ThunkBytes = 24 // of each function
	ThunkLazy  = 8  // where its second place begins
)

// thunk is a thunk whose numbers are to be filled in: the ends of the instructions in it tell where they are.
var thunk, thunkJump, thunkIndex, thunkShim = func() (text []byte, jump, index, shim uint32) {
	_, context := regalloc.PointerRegs(Target)
	text = (&Inst{Op: JmpLoad, Mem: At(RIP, 0)}).Append(nil)
	jump = uint32(len(text)) - 4
	text = appendNops(text, ThunkLazy-len(text))
	text = (&Inst{Op: Mov32Imm, R: [4]isa.Reg{context}}).Append(text)
	index = uint32(len(text)) - 4
	text = (&Inst{Op: JmpNear}).Append(text)
	shim = uint32(len(text)) - 4
	return appendNops(text, ThunkBytes-len(text)), jump, index, shim
}()

// Thunks fills in the object of the thunks of functions with the given type indices, whose indices in the module begin behind so many imported ones.
func Thunks(types []uint32, imported int, o *code.Object) {
	*o = code.Object{
		Text:   make([]byte, 0, len(types)*ThunkBytes),
		Relocs: make([]code.Reloc, 0, 2*len(types)),
		Frames: []code.FrameSite{{}},
	}
	for i, t := range types {
		at := uint32(len(o.Text))
		o.Text = append(o.Text, thunk...)
		binary.LittleEndian.PutUint32(o.Text[at+thunkIndex:], uint32(i))
		o.Relocs = append(o.Relocs,
			code.Reloc{Offset: at + thunkJump, Symbol: code.Symbol{Kind: code.SymbolFuncWord, Index: uint32(imported + i)}},
			code.Reloc{Offset: at + thunkShim, Symbol: code.Symbol{Kind: code.SymbolShim, Index: t}})
	}
	o.CodeBytes = uint32(len(o.Text))
}
