package amd64

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Lowering turns generic operations into those of the target, in the same function, by the rules of rules/*.rules: for each generic operation
// there is one that always matches, and others look at its arguments.
//
// Blocks are visited with users before definitions, and each from its end. So when an operation is lowered, its arguments are still generic,
// and what they are decides what it becomes: a comparison joins the branch on it, a load the addition of what it loads, an addition the
// address of a load. What all users have taken over has no use left when its turn comes, and goes.
//
// An operation may be lowered into generic ones, or with generic ones in front of it; their turn comes next.
//
// What stays generic: constants, context and membase, which the register allocator brings where they are needed; parameters, projections
// and copies, which are no instructions; calls and the terminators that do not depend on a condition.
//
// An i32 has zeros in the upper half of its register, always: all instructions of 32 bits leave them there, calls pass and return them so (see
// package abi), and what reads 32 bits of an i64 does so without making an i32 of it. So extending one without a sign is free.

// Lowerer lowers one function after another and keeps its memory in between.
type Lowerer struct {
	ssa.Rewriter
	at     ssa.Value // what is being lowered
	folded []bool    // by value: a load that its user has taken over
	shared bool      // flags are being made of a truth value that is used elsewhere too, so loads stay where they are
}

// UnsupportedError tells of an operation that has no lowering.
type UnsupportedError struct {
	Func string
	Op   ssa.Op
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("amd64: function %s: %v has no machine code yet", e.Func, e.Op)
}

// staysGeneric tells of the generic operations that emission and register allocation know as they are.
var staysGeneric = func() (stays [ssa.OpAMD64]bool) {
	for _, o := range []ssa.Op{
		ssa.OpParam, ssa.OpCopy, ssa.OpProj, ssa.OpContext, ssa.OpMembase, ssa.OpCodeAddr, ssa.OpRefNull,
		ssa.OpI32Const, ssa.OpI64Const, ssa.OpF32Const, ssa.OpF64Const, ssa.OpV128Const,
		ssa.OpJump, ssa.OpSwitch, ssa.OpTry, ssa.OpReturn, ssa.OpTrap, ssa.OpTailCall, ssa.OpTailCallPtr,
		ssa.OpCall, ssa.OpCallPtr, ssa.OpCallHelper, ssa.OpPoll,
	} {
		stays[o] = true
	}
	return stays
}()

func isLowered(o ssa.Op) bool { return o > ssa.OpAMD64 || staysGeneric[o] }

// Lower lowers a function. If it fails, f is half lowered and of no use.
func (l *Lowerer) Lower(f *ssa.Func) error {
	l.Func = f
	l.folded = l.folded[:0]
	order := f.Order()
	for i := len(order) - 1; i >= 0; i-- {
		for v := l.Term(order[i]); v != 0; {
			prev := ssa.Value(0)
			if l.isDead(v) {
				prev = l.Prev(v)
				l.Remove(v)
			} else {
				if err := l.value(v); err != nil {
					return err
				}
				prev = l.Prev(v)
			}
			v = prev
		}
	}
	return nil
}

// maxRules is how many rules in a row may apply to a value before they are taken not to terminate.
const maxRules = 10

// value applies rules to v until it is lowered.
func (l *Lowerer) value(v ssa.Value) error {
	l.at = v
	for range maxRules {
		o := l.Op(v)
		if isLowered(o) {
			return nil
		}
		if o.Has(ssa.FlagComm) && l.IsConst(l.Arg(v, 0)) && !l.IsConst(l.Arg(v, 1)) {
			x, y := l.Arg(v, 0), l.Arg(v, 1)
			l.SetArg(v, 0, y)
			l.SetArg(v, 1, x)
		}
		if !l.apply(v) {
			return &UnsupportedError{l.Name, o}
		}
	}
	panic("amd64: the rules do not terminate at " + l.Text(v))
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

// set makes v, which is being lowered, an operation of the target.
func (l *Lowerer) set(v ssa.Value, o Op, imm int64, aux uint32, args ...ssa.Value) {
	l.narrow(o, args)
	l.SetFull(v, o.Value(), imm, aux, args...)
}

// setAccess makes v an operation whose memory operand is that of a load or a store, which may be v.
func (l *Lowerer) setAccess(v ssa.Value, o Op, imm int64, access ssa.Value, args ...ssa.Value) {
	var all [maxArgs]ssa.Value
	packed, region, n := l.access(&all, o, imm, access, args)
	if access != v {
		l.fold(access)
		l.SetPos(v, l.Pos(access)) // if it traps, the access does
	}
	l.SetFull(v, o.Value(), packed, region, all[:n]...)
}

// emit makes an operation of the target in front of the value being lowered. Its type is t if it may have any.
func (l *Lowerer) emit(t ssa.Type, o Op, imm int64, aux uint32, args ...ssa.Value) ssa.Value {
	l.narrow(o, args)
	return l.place(t, o, imm, aux, args)
}

// emitAccess makes one whose memory operand is that of a load.
func (l *Lowerer) emitAccess(t ssa.Type, o Op, imm int64, access ssa.Value, args ...ssa.Value) ssa.Value {
	var all [maxArgs]ssa.Value
	packed, region, n := l.access(&all, o, imm, access, args)
	l.fold(access)
	v := l.place(t, o, packed, region, all[:n])
	l.SetPos(v, l.Pos(access))
	return v
}

func (l *Lowerer) place(t ssa.Type, o Op, imm int64, aux uint32, args []ssa.Value) ssa.Value {
	if fixed := typeOf[o]; fixed != ssa.TypeVar {
		t = fixed
	}
	v := l.NewValue(o.Value(), t, args...)
	l.SetImm(v, imm)
	l.SetAux(v, aux)
	l.SetPos(v, l.Pos(l.at))
	l.InsertBefore(l.at, v)
	return v
}

// maxArgs is how many arguments an operation with a memory operand has at most.
const maxArgs = 5

// access fills in the arguments of an operation with the memory operand of an access.
func (l *Lowerer) access(all *[maxArgs]ssa.Value, o Op, imm int64, access ssa.Value, args []ssa.Value) (packed int64, region uint32, n int) {
	l.narrow(o, args)
	m := l.addressOf(access)
	n = copy(all[:], args)
	n += copy(all[n:], m.values())
	return m.pack(imm), l.Aux(access), n
}

// generic makes a generic operation in front of the one being lowered.
func (l *Lowerer) generic(o ssa.Op, t ssa.Type, imm int64, args ...ssa.Value) ssa.Value {
	v := l.NewValue(o, t, args...)
	l.SetImm(v, imm)
	l.SetPos(v, l.Pos(l.at))
	l.InsertBefore(l.at, v)
	return v
}

func (l *Lowerer) const32(c int32) ssa.Value {
	return l.generic(ssa.OpI32Const, ssa.TypeI32, int64(c))
}
func (l *Lowerer) const64(c int64) ssa.Value { return l.generic(ssa.OpI64Const, ssa.TypeI64, c) }

// typeOf is the type of the results of an operation, or TypeVar.
var typeOf = func() (types [pseudoEnd]ssa.Type) {
	for o := Invalid + 1; o < pseudoEnd; o++ {
		types[o] = ssa.TypeVar
		if info := infoOf(o); len(info.Results) != 1 || info.Results[0] != ssa.TypeVar {
			types[o] = resultType(info.Results)
		}
	}
	return types
}()

func resultType(results []ssa.Type) ssa.Type {
	switch len(results) {
	case 0:
		return ssa.TypeNone
	case 1:
		return results[0]
	}
	return ssa.TypeTuple
}

// maxNarrow is how many arguments narrow looks at.
const maxNarrow = 4

// widths tells for the arguments of an operation how many bits of a general register it reads: 32, 64, or 0 for what is not to be touched.
// A choice may keep its argument, whole.
var widths = func() (table [pseudoEnd][maxNarrow]uint8) {
	for o := Invalid + 1; o < pseudoEnd; o++ {
		if o.row().Has(isa.FlagCond) {
			continue
		}
		n := 0
		for _, x := range o.operands() {
			if x.Form != isa.FormReg || x.Role&isa.RoleUse == 0 {
				continue
			}
			if x.Class == isa.ClassInt && n < maxNarrow {
				table[o][n] = uint8(max(32, widthOf(o, x)))
			}
			n++
		}
	}
	return table
}()

// narrow takes conversions off arguments which an operation does not need: it reads no more than the low half of an i64 anyway, or finds zeros
// above an i32, or a reference is an address already.
func (l *Lowerer) narrow(o Op, args []ssa.Value) {
	w := &widths[o]
	for i := range args {
		if i == maxNarrow {
			return
		}
		switch l.Op(args[i]) {
		case ssa.OpI32WrapI64, ssa.OpI64ExtendI32S, ssa.OpI64Extend32S:
			if w[i] == 32 {
				args[i] = l.Arg(args[i], 0)
			}
		case ssa.OpI64ExtendI32U:
			if w[i] != 0 {
				args[i] = l.Arg(args[i], 0)
			}
		case ssa.OpRefAddr:
			if w[i] == 64 {
				args[i] = l.Arg(args[i], 0)
			}
		}
	}
}

// wide takes off a conversion that an address does not need.
func (l *Lowerer) wide(v ssa.Value) ssa.Value {
	switch l.Op(v) {
	case ssa.OpI64ExtendI32U, ssa.OpRefAddr:
		return l.Arg(v, 0)
	}
	return v
}
