package amd64

import (
	"encoding/binary"

	"github.com/weft-wasm/weft/internal/code"
)

// Finish completes the function: it appends the traps that are out of line, gives all places their offsets and fills in an object,
// whose slices it reuses. The size of the frame is the caller's to fill in.
func (a *Assembler) Finish(o *code.Object) {
	for i := range a.stubs {
		s := &a.stubs[i]
		a.Bind(s.label)
		a.Frame(s.frame)
		a.Source(s.source)
		a.Trap(s.code)
	}
	a.relax()
	o.Text = a.appendText(o.Text[:0])
	o.CodeBytes = uint32(len(o.Text))
	o.Text = a.appendPool(o.Text)
	if a.calls {
		for len(o.Text) < int(a.offset(a.lastCall))+markBytes {
			o.Text = append(o.Text, 0) // whoever looks for a mark there must not get beyond the end
		}
	}
	for _, u := range a.uses {
		at := a.offset(u.at)
		binary.LittleEndian.PutUint32(o.Text[at:], a.poolOffset(u.id)-(at+4+u.tail))
	}
	a.fillTables(o)
}

// appendText appends the raw bytes with the gaps between them.
func (a *Assembler) appendText(text []byte) []byte {
	done := uint32(0)
	for i := range a.gaps {
		g := &a.gaps[i]
		text = append(text, a.raw[done:g.raw]...)
		text = a.appendGap(text, g)
		done = g.raw
	}
	return append(text, a.raw[done:]...)
}

func (a *Assembler) fillTables(o *code.Object) {
	o.Frames, o.Relocs, o.Traps, o.Positions, o.Landings = o.Frames[:0], o.Relocs[:0], o.Traps[:0], o.Positions[:0], o.Landings[:0]
	a.fillFrames(o)
	for _, r := range a.relocs {
		o.Relocs = append(o.Relocs, code.Reloc{Offset: a.offset(r.at), Symbol: r.symbol})
	}
	for _, t := range a.traps {
		o.Traps = append(o.Traps, code.TrapSite{Offset: a.offset(t.at), Code: t.code, Divisor: t.divisor})
	}
	for _, p := range a.positions {
		at := a.offset(p.at)
		if n := len(o.Positions); n > 0 && o.Positions[n-1].Offset == at {
			o.Positions[n-1].Source = p.source // between the two was a branch that needs no space
			continue
		}
		o.Positions = append(o.Positions, code.Position{Offset: at, Source: p.source})
	}
	for _, l := range a.landings {
		o.Landings = append(o.Landings, code.Landing{Offset: a.offset(l.at), Handler: a.offset(a.labels[l.handler])})
	}
}

// fillFrames keeps of several sites at one place the last, and of equal ones in a row the first.
func (a *Assembler) fillFrames(o *code.Object) {
	for _, s := range a.frames {
		at := a.offset(s.at)
		if n := len(o.Frames); n > 0 && o.Frames[n-1].Offset == at {
			o.Frames = o.Frames[:n-1]
		}
		if n := len(o.Frames); n == 0 || o.Frames[n-1].Bytes != s.bytes {
			o.Frames = append(o.Frames, code.FrameSite{Offset: at, Bytes: s.bytes})
		}
	}
}
