package amd64

import "fmt"

// Branches in their shortest form, in linear time.
//
// A branch takes two bytes if its target is within 127 bytes and five or six if not, and making one short brings others nearer to their
// targets. So branches and paddings are gaps in the raw text until the function is complete. They start at their largest size; each of
// a few sweeps shrinks the branches whose distance, with all sizes as they are at that moment, fits into a byte.
//
// Invariant: no gap ever grows, so that a distance that fits keeps fitting. A padding counts with the most that it may take until the
// last sweep gives it its size. A place is a number of raw bytes and of gaps in front of it, so that its offset is one addition.
//
// Sweeps find nearly everything in the first two rounds; stopping after the fourth is what bounds the time. Two branches that would
// each fit only if the other were short stay long; where branches are as dense as they can be, that costs 0.3 % of the text.

// Label is a place in the code that may not be known yet.
type Label uint32

// gap is a branch or a padding at a place in the raw text.
type gap struct {
	raw    uint32
	target Label
	kind   gapKind
	cond   Cond
	size   uint8 // bytes it takes
	align  uint8 // of a padding
}

type gapKind uint8

const (
	gapJump gapKind = iota
	gapBranch
	gapPadding
)

const (
	sizeShort  = 2
	sizeJump   = 5
	sizeBranch = 6
	maxSweeps  = 4
)

// NewLabel returns a label that is to be bound.
func (a *Assembler) NewLabel() Label {
	a.labels = append(a.labels, nowhere)
	return Label(len(a.labels) - 1)
}

// Bind puts a label at the end of the text.
func (a *Assembler) Bind(l Label) {
	if a.labels[l] != nowhere {
		panic(fmt.Sprintf("amd64: label %d is bound twice", l))
	}
	a.labels[l] = a.here()
	a.forgetFlags()
	a.listLabel(l)
}

// Jump appends a jump. One to what follows takes no space.
func (a *Assembler) Jump(l Label) { a.addGap(gap{target: l, kind: gapJump, size: sizeJump}) }

// Branch appends a jump that is taken if a condition holds.
func (a *Assembler) Branch(c Cond, l Label) {
	a.addGap(gap{target: l, kind: gapBranch, cond: c, size: sizeBranch})
}

// AlignTo pads the text to a multiple of n bytes, a power of two, if that takes no more than limit bytes.
func (a *Assembler) AlignTo(n, limit uint8) {
	a.addGap(gap{kind: gapPadding, align: n, size: min(n-1, limit)})
}

func (a *Assembler) addGap(g gap) {
	a.listGap(g)
	g.raw = uint32(len(a.raw))
	a.gaps = append(a.gaps, g)
}

// offset is where a place is in the text.
func (a *Assembler) offset(p place) uint32 {
	if p.gaps == 0 {
		return p.raw
	}
	return p.raw + a.ends[p.gaps-1]
}

// relax gives all gaps their final sizes.
func (a *Assembler) relax() {
	a.ends = a.ends[:0]
	end := uint32(0)
	for i := range a.gaps {
		end += uint32(a.gaps[i].size)
		a.ends = append(a.ends, end)
	}
	for range maxSweeps {
		if !a.shrink() {
			break
		}
	}
	a.fixPaddings()
}

// shrink is one sweep; it reports whether a branch got shorter.
func (a *Assembler) shrink() (changed bool) {
	start := uint32(0) // the bytes of all gaps in front, with their new sizes
	for i := range a.gaps {
		g := &a.gaps[i]
		if g.kind != gapPadding {
			if size := a.wanted(i, g, start); size < g.size {
				g.size, changed = size, true
			}
		}
		start += uint32(g.size)
		a.ends[i] = start
	}
	return changed
}

// wanted is the size that a branch can have now. The gaps behind it still have their old sizes in ends, and so has it itself.
func (a *Assembler) wanted(i int, g *gap, start uint32) uint8 {
	target := a.labels[g.target]
	if target == nowhere {
		panic(fmt.Sprintf("amd64: a branch to label %d, which is not bound", g.target))
	}
	var distance int64
	if int(target.gaps) > i {
		distance = int64(a.offset(target)) - int64(g.raw+a.ends[i])
		if distance == 0 && g.kind == gapJump {
			return 0
		}
	} else {
		distance = int64(a.offset(target)) - int64(g.raw+start+sizeShort)
	}
	if int64(int8(distance)) == distance {
		return sizeShort
	}
	return g.size
}

// fixPaddings gives the paddings their sizes, now that those of the branches stand.
func (a *Assembler) fixPaddings() {
	end := uint32(0)
	for i := range a.gaps {
		g := &a.gaps[i]
		if g.kind == gapPadding {
			need := -(g.raw + end) & uint32(g.align-1)
			if need > uint32(g.size) {
				need = 0
			}
			g.size = uint8(need)
		}
		end += uint32(g.size)
		a.ends[i] = end
	}
}

// appendGap appends the bytes of a gap whose last byte is at end.
func (a *Assembler) appendGap(text []byte, g *gap) []byte {
	if g.kind == gapPadding {
		return appendNops(text, int(g.size))
	}
	if g.size == 0 {
		return text
	}
	in := Inst{Cond: g.cond, Imm: int64(a.offset(a.labels[g.target])) - int64(len(text)) - int64(g.size)}
	switch {
	case g.kind == gapJump && g.size == sizeShort:
		in.Op = JmpShort
	case g.kind == gapJump:
		in.Op = JmpNear
	case g.size == sizeShort:
		in.Op = JShort
	default:
		in.Op = JNear
	}
	return in.Append(text)
}

// nops are the forms of nop that processors decode best, by length.
var nops = [...]string{
	"", "\x90", "\x66\x90", "\x0f\x1f\x00", "\x0f\x1f\x40\x00", "\x0f\x1f\x44\x00\x00", "\x66\x0f\x1f\x44\x00\x00",
	"\x0f\x1f\x80\x00\x00\x00\x00", "\x0f\x1f\x84\x00\x00\x00\x00\x00", "\x66\x0f\x1f\x84\x00\x00\x00\x00\x00",
}

func appendNops(text []byte, n int) []byte {
	for n > 0 {
		k := min(n, len(nops)-1)
		text = append(text, nops[k]...)
		n -= k
	}
	return text
}
