package amd64

import (
	"github.com/weft-wasm/weft/internal/ssa"
)

// Comparisons, and what depends on them. The flags are always computed right in front of the one operation that reads them: nothing between
// the two touches them, and a comparison that is used twice is made twice.

func init() {
	all := map[ssa.Op]lowering{
		ssa.OpIf: func(l *Lowerer, v ssa.Value) {
			hint := l.Aux(v)
			flags, c := l.condition(l.Arg(v, 0))
			l.become(v, If, int64(c), hint, flags)
		},
		ssa.OpTrapif: lowerTrapIf,
		ssa.OpSelect: lowerSelect,
		ssa.OpI32Eqz: lowerSetCond,
		ssa.OpI64Eqz: lowerSetCond,
	}
	for o := range intConds {
		all[o] = lowerSetCond
	}
	for o := range floatConds {
		all[o] = lowerSetFloat
	}
	lowerAll(all)
}

var intConds = map[ssa.Op]Cond{
	ssa.OpI32Eq: CondE, ssa.OpI32Ne: CondNE,
	ssa.OpI32LtS: CondL, ssa.OpI32LtU: CondB, ssa.OpI32GtS: CondG, ssa.OpI32GtU: CondA,
	ssa.OpI32LeS: CondLE, ssa.OpI32LeU: CondBE, ssa.OpI32GeS: CondGE, ssa.OpI32GeU: CondAE,
	ssa.OpI64Eq: CondE, ssa.OpI64Ne: CondNE,
	ssa.OpI64LtS: CondL, ssa.OpI64LtU: CondB, ssa.OpI64GtS: CondG, ssa.OpI64GtU: CondA,
	ssa.OpI64LeS: CondLE, ssa.OpI64LeU: CondBE, ssa.OpI64GeS: CondGE, ssa.OpI64GeU: CondAE,
}

// floatCond is how a comparison of floats is made: after ucomis of the arguments, or exchanged ones, a condition that is false if one is
// NaN; as a vector comparison, a predicate.
type floatCond struct {
	cond      Cond
	swap      bool
	predicate int64 // of the arguments in the same order as for ucomis
}

const (
	predicateEQ  = 0
	predicateLT  = 1
	predicateLE  = 2
	predicateUNO = 3
	predicateNEQ = 4
	predicateORD = 7
)

var (
	floatLess        = floatCond{CondA, true, predicateLT}
	floatLessEqual   = floatCond{CondAE, true, predicateLE}
	floatGreater     = floatCond{CondA, false, predicateLT}
	floatGreaterEven = floatCond{CondAE, false, predicateLE}
)

var floatConds = map[ssa.Op]floatCond{
	ssa.OpF32Eq: {condFloatEqual, false, predicateEQ}, ssa.OpF32Ne: {condFloatNotEqual, false, predicateNEQ},
	ssa.OpF32Lt: floatLess, ssa.OpF32Le: floatLessEqual, ssa.OpF32Gt: floatGreater, ssa.OpF32Ge: floatGreaterEven,
	ssa.OpF64Eq: {condFloatEqual, false, predicateEQ}, ssa.OpF64Ne: {condFloatNotEqual, false, predicateNEQ},
	ssa.OpF64Lt: floatLess, ssa.OpF64Le: floatLessEqual, ssa.OpF64Gt: floatGreater, ssa.OpF64Ge: floatGreaterEven,
}

// condition makes the flags in front of the value being lowered that tell whether c, an i32, is not zero, and returns the condition.
func (l *Lowerer) condition(c ssa.Value) (flags ssa.Value, cond Cond) {
	return l.conditionOf(c, l.Uses(c) == 1)
}

// conditionOf is condition for a value that is used once, or one that is not: only then loads may join it.
func (l *Lowerer) conditionOf(c ssa.Value, once bool) (flags ssa.Value, cond Cond) {
	switch o := l.Op(c); o {
	case ssa.OpI32Eqz:
		x := l.Arg(c, 0)
		if _, ok := intConds[l.Op(x)]; ok || isTruth(l.Op(x)) {
			flags, cond = l.conditionOf(x, once && l.Uses(x) == 1)
			return flags, cond.Not()
		}
		return l.test(x, false, once), CondE
	case ssa.OpI64Eqz:
		return l.test(l.Arg(c, 0), true, once), CondE
	default:
		if cond, ok := intConds[o]; ok {
			return l.compare(c, cond, once)
		}
		if fc, ok := floatConds[o]; ok {
			return l.compareFloats(c, fc)
		}
	}
	return l.test(c, false, false), CondNE
}

// isTruth reports whether o is a comparison that condition looks into.
func isTruth(o ssa.Op) bool {
	_, float := floatConds[o]
	return float || o == ssa.OpI32Eqz || o == ssa.OpI64Eqz
}

// test makes the flags of x and x. If x is an and of its own, of its arguments.
func (l *Lowerer) test(x ssa.Value, is64, once bool) ssa.Value {
	and := ssa.OpI32And
	if is64 {
		and = ssa.OpI64And
	}
	if once && l.Op(x) == and && l.Uses(x) == 1 {
		a, b := l.arguments(x, true)
		if c, ok := l.imm32(b); ok {
			return l.emit(by(is64, Test32Imm, Test64Imm), ssa.TypeFlags, c, l.operand(a, is64))
		}
		a, b = l.operand(a, is64), l.operand(b, is64)
		return l.emit(by(is64, Test32, Test64), ssa.TypeFlags, 0, a, b)
	}
	x = l.operand(x, is64)
	return l.emit(by(is64, Test32, Test64), ssa.TypeFlags, 0, x, x)
}

// compare makes the flags of the comparison c.
func (l *Lowerer) compare(c ssa.Value, cond Cond, once bool) (ssa.Value, Cond) {
	x, y := l.Arg(c, 0), l.Arg(c, 1)
	is64 := l.Type(x) == ssa.TypeI64
	if _, ok := l.intConst(x); ok {
		x, y, cond = y, x, cond.Swap()
	}
	imm, isImm := l.imm32(y)
	if isImm && imm == 0 {
		switch cond {
		case CondE, CondNE:
			return l.test(x, is64, once), cond
		}
	}
	load := loadOf(l.Type(x))
	if isImm {
		if once && fitsPacked(imm) {
			if m, region, ok := l.memory(x, load); ok {
				flags := l.emit(by(is64, Cmp32ImmLoad, Cmp64ImmLoad), ssa.TypeFlags, m.pack(imm), m.values()...)
				l.SetAux(flags, region)
				return flags, cond
			}
		}
		return l.emit(by(is64, Cmp32Imm, Cmp64Imm), ssa.TypeFlags, imm, l.operand(x, is64)), cond
	}
	if once {
		if m, region, ok := l.memory(y, load); ok {
			flags := l.emit(by(is64, Cmp32Load, Cmp64Load), ssa.TypeFlags, m.pack(0), append([]ssa.Value{l.operand(x, is64)}, m.values()...)...)
			l.SetAux(flags, region)
			return flags, cond
		}
	}
	return l.emit(by(is64, Cmp32, Cmp64), ssa.TypeFlags, 0, l.operand(x, is64), l.operand(y, is64)), cond
}

func (l *Lowerer) compareFloats(c ssa.Value, fc floatCond) (ssa.Value, Cond) {
	x, y := l.Arg(c, 0), l.Arg(c, 1)
	cond := fc.cond
	switch {
	case fc.swap:
		x, y = y, x
	case x == y && cond == condFloatEqual:
		cond = CondNP
	case x == y && cond == condFloatNotEqual:
		cond = CondP
	}
	return l.emit(by(l.Type(x) == ssa.TypeF64, Vucomiss, Vucomisd), ssa.TypeFlags, 0, x, y), cond
}

func lowerSetCond(l *Lowerer, v ssa.Value) {
	flags, cond := l.conditionOf(v, true)
	if cond < condFloatEqual {
		l.become(v, SetCond, int64(cond), 0, flags)
		return
	}
	// The opposite of a comparison of floats that takes two flags: change the number that the comparison is.
	l.Remove(flags)
	l.again(v, ssa.OpI32Xor, l.Arg(v, 0), l.const32(1))
}

func lowerSetFloat(l *Lowerer, v ssa.Value) {
	fc := floatConds[l.Op(v)]
	x, y := l.Arg(v, 0), l.Arg(v, 1)
	if fc.predicate == predicateLT || fc.predicate == predicateLE {
		if !fc.swap {
			x, y = y, x
		}
	}
	imm := fc.predicate
	if l.Type(x) == ssa.TypeF64 {
		imm |= setDouble
	}
	l.become(v, SetFloat, imm, 0, x, y)
}

// setDouble is set in the Imm of SetFloat for f64.
const setDouble = 1 << 8

func lowerTrapIf(l *Lowerer, v ssa.Value) {
	code := l.Aux(v)
	flags, cond := l.condition(l.Arg(v, 0))
	l.become(v, TrapIf, int64(cond), code, flags)
}

func lowerSelect(l *Lowerer, v ssa.Value) {
	c, x, y := l.Arg(v, 0), l.Arg(v, 1), l.Arg(v, 2)
	o := ChooseVector
	switch l.Type(v) {
	case ssa.TypeI32:
		o = Choose32
	case ssa.TypeI64, ssa.TypeRef:
		o = Choose64
	}
	flags, cond := l.condition(c)
	l.become(v, o, int64(cond), 0, y, x, flags)
}
