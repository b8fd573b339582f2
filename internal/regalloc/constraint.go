package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// What an operation asks of its registers comes from the table of the target, from the calling convention, or, for the generic operations
// that survive lowering, from the types of arguments and result alone.

// need is an argument of an operation and where it must be.
type need struct {
	val   ssa.Value
	class isa.Class
	fixed isa.Reg // or NoReg
	def   int8    // the result that takes over the register, or -1
	mem   uint16  // the bits read if it is in memory, 0 if it cannot be; it may be if no other one is
	out   Loc     // the place in memory where it must be, or 0
	loc   Loc     // the answer
}

// give is a result of an operation.
type give struct {
	val   ssa.Value // 0 if nobody uses it
	typ   ssa.Type
	class isa.Class
	fixed isa.Reg // or NoReg
	use   int8    // the argument whose register it takes over, or -1
	from  Loc     // the place in memory where it is, or 0
	early bool    // written while arguments are still read
	loc   Loc     // the answer
}

// inst is the operation being allocated.
type inst struct {
	needs   []need // as the arguments
	gives   []give
	clobber isa.RegSet // lost, beyond the results
	working isa.RegSet // fixed working registers, which no argument may be in
	fixed   bool       // anything is fixed
	comm    bool       // the first two arguments commute
	folds   bool       // an argument may be in memory
	both    bool       // the first two may be, if they are the same value
	untied  bool       // the first result need not take over a register, if no argument is in memory
}

// shape is what a target operation asks, from its operands.
type shape struct {
	needs, gives []operand
	events       isa.RegSet // the registers that are fixed or lost
	comm         bool       // the first two arguments commute
	folds        bool       // an argument may be in memory
	untied       bool       // the first result need not take over a register
	both         uint16     // the bits read if both are, or 0
}

type operand struct {
	class isa.Class
	fixed isa.Reg
	tied  int8
	mem   uint16 // the bits read if it is in memory, 0 if it cannot be
}

// shapeOf returns the shape of a target operation.
func shapeOf(t *isa.Target, index int) shape {
	s := shape{comm: t.Ops[index].Has(isa.FlagComm), untied: t.Ops[index].Has(isa.FlagUntied)}
	for _, o := range t.OperandsOf(uint16(index)) {
		if o.Form == isa.FormReg {
			s.addReg(o)
		}
	}
	s.addFolds(t, &t.Ops[index])
	return s
}

// addFolds notes which arguments may be in memory.
func (s *shape) addFolds(t *isa.Target, op *isa.Op) {
	for way, to := range op.Folds {
		if to == 0 {
			continue
		}
		s.folds = true
		bits := memoryBits(t, to)
		switch isa.Fold(way) {
		case isa.FoldLast:
			s.needs[len(s.needs)-1].mem = bits
		case isa.FoldFirst:
			s.needs[0].mem = bits
		case isa.FoldBoth:
			s.both = bits
		}
	}
}

// memoryBits is how much an operation reads of its memory operand.
func memoryBits(t *isa.Target, op uint16) uint16 {
	for _, o := range t.OperandsOf(op) {
		if o.Form == isa.FormMem {
			return o.Bits
		}
	}
	panic("regalloc: " + t.Ops[op].Name + " has no memory operand")
}

func (s *shape) addReg(o isa.Operand) {
	x := operand{class: o.Class, fixed: o.Fixed, tied: -1}
	if o.Fixed != isa.NoReg {
		s.events = s.events.With(o.Fixed)
	}
	if o.Role == isa.RoleDefUse {
		s.needs = append(s.needs, operand{class: o.Class, fixed: o.Fixed, tied: int8(len(s.gives))})
		s.gives = append(s.gives, operand{class: o.Class, fixed: o.Fixed, tied: int8(len(s.needs) - 1)})
		return
	}
	if o.Role&isa.RoleUse != 0 {
		s.needs = append(s.needs, x)
	}
	if o.Role&isa.RoleDef != 0 {
		s.gives = append(s.gives, x)
	}
}

// shape returns the shape of o, or nil if it is generic.
func (a *Allocator) shape(o ssa.Op) *shape {
	if i := int(o) - int(a.base); o >= a.base && i < len(a.shapes) {
		return &a.shapes[i]
	}
	return nil
}

// describe fills a.inst for v.
func (a *Allocator) describe(v ssa.Value) {
	in := &a.in
	in.needs, in.gives = in.needs[:0], in.gives[:0]
	in.clobber, in.working, in.fixed, in.comm, in.folds, in.both, in.untied = 0, 0, false, false, false, false, false
	for _, x := range a.f.Args(v) {
		n := need{val: a.values[x].rep, class: classOf(a.f.Type(x)), fixed: isa.NoReg, def: -1}
		if !inRegister(a.f.Type(x)) {
			n.val = 0
		}
		in.needs = append(in.needs, n)
	}
	a.results(v)
	switch o := a.f.Op(v); {
	case o == ssa.OpReturn:
		a.convention(a.f.Sig.Results, 0, KindIn)
	case o == ssa.OpPoll:
	case o.IsCall():
		a.call(v)
	case o == ssa.OpSwitch:
		for range switchTemps {
			in.gives = append(in.gives, give{typ: ssa.TypeI64, class: isa.ClassInt, fixed: isa.NoReg, use: -1, early: true})
		}
	default:
		if s := a.shape(o); s != nil {
			a.apply(s)
		}
	}
}

// switchTemps is how many working registers a switch has: for the address of its table, and for an entry.
const switchTemps = 2

func inRegister(t ssa.Type) bool {
	return t != ssa.TypeNone && t != ssa.TypeTuple && t != ssa.TypeFlags
}

// results lists what v yields in registers.
func (a *Allocator) results(v ssa.Value) {
	in := &a.in
	switch t := a.f.Type(v); {
	case t == ssa.TypeTuple:
		for i, p := range a.projs(v) {
			if t := a.tupleType(v, i); inRegister(t) {
				in.gives = append(in.gives, give{val: p, typ: t, class: classOf(t), fixed: isa.NoReg, use: -1})
			}
		}
	case inRegister(t):
		in.gives = append(in.gives, give{val: v, typ: t, class: classOf(t), fixed: isa.NoReg, use: -1})
	}
}

// call places arguments and results as the calling convention says.
func (a *Allocator) call(v ssa.Value) {
	in := &a.in
	o, sig := a.f.Op(v), a.f.CallSig(v)
	first := len(in.needs) - len(sig.Params)
	if first == 2 {
		code, context := PointerRegs(a.target)
		in.needs[0].fixed, in.needs[1].fixed = code, context
	}
	in.fixed = true
	a.convention(sig.Params, first, KindOut)
	locs, bytes := Place(a.target, sig.Results, KindOut, a.locs[:0])
	a.out.OutBytes = max(a.out.OutBytes, bytes)
	if o.IsTerm() {
		a.locs = locs
		return
	}
	in.clobber = Clobbers(a.target)
	for i := range in.gives {
		if g := &in.gives[i]; locs[i].IsReg() {
			g.fixed = locs[i].Reg()
			in.clobber = in.clobber.Without(g.fixed)
		} else {
			g.from = locs[i]
		}
	}
	a.locs = locs
}

// convention places the arguments from first on.
func (a *Allocator) convention(types []ssa.Type, first int, memory Kind) {
	locs, bytes := Place(a.target, types, memory, a.locs[:0])
	for i, l := range locs {
		n := &a.in.needs[first+i]
		if n.fixed = l.Reg(); !l.IsReg() {
			n.out = l
		}
	}
	if memory == KindOut {
		a.out.OutBytes = max(a.out.OutBytes, bytes)
	} else {
		a.out.InBytes = max(a.out.InBytes, bytes)
	}
	a.in.fixed = true
	a.locs = locs
}

// apply takes over the operands of a target operation: first its registers, then base and index of its memory operand. Registers that it writes
// beyond the results of v are lost, or if the operation leaves their choice free, working registers.
func (a *Allocator) apply(s *shape) {
	a.applyOperands(s)
	for _, g := range a.in.gives {
		if g.early && g.fixed != isa.NoReg {
			a.in.working = a.in.working.With(g.fixed)
		}
	}
}

func (a *Allocator) applyOperands(s *shape) {
	in := &a.in
	in.comm, in.folds, in.untied = s.comm, s.folds, s.untied
	in.fixed = s.events != 0
	for len(in.gives) < len(s.gives) {
		in.gives = append(in.gives, give{early: true})
	}
	for i, d := range s.gives {
		g := &in.gives[i]
		if g.class, g.fixed, g.use = d.class, d.fixed, -1; g.val == 0 {
			g.typ = wholeType[d.class]
		}
	}
	k := 0
	for i := range in.needs {
		n := &in.needs[i]
		if k == len(s.needs) {
			break
		}
		if n.val == 0 {
			continue // the condition flags
		}
		x := s.needs[k]
		k++
		n.mem = x.mem
		if n.class, n.fixed, n.def = x.class, x.fixed, x.tied; x.tied >= 0 {
			in.gives[x.tied].use, in.gives[x.tied].early = int8(i), false
		}
	}
	in.both = s.both != 0 && in.needs[0].val == in.needs[1].val && a.holdsBits(in.needs[0].val, s.both)
}

// holdsBits reports whether so many bits may be read from the place of v in memory.
func (a *Allocator) holdsBits(v ssa.Value, bits uint16) bool {
	return int(bits) <= 8*a.f.Type(v).SizeBytes()
}

// wholeType is the type that fills a register of a class.
var wholeType = [isa.ClassCount]ssa.Type{ssa.TypeI64, ssa.TypeV128}

// fixedBy returns the registers that v fixes or loses.
func (a *Allocator) fixedBy(v ssa.Value) isa.RegSet {
	o := a.f.Op(v)
	switch {
	case losesRegs(o):
		return Clobbers(a.target)
	case o == ssa.OpReturn || o.IsCall() && o != ssa.OpPoll:
		return isa.Set(a.target.IntArgs...) | isa.Set(a.target.VecArgs...)
	}
	if s := a.shape(o); s != nil {
		return s.events
	}
	return 0
}
