package ssa

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
)

// Builder appends values to a function, block by block, and turns assignable variables into values (see var.go). The zero Builder is
// ready for Reset.
type Builder struct {
	*Func
	Pos uint32 // the position that new values get

	block Block
	vars  vars
}

// Reset starts on f, an empty function, with its entry block as the current one and the parameters of f in it.
func (b *Builder) Reset(f *Func) {
	b.Func, b.Pos = f, 0
	b.vars.reset()
	b.Seal(b.NewBlock())
	b.arrange(Entry)
	b.block = Entry
	for _, t := range f.Sig.Params {
		b.AddParam(Entry, t)
	}
}

// Block returns the current block, 0 if the last one was ended.
func (b *Builder) Block() Block { return b.block }

// SetBlock makes a block the current one.
func (b *Builder) SetBlock(to Block) {
	b.leaveBlock()
	b.enterBlock(to)
	b.block = to
}

// Emit appends a value of an operation that is not polymorphic.
func (b *Builder) Emit(o Op, args ...Value) Value {
	return b.EmitFull(o, o.ResultType(), 0, 0, args...)
}

// EmitImm appends a value with an Imm.
func (b *Builder) EmitImm(o Op, imm int64, args ...Value) Value {
	return b.EmitFull(o, o.ResultType(), imm, 0, args...)
}

// EmitFull appends a value with everything told.
func (b *Builder) EmitFull(o Op, t Type, imm int64, aux uint32, args ...Value) Value {
	v := b.NewValue(o, t, args...)
	x := &b.values[v]
	x.imm, x.aux, x.pos = imm, aux, b.Pos
	b.Append(b.block, v)
	return v
}

// Const appends a constant of a type with the given bits, the low ones first.
func (b *Builder) Const(t Type, bits num.V128) Value {
	v := b.NewConst(t, bits)
	b.values[v].pos = b.Pos
	b.Append(b.block, v)
	return v
}

// Const32 appends an i32.
func (b *Builder) Const32(c int32) Value { return b.EmitImm(OpI32Const, int64(c)) }

// Const64 appends an i64.
func (b *Builder) Const64(c int64) Value { return b.EmitImm(OpI64Const, c) }

// Shuffle appends an i8x16.shuffle with sixteen lane numbers, a byte each.
func (b *Builder) Shuffle(x, y Value, lanes num.V128) Value {
	v := b.Emit(OpI8x16Shuffle, x, y)
	b.SetLanes(v, lanes)
	return v
}

// Select appends the choice of x if cond is not zero, else of y.
func (b *Builder) Select(cond, x, y Value) Value {
	return b.EmitFull(OpSelect, b.Type(x), 0, 0, cond, x, y)
}

// Load appends a load from base + index + offset, where index may be 0 for none.
func (b *Builder) Load(o Op, r Region, base, index Value, offset int64) Value {
	if index == 0 {
		return b.EmitFull(o, o.ResultType(), offset, uint32(r), base)
	}
	return b.EmitFull(o, o.ResultType(), offset, uint32(r), base, index)
}

// Store appends a store of x to base + index + offset, where index may be 0 for none.
func (b *Builder) Store(o Op, r Region, base, index Value, offset int64, x Value) {
	if index == 0 {
		b.EmitFull(o, TypeNone, offset, uint32(r), base, x)
		return
	}
	b.EmitFull(o, TypeNone, offset, uint32(r), base, index, x)
}

// TrapIf appends a trap that is taken if cond is not zero.
func (b *Builder) TrapIf(cond Value, code abi.Trap) {
	b.EmitFull(OpTrapif, TypeNone, 0, uint32(code), cond)
}

// Call appends a call. Several results come as a tuple, see Proj; after a call in a region with handlers, end the block with Try.
func (b *Builder) Call(o Op, s Sig, target uint32, args ...Value) Value {
	return b.EmitFull(o, s.Type(), b.AddSig(s), target, args...)
}

// Proj appends result i of the call v, which yields a tuple.
func (b *Builder) Proj(v Value, i int) Value {
	var t Type
	if b.Op(v).IsCall() {
		t = b.CallSig(v).Results[i]
	} else {
		t = b.Op(v).Info().Results[i]
	}
	return b.EmitFull(OpProj, t, int64(i), 0, v)
}

// end appends the terminator; after it there is no current block.
func (b *Builder) end(o Op, imm int64, aux uint32, args []Value, to ...Block) {
	b.leaveBlock()
	v := b.Terminate(b.block, o, args, to...)
	x := &b.values[v]
	x.imm, x.aux, x.pos = imm, aux, b.Pos
	b.block = 0
}

// Jump ends the block with a jump.
func (b *Builder) Jump(to Block, args ...Value) {
	from := b.block
	b.end(OpJump, 0, 0, nil, to)
	b.addArgs(b.Succ(from, 0), args)
}

func (b *Builder) addArgs(e Edge, args []Value) {
	for _, a := range args {
		b.AddArg(e, a)
	}
}

// If ends the block with a branch to one of two blocks, then if cond is not zero; the arguments of its edges are given by AddArg.
func (b *Builder) If(cond Value, hint Hint, then, els Block) {
	b.end(OpIf, 0, uint32(hint), []Value{cond}, then, els)
}

// Switch ends the block with a branch to the block with number index, or the last one if there are not as many.
func (b *Builder) Switch(index Value, to ...Block) {
	b.end(OpSwitch, 0, 0, []Value{index}, to...)
}

// Try ends the block behind a call: to handler if that unwinds, else to next.
func (b *Builder) Try(next, handler Block) { b.end(OpTry, 0, 0, nil, next, handler) }

// Return ends the block and the function.
func (b *Builder) Return(args ...Value) { b.end(OpReturn, 0, 0, args) }

// Trap ends the block with a trap.
func (b *Builder) Trap(code abi.Trap) {
	b.SetCold(b.block, true)
	b.end(OpTrap, 0, uint32(code), nil)
}

// TailCall ends the block and the function with a call whose results are returned.
func (b *Builder) TailCall(o Op, s Sig, target uint32, args ...Value) {
	b.end(o, b.AddSig(s), target, args)
}

// Finish is called behind the last block, when all are sealed: it removes the copies that turning variables into values left behind.
func (b *Builder) Finish() {
	b.ResolveCopies()
	b.block = 0
}
