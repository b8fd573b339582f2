package ssa

import "github.com/weft-wasm/weft/internal/num"

// Fold computes v if its arguments are constants; it returns false if they are not all, or if v traps or is no numeric operation with
// one result. What the numeric operations compute is generated into fold_gen.go from their expressions in instr.table.
func (f *Func) Fold(v Value) (bits num.V128, ok bool) {
	var s [4]num.V128
	args := f.Args(v)
	if len(args) == 0 || len(args) > len(s) {
		return bits, false
	}
	for i, a := range args {
		if !f.IsConst(a) {
			return bits, false
		}
		s[i] = f.Bits(a)
	}
	o := f.Op(v)
	if o == OpI8x16Shuffle {
		return fold(o, &s, 0, f.Lanes(v))
	}
	return fold(o, &s, uint8(f.Imm(v)), num.V128{})
}

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
