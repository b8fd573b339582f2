package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// Loads and stores.

func init() {
	all := map[ssa.Op]lowering{}
	for o, to := range loads {
		all[o] = func(l *Lowerer, v ssa.Value) {
			m := l.address(v, l.NumArgs(v) == 2)
			l.become(v, to, m.pack(0), l.Aux(v), m.values()...)
		}
	}
	for o, to := range stores {
		all[o] = func(l *Lowerer, v ssa.Value) { l.store(v, to) }
	}
	lowerAll(all)
}

var loads = map[ssa.Op]Op{
	ssa.OpI32Load:         Mov32Load,
	ssa.OpI32Load8S:       Movsx8to32Load,
	ssa.OpI32Load8U:       Movzx8Load,
	ssa.OpI32Load16S:      Movsx16to32Load,
	ssa.OpI32Load16U:      Movzx16Load,
	ssa.OpI64Load:         Mov64Load,
	ssa.OpI64Load8S:       Movsx8to64Load,
	ssa.OpI64Load8U:       Movzx8Load,
	ssa.OpI64Load16S:      Movsx16to64Load,
	ssa.OpI64Load16U:      Movzx16Load,
	ssa.OpI64Load32S:      Movsx32to64Load,
	ssa.OpI64Load32U:      Mov32Load,
	ssa.OpRefLoad:         Mov64Load,
	ssa.OpF32Load:         VmovssLoad,
	ssa.OpF64Load:         VmovsdLoad,
	ssa.OpV128Load:        VmovupsLoad,
	ssa.OpV128Load8x8S:    VpmovsxbwLoad,
	ssa.OpV128Load8x8U:    VpmovzxbwLoad,
	ssa.OpV128Load16x4S:   VpmovsxwdLoad,
	ssa.OpV128Load16x4U:   VpmovzxwdLoad,
	ssa.OpV128Load32x2S:   VpmovsxdqLoad,
	ssa.OpV128Load32x2U:   VpmovzxdqLoad,
	ssa.OpV128Load8Splat:  VpbroadcastbLoad,
	ssa.OpV128Load16Splat: VpbroadcastwLoad,
	ssa.OpV128Load32Splat: VbroadcastssLoad,
	ssa.OpV128Load64Splat: VmovddupLoad,
	ssa.OpV128Load32Zero:  VmovssLoad,
	ssa.OpV128Load64Zero:  VmovsdLoad,
}

// storing is the operations that store a register and an immediate.
type storing struct{ reg, imm Op }

var stores = map[ssa.Op]storing{
	ssa.OpI32Store:   {Mov32Store, Mov32ImmStore},
	ssa.OpI32Store8:  {Mov8Store, Mov8ImmStore},
	ssa.OpI32Store16: {Mov16Store, Mov16ImmStore},
	ssa.OpI64Store:   {Mov64Store, Mov64ImmStore},
	ssa.OpI64Store8:  {Mov8Store, Mov8ImmStore},
	ssa.OpI64Store16: {Mov16Store, Mov16ImmStore},
	ssa.OpI64Store32: {Mov32Store, Mov32ImmStore},
	ssa.OpRefStore:   {Mov64Store, Invalid},
	ssa.OpF32Store:   {VmovssStore, Invalid},
	ssa.OpF64Store:   {VmovsdStore, Invalid},
	ssa.OpV128Store:  {VmovupsStore, Invalid},
}

func (l *Lowerer) store(v ssa.Value, to storing) {
	n := l.NumArgs(v)
	x := l.Arg(v, n-1)
	m := l.address(v, n == 3)
	if c, ok := l.storedConst(x, to.imm); ok {
		l.become(v, to.imm, m.pack(c), l.Aux(v), m.values()...)
		return
	}
	switch l.Type(x) {
	case ssa.TypeI32:
		x = l.low(x)
	case ssa.TypeI64:
		x = l.wide(x)
	}
	l.become(v, to.reg, m.pack(0), l.Aux(v), append([]ssa.Value{x}, m.values()...)...)
}

// storedConst returns the constant x as the immediate of a store.
func (l *Lowerer) storedConst(x ssa.Value, o Op) (c int64, ok bool) {
	if c, ok = l.imm32(x); !ok || o == Invalid {
		return 0, false
	}
	switch o {
	case Mov8ImmStore:
		c = int64(int8(c))
	case Mov16ImmStore:
		c = int64(int16(c))
	case Mov32ImmStore:
		c = int64(int32(c))
	}
	return c, fitsPacked(c)
}
