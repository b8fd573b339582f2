package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// What depends on comparisons. Which flags a comparison makes is in compare.rules.

// The predicates of comparisons of vectors and, with setDouble for f64, in the Imm of SetFloat.
const (
	predicateEQ  = 0
	predicateLT  = 1
	predicateLE  = 2
	predicateUNO = 3
	predicateNEQ = 4
	predicateORD = 7

	setDouble = 1 << 8
)

// asksZero is the Imm of a test32 or test64 of one register whose flags are only asked whether it is zero or negative.
const asksZero = 1

// condition makes the flags in front of the value being lowered that tell whether c, an i32, is not zero, and returns the condition.
func (l *Lowerer) condition(c ssa.Value) (Cond, ssa.Value) {
	l.shared = l.Uses(c) > 1
	cond, flags := l.flags(c)
	l.shared = false
	if flags == 0 {
		return CondNE, l.emit(ssa.TypeFlags, Test32, asksZero, 0, c, c)
	}
	return cond, flags
}

func (l *Lowerer) branch(v, c ssa.Value, hint uint32) {
	cond, flags := l.condition(c)
	l.set(v, If, int64(cond), hint, flags)
}

func (l *Lowerer) trap(v, c ssa.Value, code uint32) {
	cond, flags := l.condition(c)
	l.set(v, TrapIf, int64(cond), code, flags)
}

// choose makes v what is moved to the register of the other choice if a condition holds: of one that is needed no more, and better not of a
// constant.
func (l *Lowerer) choose(v, c, x, y ssa.Value) {
	o := ChooseVector
	switch l.Type(v) {
	case ssa.TypeI32:
		o = Choose32
	case ssa.TypeI64, ssa.TypeRef:
		o = Choose64
	}
	cond, flags := l.condition(c)
	if cond < condFloatEqual && o != ChooseVector && l.dies(x) && !l.dies(y) {
		x, y, cond = y, x, cond.Not()
	}
	l.set(v, o, int64(cond), 0, y, x, flags)
}

// dies reports whether x can be overwritten, as far as one can tell.
func (l *Lowerer) dies(x ssa.Value) bool { return !l.IsConst(x) && l.Uses(x) == 1 }

// truth makes v, for which there is a rule that makes flags, the number 0 or 1.
func (l *Lowerer) truth(v ssa.Value) {
	cond, flags := l.flags(v)
	l.set(v, SetCond, int64(cond), 0, flags)
}

// typed reports whether the value being lowered has a type.
func (l *Lowerer) typed(t ssa.Type) bool { return l.Type(l.at) == t }
