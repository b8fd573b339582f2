package amd64

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/ssa"
)

// Lowering turns generic operations into those of the target, in the same function.
//
// Blocks are visited with users before definitions, and each from its end. So when an operation is lowered, its arguments are still generic,
// and what they are decides what it becomes: a comparison joins the branch on it, a load the addition of what it loads, an addition the
// address of a load. What all users have taken over has no use left when its turn comes, and goes.
//
// An operation may be lowered into generic ones in front of it, whose turn comes next.
//
// What stays generic: constants, context and membase, which the register allocator brings where they are needed; parameters, projections
// and copies, which are no instructions; calls and the terminators that do not depend on a condition.

// Lowerer lowers one function after another and keeps its memory in between.
type Lowerer struct {
	*ssa.Func
	at     ssa.Value // what is being lowered
	folded []bool    // by value: a load that its user has taken over
	zext   zeroExtended
}

// UnsupportedError tells of an operation that has no lowering.
type UnsupportedError struct {
	Func string
	Op   ssa.Op
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("amd64: function %s: %v has no machine code yet", e.Func, e.Op)
}

// lowering makes a generic operation v one of the target.
type lowering func(l *Lowerer, v ssa.Value)

// lowerings says what becomes of each generic operation; the files lower*.go fill it in.
var lowerings [ssa.OpAMD64]lowering

func lowerAll(m map[ssa.Op]lowering) {
	for o, f := range m {
		if lowerings[o] != nil {
			panic("amd64: two lowerings for " + o.String())
		}
		lowerings[o] = f
	}
}

// staysGeneric reports whether emission and register allocation know o as it is.
func staysGeneric(o ssa.Op) bool {
	switch o {
	case ssa.OpParam, ssa.OpCopy, ssa.OpProj, ssa.OpContext, ssa.OpMembase, ssa.OpCodeAddr, ssa.OpRefNull,
		ssa.OpJump, ssa.OpSwitch, ssa.OpTry, ssa.OpReturn, ssa.OpTrap, ssa.OpTailCall, ssa.OpTailCallPtr,
		ssa.OpCall, ssa.OpCallPtr, ssa.OpCallHelper, ssa.OpPoll:
		return true
	}
	return o.IsConst() || opOf(o) != Invalid
}

// Lower lowers a function. If it fails, f is half lowered and of no use.
func (l *Lowerer) Lower(f *ssa.Func) error {
	l.Func = f
	l.folded = l.folded[:0]
	l.zext.find(f)
	order := f.Order()
	for i := len(order) - 1; i >= 0; i-- {
		if err := l.block(order[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lowerer) block(b ssa.Block) error {
	for v := l.Term(b); v != 0; {
		if l.isDead(v) {
			prev := l.Prev(v)
			l.Remove(v)
			v = prev
			continue
		}
		if o := l.Op(v); !staysGeneric(o) {
			lower := lowerings[o]
			if lower == nil {
				return &UnsupportedError{l.Name, o}
			}
			l.at = v
			lower(l, v)
		}
		v = l.Prev(v)
	}
	return nil
}

// isDead reports whether nothing needs v: it has no use, and no effect that another value has not taken over.
func (l *Lowerer) isDead(v ssa.Value) bool {
	if l.Uses(v) > 0 {
		return false
	}
	o := l.Op(v)
	if int(v) < len(l.folded) && l.folded[v] {
		return true
	}
	return !o.Has(ssa.FlagTerm|ssa.FlagPinned) && l.Effects(v)&(ssa.FlagWrite|ssa.FlagTrap|ssa.FlagCall) == 0
}

// fold marks a load whose access its user makes instead.
func (l *Lowerer) fold(v ssa.Value) {
	for len(l.folded) < l.NumValues() {
		l.folded = append(l.folded, false)
	}
	l.folded[v] = true
}

// emit makes an operation of the target in front of the one being lowered.
func (l *Lowerer) emit(o Op, t ssa.Type, imm int64, args ...ssa.Value) ssa.Value {
	return l.generic(o.Value(), t, imm, args...)
}

// generic makes a generic operation in front of the one being lowered.
func (l *Lowerer) generic(o ssa.Op, t ssa.Type, imm int64, args ...ssa.Value) ssa.Value {
	v := l.NewValue(o, t, args...)
	l.SetImm(v, imm)
	l.SetPos(v, l.Pos(l.at))
	l.InsertBefore(l.at, v)
	return v
}

// become makes v, which is being lowered, an operation of the target.
func (l *Lowerer) become(v ssa.Value, o Op, imm int64, aux uint32, args ...ssa.Value) {
	l.Rewrite(v, o.Value(), args...)
	l.SetImm(v, imm)
	l.SetAux(v, aux)
}

// again makes v another generic operation, which is lowered next by lowering this one.
func (l *Lowerer) again(v ssa.Value, o ssa.Op, args ...ssa.Value) {
	l.Rewrite(v, o, args...)
	lowerings[o](l, v)
}

func (l *Lowerer) const32(c int32) ssa.Value {
	return l.generic(ssa.OpI32Const, ssa.TypeI32, int64(c))
}
func (l *Lowerer) const64(c int64) ssa.Value { return l.generic(ssa.OpI64Const, ssa.TypeI64, c) }

// intConst returns the constant that v is.
func (l *Lowerer) intConst(v ssa.Value) (c int64, ok bool) {
	switch l.Op(v) {
	case ssa.OpI32Const, ssa.OpI64Const:
		return l.Imm(v), true
	}
	return 0, false
}

// imm32 returns the constant that v is, if it fits into a sign-extended immediate.
func (l *Lowerer) imm32(v ssa.Value) (c int64, ok bool) {
	c, ok = l.intConst(v)
	return c, ok && c == int64(int32(c))
}

// is returns the argument of v if that has an operation with one argument.
func (l *Lowerer) is(v ssa.Value, o ssa.Op) (arg ssa.Value, ok bool) {
	if l.Op(v) != o {
		return 0, false
	}
	return l.Arg(v, 0), true
}

// low returns a value whose low 32 bits are those of v: what it is truncated from, if it is.
func (l *Lowerer) low(v ssa.Value) ssa.Value {
	if x, ok := l.is(v, ssa.OpI32WrapI64); ok {
		return x
	}
	return v
}

// wide returns a value that is, in a register, the 64 bits v: what it is extended from, if the register has zeros above that already.
func (l *Lowerer) wide(v ssa.Value) ssa.Value {
	if x, ok := l.is(v, ssa.OpI64ExtendI32U); ok && l.zext.has(x) {
		return x
	}
	return v
}

// operand is low or wide, by the width of an operation.
func (l *Lowerer) operand(v ssa.Value, is64 bool) ssa.Value {
	if is64 {
		return l.wide(v)
	}
	return l.low(v)
}
