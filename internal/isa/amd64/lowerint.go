package amd64

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Integer arithmetic.

func init() {
	lowerAll(map[ssa.Op]lowering{
		ssa.OpI32Add: func(l *Lowerer, v ssa.Value) { l.add(v, false) },
		ssa.OpI64Add: func(l *Lowerer, v ssa.Value) { l.add(v, true) },
		ssa.OpI32Sub: func(l *Lowerer, v ssa.Value) { l.sub(v, false) },
		ssa.OpI64Sub: func(l *Lowerer, v ssa.Value) { l.sub(v, true) },
		ssa.OpI32And: func(l *Lowerer, v ssa.Value) { l.alu(v, And32, And32Imm, true, false) },
		ssa.OpI64And: func(l *Lowerer, v ssa.Value) { l.alu(v, And64, And64Imm, true, true) },
		ssa.OpI32Or:  func(l *Lowerer, v ssa.Value) { l.alu(v, Or32, Or32Imm, true, false) },
		ssa.OpI64Or:  func(l *Lowerer, v ssa.Value) { l.alu(v, Or64, Or64Imm, true, true) },
		ssa.OpI32Xor: func(l *Lowerer, v ssa.Value) { l.xor(v, Xor32, Xor32Imm, Not32, false) },
		ssa.OpI64Xor: func(l *Lowerer, v ssa.Value) { l.xor(v, Xor64, Xor64Imm, Not64, true) },
		ssa.OpI32Mul: func(l *Lowerer, v ssa.Value) { l.alu(v, Imul32, Imul32Imm, true, false) },
		ssa.OpI64Mul: func(l *Lowerer, v ssa.Value) { l.alu(v, Imul64, Imul64Imm, true, true) },

		ssa.OpI32Shl:  func(l *Lowerer, v ssa.Value) { l.shift(v, Shlx32, Shl32Imm, false) },
		ssa.OpI64Shl:  func(l *Lowerer, v ssa.Value) { l.shift(v, Shlx64, Shl64Imm, true) },
		ssa.OpI32ShrU: func(l *Lowerer, v ssa.Value) { l.shift(v, Shrx32, Shr32Imm, false) },
		ssa.OpI64ShrU: func(l *Lowerer, v ssa.Value) { l.shift(v, Shrx64, Shr64Imm, true) },
		ssa.OpI32ShrS: func(l *Lowerer, v ssa.Value) { l.shift(v, Sarx32, Sar32Imm, false) },
		ssa.OpI64ShrS: func(l *Lowerer, v ssa.Value) { l.shift(v, Sarx64, Sar64Imm, true) },
		ssa.OpI32Rotl: func(l *Lowerer, v ssa.Value) { l.rotate(v, Rol32, Rorx32, 32, -1) },
		ssa.OpI64Rotl: func(l *Lowerer, v ssa.Value) { l.rotate(v, Rol64, Rorx64, 64, -1) },
		ssa.OpI32Rotr: func(l *Lowerer, v ssa.Value) { l.rotate(v, Ror32, Rorx32, 32, 1) },
		ssa.OpI64Rotr: func(l *Lowerer, v ssa.Value) { l.rotate(v, Ror64, Rorx64, 64, 1) },

		ssa.OpI32Clz:        unary(Lzcnt32),
		ssa.OpI64Clz:        unary(Lzcnt64),
		ssa.OpI32Ctz:        unary(Tzcnt32),
		ssa.OpI64Ctz:        unary(Tzcnt64),
		ssa.OpI32Popcnt:     unary(Popcnt32),
		ssa.OpI64Popcnt:     unary(Popcnt64),
		ssa.OpI32Extend8S:   unary(Movsx8to32),
		ssa.OpI32Extend16S:  unary(Movsx16to32),
		ssa.OpI64Extend8S:   unary(Movsx8to64),
		ssa.OpI64Extend16S:  unary(Movsx16to64),
		ssa.OpI64Extend32S:  unary(Movsx32to64),
		ssa.OpI64ExtendI32S: unary(Movsx32to64),
		ssa.OpI64ExtendI32U: unary(Mov32),
		ssa.OpI32WrapI64:    func(l *Lowerer, v ssa.Value) { l.become(v, Mov32, 0, 0, l.Arg(v, 0)) },
		ssa.OpRefAddr:       func(l *Lowerer, v ssa.Value) { l.become(v, Mov64, 0, 0, l.Arg(v, 0)) },
		ssa.OpAddrRef:       func(l *Lowerer, v ssa.Value) { l.become(v, Mov64, 0, 0, l.Arg(v, 0)) },

		ssa.OpI32DivU: func(l *Lowerer, v ssa.Value) { l.divideUnsigned(v, Div32, 0) },
		ssa.OpI32RemU: func(l *Lowerer, v ssa.Value) { l.divideUnsigned(v, Div32, 1) },
		ssa.OpI64DivU: func(l *Lowerer, v ssa.Value) { l.divideUnsigned(v, Div64, 0) },
		ssa.OpI64RemU: func(l *Lowerer, v ssa.Value) { l.divideUnsigned(v, Div64, 1) },
		ssa.OpI32DivS: func(l *Lowerer, v ssa.Value) { l.divideSigned(v, SafeDiv32) },
		ssa.OpI64DivS: func(l *Lowerer, v ssa.Value) { l.divideSigned(v, SafeDiv64) },
		ssa.OpI32RemS: func(l *Lowerer, v ssa.Value) { l.remainderSigned(v, SafeRem32) },
		ssa.OpI64RemS: func(l *Lowerer, v ssa.Value) { l.remainderSigned(v, SafeRem64) },

		ssa.OpI64MulWideU: func(l *Lowerer, v ssa.Value) { l.combine(v, Mul64, 0, l.wide(l.Arg(v, 0)), l.Arg(v, 1)) },
		ssa.OpI64MulWideS: func(l *Lowerer, v ssa.Value) { l.combine(v, Smul64, 0, l.wide(l.Arg(v, 0)), l.Arg(v, 1)) },
		ssa.OpI64Add128:   func(l *Lowerer, v ssa.Value) { l.become(v, Add128, 0, 0, append([]ssa.Value(nil), l.Args(v)...)...) },
		ssa.OpI64Sub128:   func(l *Lowerer, v ssa.Value) { l.become(v, Sub128, 0, 0, append([]ssa.Value(nil), l.Args(v)...)...) },
	})
}

// unary lowers an operation to one of the target with the same argument, which may be in memory.
func unary(o Op) lowering {
	return func(l *Lowerer, v ssa.Value) { l.combine(v, o, 0, l.Arg(v, 0)) }
}

// arguments returns the two arguments of v, a constant or a load of the two behind the other if they commute.
func (l *Lowerer) arguments(v ssa.Value, commutes bool) (x, y ssa.Value) {
	x, y = l.Arg(v, 0), l.Arg(v, 1)
	if !commutes {
		return x, y
	}
	if _, ok := l.intConst(x); ok {
		return y, x
	}
	load := loadOf(l.Type(v))
	if _, ok := l.intConst(y); !ok && l.Op(x) == load && l.canFold(x) && !(l.Op(y) == load && l.canFold(y)) {
		return y, x
	}
	return x, y
}

// alu lowers an operation whose second argument may be a register, memory or an immediate.
func (l *Lowerer) alu(v ssa.Value, o, imm Op, commutes, is64 bool) {
	x, y := l.arguments(v, commutes)
	if c, ok := l.imm32(y); ok {
		l.become(v, imm, c, 0, l.operand(x, is64))
		return
	}
	l.combine(v, o, 0, l.operand(x, is64), l.operand(y, is64))
}

func (l *Lowerer) xor(v ssa.Value, o, imm, not Op, is64 bool) {
	x, y := l.arguments(v, true)
	if c, ok := l.intConst(y); ok && c == -1 {
		l.become(v, not, 0, 0, l.operand(x, is64))
		return
	}
	l.alu(v, o, imm, true, is64)
}

// by returns the operation for 32 or 64 bits.
func by(is64 bool, o32, o64 Op) Op {
	if is64 {
		return o64
	}
	return o32
}

// add lowers additions: in place if the first argument is not needed any more, as far as one can tell, and else as an address.
func (l *Lowerer) add(v ssa.Value, is64 bool) {
	x, y := l.arguments(v, true)
	lea := by(is64, Lea32, Lea64)
	if c, ok := l.imm32(y); ok {
		if l.Uses(x) > 1 {
			m := address{base: l.operand(x, is64), disp: int32(c)}
			l.become(v, lea, m.pack(0), 0, m.values()...)
			return
		}
		l.become(v, by(is64, Add32Imm, Add64Imm), c, 0, l.operand(x, is64))
		return
	}
	if m, ok := l.scaled(x, y, is64); ok {
		l.become(v, lea, m.pack(0), 0, m.values()...)
		return
	}
	if l.Uses(x) > 1 && l.Uses(y) > 1 && x != y {
		l.become(v, lea, 0, 0, l.operand(x, is64), l.operand(y, is64))
		return
	}
	l.combine(v, by(is64, Add32, Add64), 0, l.operand(x, is64), l.operand(y, is64))
}

// scaled returns the address that is the sum of x and y where one of them is shifted by a constant.
func (l *Lowerer) scaled(x, y ssa.Value, is64 bool) (m address, ok bool) {
	shl := ssa.OpI32Shl
	if is64 {
		shl = ssa.OpI64Shl
	}
	if l.Op(x) == shl && l.Op(y) != shl {
		x, y = y, x
	}
	if l.Op(y) != shl || l.Uses(y) > 1 {
		return m, false
	}
	c, ok := l.intConst(l.Arg(y, 1))
	if c &= 31; !ok || c > 3 {
		return m, false
	}
	if full, _ := l.intConst(l.Arg(y, 1)); is64 && full&63 > 3 {
		return m, false
	}
	return address{base: l.operand(x, is64), index: l.operand(l.Arg(y, 0), is64), scale: uint8(c)}, true
}

func (l *Lowerer) sub(v ssa.Value, is64 bool) {
	x, y := l.Arg(v, 0), l.Arg(v, 1)
	if c, ok := l.intConst(x); ok && c == 0 {
		l.become(v, by(is64, Neg32, Neg64), 0, 0, l.operand(y, is64))
		return
	}
	l.alu(v, by(is64, Sub32, Sub64), by(is64, Sub32Imm, Sub64Imm), false, is64)
}

func (l *Lowerer) shift(v ssa.Value, o, imm Op, is64 bool) {
	x, n := l.operand(l.Arg(v, 0), is64), l.Arg(v, 1)
	if c, ok := l.intConst(n); ok {
		mask := int64(31)
		if is64 {
			mask = 63
		}
		l.become(v, imm, c&mask, 0, x)
		return
	}
	l.become(v, o, 0, 0, x, l.operand(n, is64))
}

// rotate lowers rotations to the left (sign -1) and to the right (1).
func (l *Lowerer) rotate(v ssa.Value, o, imm Op, bits, sign int64) {
	x, n := l.Arg(v, 0), l.Arg(v, 1)
	if c, ok := l.intConst(n); ok {
		l.become(v, imm, sign*c&(bits-1), 0, l.operand(x, bits == 64))
		return
	}
	l.become(v, o, 0, 0, l.operand(x, bits == 64), l.operand(n, bits == 64))
}

// trapIf makes a generic trap, whose turn to be lowered comes.
func (l *Lowerer) trapIf(cond ssa.Value, code abi.Trap) {
	l.SetAux(l.generic(ssa.OpTrapif, ssa.TypeNone, 0, cond), uint32(code))
}

func (l *Lowerer) zero(t ssa.Type) ssa.Value { return l.generic(ssa.ConstOp(t), t, 0) }

// divideUnsigned makes v the quotient (0) or the remainder (1).
func (l *Lowerer) divideUnsigned(v ssa.Value, o Op, result int64) {
	x, y := l.Arg(v, 0), l.Arg(v, 1)
	both := l.emit(o, ssa.TypeTuple, 0, x, l.zero(l.Type(v)), y)
	l.Rewrite(v, ssa.OpProj, both)
	l.SetImm(v, result)
}

func (l *Lowerer) divideSigned(v ssa.Value, o Op) {
	x, y := l.Arg(v, 0), l.Arg(v, 1)
	l.become(v, o, 0, 0, x, y)
}

func (l *Lowerer) remainderSigned(v ssa.Value, o Op) {
	x, y := l.Arg(v, 0), l.Arg(v, 1)
	l.become(v, o, 0, 0, l.zero(l.Type(v)), x, y)
}
