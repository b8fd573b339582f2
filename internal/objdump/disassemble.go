package objdump

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/wasm"
)

// codeBytes is how many bytes of an instruction are shown.
const codeBytes = 10

// disassemble shows the instructions of all functions.
func (d *dumper) disassemble() {
	for i := range d.m.Code {
		c := &d.m.Code[i]
		d.gap()
		fmt.Fprintf(d.w, "%s, %s at 0x%x:\n", d.label(uint32(d.m.ImportedFuncs+i)), count(len(c.Body), "byte"), c.Offset)
		err := d.pieces.Body(i, d.instr)
		if e, ok := errors.AsType[*wasm.Error](err); ok {
			e.Func = d.m.ImportedFuncs + i
			e.Name = d.m.FuncName(uint32(e.Func))
		}
		d.failure(err)
	}
}

// instr shows an instruction: its offset in the module, its bytes, and its text.
func (d *dumper) instr(in *wasm.Instr, depth int, code, text []byte) {
	hex := fmt.Sprintf("% x", code[:min(len(code), codeBytes)])
	if len(code) > codeBytes {
		hex += " …"
	}
	fmt.Fprintf(d.w, "%8x  %-31s %s%s\n", in.Offset, hex, strings.Repeat("  ", min(depth, maxIndent)), text)
}

// maxIndent is the depth up to which instructions are indented.
const maxIndent = 30
