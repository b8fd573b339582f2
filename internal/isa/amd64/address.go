package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/ssa"
)

// Addresses, and the loads that become operands.

func fitsDisp(d int64) bool { return d >= math.MinInt32 && d <= math.MaxInt32 }

// addressOf returns the memory operand of a generic access.
func (l *Lowerer) addressOf(v ssa.Value) address {
	n := l.NumArgs(v)
	if l.Op(v).Has(ssa.FlagWrite) {
		n--
	}
	m := address{base: l.Arg(v, 0)}
	disp := l.Imm(v)
	if n == 2 {
		m.index = l.Arg(v, 1)
	}
	m.base = l.displace(m.base, &disp)
	if m.index != 0 {
		m.index = l.displace(m.index, &disp)
		if l.Op(m.index) == ssa.OpI64Const {
			if c := l.Imm(m.index); fitsDisp(c) && fitsDisp(disp) && fitsDisp(disp+c) {
				m.index, disp = 0, disp+c
			}
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
			m.base = l.emit(ssa.TypeI64, Lea64, 0, 0, m.base, far)
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

// displace takes additions of constants off v and puts them into the displacement, as long as that fits.
func (l *Lowerer) displace(v ssa.Value, disp *int64) ssa.Value {
	for l.Op(v) == ssa.OpI64Add {
		y := l.Arg(v, 1)
		c := l.Imm(y)
		if l.Op(y) != ssa.OpI64Const || !fitsDisp(c) || !fitsDisp(*disp) || !fitsDisp(*disp+c) {
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
		n := l.Arg(v, 1)
		if c := l.Imm(n); l.Op(n) == ssa.OpI64Const && c&63 <= 3 {
			*scale = uint8(c & 63)
			return l.Arg(v, 0)
		}
	}
	return v
}

// joins reports whether the load v may be made by the value being lowered.
func (l *Lowerer) joins(v ssa.Value) bool { return !l.shared && l.canFold(v) }

// narrows reports whether the load v may be made by the value being lowered with fewer bytes. One that may trap may not: the bytes at the end
// of a memory that are read in vain are those that trap.
func (l *Lowerer) narrows(v ssa.Value) bool { return l.Effects(v)&ssa.FlagTrap == 0 && l.joins(v) }

// maxFoldDistance is how far in front of its user a load may be that joins it.
const maxFoldDistance = 24

// canFold reports whether the load v may be made where the value being lowered is instead, which is its only user: nothing in between writes, and
// what may trap there traps as the load would.
func (l *Lowerer) canFold(v ssa.Value) bool {
	if l.Uses(v) != 1 || l.BlockOf(v) != l.BlockOf(l.at) {
		return false
	}
	traps := l.Effects(v)&ssa.FlagTrap != 0
	w := l.Next(v)
	for range maxFoldDistance {
		if w == l.at {
			return true
		}
		if w == 0 {
			return false
		}
		e := l.Effects(w)
		if e&(ssa.FlagWrite|ssa.FlagCall) != 0 || traps && e&ssa.FlagTrap != 0 && !l.trapsAs(w, v) {
			return false
		}
		w = l.Next(w)
	}
	return false
}

// trapsAs reports whether w, which may trap, is a load that does it for the same reason as the load v.
func (l *Lowerer) trapsAs(w, v ssa.Value) bool {
	return l.Effects(w)&ssa.FlagRead != 0 && l.Op(w).Info().Aux == ssa.AuxRegion && trapOf(ssa.Region(l.Aux(w))) == trapOf(ssa.Region(l.Aux(v)))
}

// modifies reports whether the store being lowered is to where the load x is from, so that one instruction may do both.
func (l *Lowerer) modifies(x ssa.Value) bool {
	n := l.NumArgs(x)
	if l.NumArgs(l.at) != n+1 || l.Imm(x) != l.Imm(l.at) || l.Aux(x) != l.Aux(l.at) || l.Arg(x, 0) != l.Arg(l.at, 0) {
		return false
	}
	return (n == 1 || l.Arg(x, 1) == l.Arg(l.at, 1)) && l.canFold(x)
}
