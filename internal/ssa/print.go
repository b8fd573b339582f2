package ssa

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
)

// String returns the text form of f, which Parse reads back: blocks in reverse post-order and then what cannot be reached.
//
//	func max(i32 i32) -> i32 {
//	b1(v1 i32, v2 i32):
//	  v3 = i32.gt_s v1 v2
//	  if v3 -> b2(v1), b2(v2)
//	b2(v4 i32):
//	  return v4
//	}
//
// Behind its arguments a value has its Imm and Aux, and its position as @ and hex digits. A polymorphic operation has the type as a suffix.
func (f *Func) String() string {
	p := printer{f: f}
	p.printf("func %s%s {\n", f.Name, sigText(&f.Sig))
	for _, b := range f.Order() {
		p.block(b)
	}
	for b := Entry; int(b) < len(f.blocks); b++ {
		if f.blocks[b].last != 0 && !f.Reachable(b) {
			p.block(b)
		}
	}
	p.printf("}\n")
	return p.String()
}

// Text returns the line of v.
func (f *Func) Text(v Value) string {
	p := printer{f: f}
	p.value(v)
	return p.String()
}

type printer struct {
	strings.Builder
	f *Func
}

func (p *printer) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

func (p *printer) block(b Block) {
	p.printf("%v", b)
	for i, v := range p.f.Params(b) {
		p.printf("%s%v %v", [2]string{"(", ", "}[min(i, 1)], v, p.f.Type(v))
	}
	if len(p.f.Params(b)) > 0 {
		p.WriteByte(')')
	}
	if p.f.Cold(b) {
		p.WriteString(" cold")
	}
	p.WriteString(":\n")
	for v := p.f.First(b); v != 0; v = p.f.Next(v) {
		p.WriteString("  ")
		p.value(v)
		p.WriteByte('\n')
	}
}

func (p *printer) value(v Value) {
	o := p.f.Op(v)
	if p.f.Type(v) != TypeNone {
		p.printf("%v = ", v)
	}
	p.WriteString(o.String())
	if o.Polymorphic() && o.Info().Imm != ImmSig {
		p.printf(".%v", p.f.Type(v))
	}
	for _, a := range p.f.Args(v) {
		p.printf(" %v", a)
	}
	p.imm(v)
	p.aux(v)
	if o.IsTerm() {
		p.successors(p.f.BlockOf(v))
	}
	if pos := p.f.Pos(v); pos != 0 {
		p.printf(" @%x", pos)
	}
}

func (p *printer) imm(v Value) {
	imm := p.f.Imm(v)
	switch p.f.Op(v).Info().Imm {
	case ImmInt, ImmIndex, ImmSlot, ImmLane:
		p.printf(" %d", imm)
	case ImmF32:
		p.printf(" %s", f32Text(uint32(imm)))
	case ImmF64:
		p.printf(" %s", f64Text(uint64(imm)))
	case ImmV128:
		p.printf(" %s", v128Text(p.f.Bits(v)))
	case ImmLanes:
		p.printf(" %s", v128Text(p.f.Lanes(v)))
	case ImmOff:
		if imm != 0 {
			p.printf(" %+d", imm)
		}
	case ImmSig:
		p.WriteString(" " + sigText(p.f.CallSig(v)))
	}
}

func (p *printer) aux(v Value) {
	aux := p.f.Aux(v)
	switch p.f.Op(v).Info().Aux {
	case AuxRegion:
		p.printf(" %v", Region(aux))
	case AuxTrap:
		p.printf(" %q", abi.Trap(aux).String())
	case AuxFunc:
		p.printf(" func[%d]", aux)
	case AuxHelper:
		p.printf(" helper[%d]", aux)
	case AuxInt:
		p.printf(" aux[%d]", aux)
	case AuxHint:
		if aux != 0 {
			p.printf(" %s", hintNames[aux])
		}
	}
}

var hintNames = [...]string{HintLikely: "likely", HintUnlikely: "unlikely"}

func (p *printer) successors(b Block) {
	for i := range p.f.NumSuccs(b) {
		e := p.f.Succ(b, i)
		p.printf("%s%v", [2]string{" -> ", ", "}[min(i, 1)], p.f.To(e))
		for j, a := range p.f.EdgeArgs(e) {
			p.printf("%s%v", [2]string{"(", ", "}[min(j, 1)], a)
		}
		if len(p.f.EdgeArgs(e)) > 0 {
			p.WriteByte(')')
		}
	}
}

func (v Value) String() string { return "v" + strconv.Itoa(int(v)) }
func (b Block) String() string { return "b" + strconv.Itoa(int(b)) }

func sigText(s *Sig) string {
	var w strings.Builder
	for i, t := range s.Params {
		fmt.Fprintf(&w, "%s%v", [2]string{"", " "}[min(i, 1)], t)
	}
	params := w.String()
	w.Reset()
	for _, t := range s.Results {
		fmt.Fprintf(&w, " %v", t)
	}
	return "(" + params + ") ->" + w.String()
}

// Floats are decimal where that says all of their bits, and hex bits otherwise.
func f32Text(bits uint32) string {
	if x := math.Float32frombits(bits); x == x {
		return strconv.FormatFloat(float64(x), 'g', -1, 32)
	}
	return fmt.Sprintf("0x%08x", bits)
}

func f64Text(bits uint64) string {
	if x := math.Float64frombits(bits); x == x {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return fmt.Sprintf("0x%016x", bits)
}

func v128Text(x num.V128) string { return fmt.Sprintf("0x%016x%016x", x.Hi, x.Lo) }
