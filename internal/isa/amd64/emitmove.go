package amd64

import (
	"math"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// moving is the instructions that move values of one type.
type moving struct{ load, store, intReg, vecReg Op }

var movings = map[ssa.Type]moving{
	ssa.TypeI32:  {Mov32Load, Mov32Store, Mov32, Invalid},
	ssa.TypeI64:  {Mov64Load, Mov64Store, Mov64, Invalid},
	ssa.TypeRef:  {Mov64Load, Mov64Store, Mov64, Invalid},
	ssa.TypeF32:  {VmovssLoad, VmovssStore, Invalid, Vmovaps},
	ssa.TypeF64:  {VmovsdLoad, VmovsdStore, Invalid, Vmovaps},
	ssa.TypeV128: {VmovupsLoad, VmovupsStore, Invalid, Vmovaps},
}

// move emits one step of the allocator's. Only a constant zero might change the flags, so it is told whether they matter.
func (e *Emitter) move(m regalloc.Move) {
	switch m.Op {
	case regalloc.MoveSwap:
		e.inst(Xchg64, 0, m.To.Reg(), m.From.Reg())
		return
	case regalloc.MoveRemat:
		e.remat(m.Value, m.To.Reg(), m.Cond)
		return
	}
	with := movings[m.Type]
	switch {
	case !m.To.IsReg():
		e.instMem(with.store, m.From.Reg(), e.memoryOf(m.To))
	case !m.From.IsReg():
		e.instMem(with.load, m.To.Reg(), e.memoryOf(m.From))
	case m.To.Reg() >= XMM0:
		e.inst(Vmovaps, 0, m.To.Reg(), m.From.Reg())
	default:
		e.inst(with.intReg, 0, m.To.Reg(), m.From.Reg())
	}
}

// remat makes the value v, which depends on nothing, in a register.
func (e *Emitter) remat(v ssa.Value, to isa.Reg, keepFlags bool) {
	switch o := e.f.Op(v); o {
	case ssa.OpI32Const, ssa.OpI64Const, ssa.OpRefNull:
		c := e.f.Imm(v)
		if o == ssa.OpI32Const {
			c = int64(uint32(c))
		}
		e.integer(to, c, keepFlags)
	case ssa.OpF32Const, ssa.OpF64Const, ssa.OpV128Const:
		e.vectorConst(v, to)
	case ssa.OpCodeAddr:
		e.Asm.Address(to, code.Symbol{Kind: code.SymbolFunc, Index: e.f.Aux(v)})
	default:
		if opOf(o) == Invalid {
			e.fail(o)
			return
		}
		e.inst(opOf(o), 0, to)
	}
}

// integer brings a constant into a register.
func (e *Emitter) integer(to isa.Reg, c int64, keepFlags bool) {
	switch {
	case c == 0 && !keepFlags:
		e.inst(Zero, 0, to)
	case c >= 0 && c <= math.MaxUint32:
		e.inst(Mov32Imm, int64(int32(c)), to)
	case c == int64(int32(c)):
		e.inst(Mov64Imm, c, to)
	default:
		e.inst(Mov64Abs, c, to)
	}
}

// vectorConst brings a float or a vector into a register.
func (e *Emitter) vectorConst(v ssa.Value, to isa.Reg) {
	bits := e.f.Bits(v)
	switch o := e.f.Op(v); {
	case bits.Lo == 0 && bits.Hi == 0:
		e.inst(Vzero, 0, to)
	case bits.Lo == math.MaxUint64 && bits.Hi == math.MaxUint64:
		e.inst(Vones, 0, to)
	case o == ssa.OpF32Const:
		e.instMem(VmovssLoad, to, e.pooled(v))
	case o == ssa.OpF64Const:
		e.instMem(VmovsdLoad, to, e.pooled(v))
	default:
		e.instMem(VmovupsLoad, to, e.pooled(v))
	}
}

// pooled is the memory operand of a float or vector constant.
func (e *Emitter) pooled(v ssa.Value) Mem {
	bits := e.f.Bits(v)
	switch e.f.Op(v) {
	case ssa.OpF32Const:
		return e.Asm.Const32(uint32(bits.Lo))
	case ssa.OpF64Const:
		return e.Asm.Const64(bits.Lo)
	}
	return e.Asm.Const128(bits.Lo, bits.Hi)
}
