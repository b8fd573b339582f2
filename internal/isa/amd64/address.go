package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// address returns the memory operand of a generic access whose arguments begin with base and, if there are two, index.
func (l *Lowerer) address(v ssa.Value, hasIndex bool) address {
	m := address{base: l.Arg(v, 0)}
	disp := l.Imm(v)
	if hasIndex {
		m.index = l.Arg(v, 1)
	}
	m.base = l.displace(m.base, &disp)
	if m.index != 0 {
		m.index = l.displace(m.index, &disp)
		if c, ok := l.intConst(m.index); ok && fitsDisp(disp+c) && (c < 0) == (disp+c < disp) {
			m.index, disp = 0, disp+c
		}
	}
	if m.index != 0 {
		m.index = l.shifted(m.index, &m.scale)
	}
	if !fitsDisp(disp) {
		far := l.const64(disp)
		if m.index == 0 {
			m.index = far
		} else {
			m.base = l.emit(Lea64, ssa.TypeI64, 0, l.wide(m.base), far)
		}
		disp = 0
	}
	m.disp = int32(disp)
	m.base = l.wide(m.base)
	if m.index != 0 {
		m.index = l.wide(m.index)
	}
	return m
}

func fitsDisp(d int64) bool { return d >= math.MinInt32 && d <= math.MaxInt32 }

// displace takes additions of constants off v and puts them into the displacement, as long as that fits.
func (l *Lowerer) displace(v ssa.Value, disp *int64) ssa.Value {
	for l.Op(v) == ssa.OpI64Add {
		c, ok := l.imm32(l.Arg(v, 1))
		if !ok || !fitsDisp(*disp) || !fitsDisp(*disp+c) {
			break
		}
		*disp += c
		v = l.Arg(v, 0)
	}
	return v
}

// shifted takes a shift to the left off v that the scale of an address can make.
func (l *Lowerer) shifted(v ssa.Value, scale *uint8) ssa.Value {
	if l.Op(v) == ssa.OpI64Shl {
		if c, ok := l.intConst(l.Arg(v, 1)); ok && c&63 <= 3 {
			*scale = uint8(c & 63)
			return l.Arg(v, 0)
		}
	}
	return v
}

// loadForms maps an operation to the one that reads its last register operand from memory.
var loadForms = func() (forms [Count]Op) {
	for o := Invalid + 1; o+1 < Count; o++ {
		if ops[o+1].Name == ops[o].Name+".load" {
			forms[o] = o + 1
		}
	}
	return forms
}()

// maxFoldDistance is how far in front of its user a load may be that joins it.
const maxFoldDistance = 24

// canFold reports whether the load v may be made where the value being lowered is instead, which is its only user.
func (l *Lowerer) canFold(v ssa.Value) bool {
	if l.Uses(v) != 1 || l.BlockOf(v) != l.BlockOf(l.at) {
		return false
	}
	bad := ssa.FlagWrite | ssa.FlagCall
	if l.Effects(v)&ssa.FlagTrap != 0 {
		bad |= ssa.FlagTrap
	}
	w := l.Next(v)
	for range maxFoldDistance {
		if w == l.at {
			return true
		}
		if w == 0 || l.Effects(w)&bad != 0 {
			return false
		}
		w = l.Next(w)
	}
	return false
}

// memory returns the memory operand for x if it is a load of the given operation that can join the value being lowered. The caller must use it.
func (l *Lowerer) memory(x ssa.Value, load ssa.Op) (m address, region uint32, ok bool) {
	if l.Op(x) != load || !l.canFold(x) {
		return m, 0, false
	}
	m = l.address(x, l.NumArgs(x) == 2)
	l.fold(x)
	return m, l.Aux(x), true
}

// loadOf returns the loads that fill an operand in memory of so many bits exactly.
func loadOf(t ssa.Type) ssa.Op {
	switch t {
	case ssa.TypeI32:
		return ssa.OpI32Load
	case ssa.TypeI64:
		return ssa.OpI64Load
	case ssa.TypeF32:
		return ssa.OpF32Load
	case ssa.TypeF64:
		return ssa.OpF64Load
	case ssa.TypeV128:
		return ssa.OpV128Load
	}
	return ssa.OpInvalid
}

// combine makes v the operation o of some arguments of which the last one may be a load that joins it.
func (l *Lowerer) combine(v ssa.Value, o Op, imm int64, args ...ssa.Value) {
	last := len(args) - 1
	form := Invalid
	if o < Count {
		form = loadForms[o]
	}
	if form != Invalid && fitsPacked(imm) && memoryBits(form) == 8*l.Type(args[last]).SizeBytes() {
		if m, region, ok := l.memory(args[last], loadOf(l.Type(args[last]))); ok {
			l.become(v, form, m.pack(imm), region, append(args[:last:last], m.values()...)...)
			return
		}
	}
	l.become(v, o, imm, 0, args...)
}

// memoryBits is the size of the memory operand of an operation.
func memoryBits(o Op) int {
	for _, x := range o.operands() {
		if x.Form == isa.FormMem {
			return int(x.Bits)
		}
	}
	return 0
}
