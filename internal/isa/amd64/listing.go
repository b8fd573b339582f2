package amd64

import (
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/code"
)

// The assembly listing: what was appended, with offsets and bytes, in Intel's syntax.

// listing is the lines in the order in which they were appended.
type listing struct {
	lines []listingLine
}

type listingLine struct {
	at   place
	text string
}

// List makes the assembler remember what is appended from now on, so that [Assembler.Listing] can show it.
func (a *Assembler) List() { a.listing = &listing{} }

func (a *Assembler) note(text string) {
	a.listing.lines = append(a.listing.lines, listingLine{a.here(), text})
}

// list notes an instruction. What it says of RIP is replaced by what is there.
func (a *Assembler) list(in *Inst) {
	if a.listing == nil {
		return
	}
	text := in.String()
	if in.Mem.Base == RIP && encodings[in.Op].flags&rmIsMem != 0 {
		name := fmt.Sprintf("[const %d]", in.Mem.Disp)
		if id := uint32(in.Mem.Disp); id&tableID != 0 {
			name = fmt.Sprintf("[table %d]", id&^tableID)
		}
		text = strings.Replace(text, in.Mem.String(), name, 1)
	}
	a.note("\t" + text)
}

// listSymbol notes an instruction that ends in the distance to a symbol.
func (a *Assembler) listSymbol(in *Inst, s code.Symbol) {
	if a.listing == nil {
		return
	}
	text := in.String()
	a.note(fmt.Sprintf("\t%s%s %d", text[:strings.LastIndexAny(text, " ")+1], symbolNames[s.Kind], s.Index))
}

var symbolNames = [...]string{code.SymbolFunc: "func", code.SymbolHelper: "helper", code.SymbolFuncWord: "word of func", code.SymbolShim: "shim"}

func (a *Assembler) listLabel(l Label) {
	if a.listing != nil {
		a.note(fmt.Sprintf("L%d:", l))
	}
}

func (a *Assembler) listGap(g gap) {
	if a.listing == nil {
		return
	}
	switch g.kind {
	case gapJump:
		a.note(fmt.Sprintf("\tjmp L%d", g.target))
	case gapBranch:
		a.note(fmt.Sprintf("\tj%s L%d", g.cond, g.target))
	case gapPadding:
		a.note(fmt.Sprintf("\talign %d", g.align))
	}
}

// Listing returns the listing of the function that Finish put into an object. Constants, tables and
// targets of branches are shown by number. Where the position in the source changes it stands behind the instruction, as in the IR's text form.
func (a *Assembler) Listing(o *code.Object) string {
	var b strings.Builder
	said := uint32(0)
	for i, l := range a.listing.lines {
		start, end := a.offset(l.at), o.CodeBytes
		if i+1 < len(a.listing.lines) {
			end = a.offset(a.listing.lines[i+1].at)
		}
		if !strings.HasPrefix(l.text, "\t") {
			fmt.Fprintln(&b, l.text)
			continue
		}
		fmt.Fprintf(&b, "%6x  %-24x%s", start, o.Text[start:end], l.text)
		if source, ok := o.SourceAt(start); ok && source != said && start < end {
			fmt.Fprintf(&b, " @%x", source)
			said = source
		}
		b.WriteByte('\n')
	}
	for i, c := range a.pool.consts {
		fmt.Fprintf(&b, "%6x  const %d: %x\n", a.pool.offsets[i], i, o.Text[a.pool.offsets[i]:a.pool.offsets[i]+uint32(c.size)])
	}
	for i, t := range a.pool.tables {
		fmt.Fprintf(&b, "%6x  table %d:", a.poolOffset(tableID|uint32(i)), i)
		for _, l := range a.pool.targets[t.first : t.first+t.count] {
			fmt.Fprintf(&b, " L%d", l)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
