package amd64

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// The operations as those of the IR. A value has the registers that the operation reads as its arguments, in their order, then base and
// index of the memory operand, then the condition flags. Its Imm is the immediate or the condition; with a memory operand it is packed:
//
//	disp:32 | scale:2 | immediate or condition:30
//
// Aux is the region of an access, or the code of a trap. In the text form the operation add32 is amd64.add32.

func init() {
	infos := make([]ssa.Info, len(Target.Ops))
	for o := range infos {
		infos[o] = infoOf(Op(o))
	}
	ssa.Define(ssa.OpAMD64+1, infos[1:])
}

// Value returns the operation of the IR for o.
func (o Op) Value() ssa.Op { return ssa.OpAMD64 + ssa.Op(o) }

// opOf returns the operation of the target that a value has, or Invalid.
func opOf(o ssa.Op) Op {
	if o <= ssa.OpAMD64 || int(o-ssa.OpAMD64) >= len(Target.Ops) {
		return Invalid
	}
	return Op(o - ssa.OpAMD64)
}

func (o Op) row() *isa.Op { return &Target.Ops[o] }

func (o Op) operands() []isa.Operand { return Target.OperandsOf(uint16(o)) }

func infoOf(o Op) ssa.Info {
	row := o.row()
	info := ssa.Info{Name: "amd64." + row.Name, Variadic: true, Results: resultsOf(o), Imm: ssa.ImmNone}
	for _, x := range o.operands() {
		if x.Form != isa.FormReg {
			info.Imm = ssa.ImmInt
		}
	}
	if row.Has(isa.FlagCond) || o == SetFloat || o == Meter || o == Test32 || o == Test64 {
		info.Imm = ssa.ImmInt
	}
	switch {
	case o == If:
		info.Aux = ssa.AuxHint
	case o == TrapIf:
		info.Aux = ssa.AuxTrap
	case row.Flags&(isa.FlagLoad|isa.FlagStore) != 0:
		info.Aux = ssa.AuxRegion
	}
	info.Flags = flagsOf(row)
	return info
}

// resultsOf lists the types of the results of an operation as a value. A single one has a type of its own for each value, because vector
// registers hold floats as well.
func resultsOf(o Op) []ssa.Type {
	var results []ssa.Type
	for _, x := range o.operands() {
		if x.Form != isa.FormReg || x.Role&isa.RoleDef == 0 {
			continue
		}
		switch {
		case x.Class == isa.ClassVector:
			results = append(results, ssa.TypeV128)
		case widthOf(o, x) == 64:
			results = append(results, ssa.TypeI64)
		default:
			results = append(results, ssa.TypeI32)
		}
	}
	if n, ok := resultCount(o); ok {
		results = results[:n]
	}
	switch {
	case len(results) == 1:
		return []ssa.Type{ssa.TypeVar}
	case len(results) == 0 && o.row().Has(isa.FlagCompares) && !o.row().Has(isa.FlagStore):
		return []ssa.Type{ssa.TypeFlags}
	}
	return results
}

// widthOf is the width of a register operand. Of one that the encoding implies, the table tells the register alone: it is as wide as
// the others.
func widthOf(o Op, x isa.Operand) uint16 {
	if x.Implied {
		for _, y := range o.operands() {
			if !y.Implied && y.Form != isa.FormImm {
				return y.Bits
			}
		}
	}
	return x.Bits
}

func flagsOf(row *isa.Op) ssa.Flags {
	var flags ssa.Flags
	for _, f := range [...]struct {
		have isa.Flag
		want ssa.Flags
	}{
		{isa.FlagLoad, ssa.FlagRead | ssa.FlagTrap},
		{isa.FlagStore, ssa.FlagWrite | ssa.FlagTrap},
		{isa.FlagTrap, ssa.FlagTrap},
		{isa.FlagTerm, ssa.FlagTerm},
		{isa.FlagRemat, ssa.FlagRemat},
		{isa.FlagComm, ssa.FlagComm},
	} {
		if row.Has(f.have) {
			flags |= f.want
		}
	}
	return flags
}

// address is a memory operand of a value before registers are known.
type address struct {
	base, index ssa.Value // index may be 0 for none
	scale       uint8
	disp        int32
}

// pack returns the Imm of a value with a memory operand.
func (m *address) pack(imm int64) int64 {
	return int64(uint32(m.disp)) | int64(m.scale)<<32 | imm<<34
}

// unpack takes the Imm of a value with a memory operand apart.
func unpack(packed int64) (disp int32, scale uint8, imm int64) {
	return int32(packed), uint8(packed >> 32 & 3), packed >> 34
}

// fitsPacked reports whether an immediate fits beside a memory operand.
func fitsPacked(imm int64) bool { return imm == imm<<34>>34 }

// values returns base and index.
func (m *address) values() []ssa.Value {
	if m.index == 0 {
		return []ssa.Value{m.base}
	}
	return []ssa.Value{m.base, m.index}
}
