package amd64

import "github.com/weft-wasm/weft/internal/ssa"

// zeroExtended knows the i32 values whose registers have zeros in the upper half. Every instruction of 32 bits leaves them there; nothing is
// known of parameters of the function and results of calls. A block's parameter has zeros if what all edges bring has: at first all
// parameters count as such, and rounds take away those that are not, until one changes nothing.
type zeroExtended struct {
	f   *ssa.Func
	not []bool // by value: a parameter that may have anything there
}

func (z *zeroExtended) find(f *ssa.Func) {
	z.f = f
	z.not = append(z.not[:0], make([]bool, f.NumValues())...)
	for _, p := range f.Params(ssa.Entry) {
		z.not[p] = true
	}
	for changed := true; changed; {
		changed = false
		for _, b := range f.Order()[1:] {
			for e := f.Preds(b); e != 0; e = f.NextPred(e) {
				params := f.Params(b)
				for i, x := range f.EdgeArgs(e) {
					if p := params[i]; f.Type(p) == ssa.TypeI32 && !z.not[p] && !z.has(x) {
						z.not[p], changed = true, true
					}
				}
			}
		}
	}
}

// has reports whether v, an i32, has zeros in the upper half of its register.
func (z *zeroExtended) has(v ssa.Value) bool {
	switch o := z.f.Op(v); {
	case o == ssa.OpParam:
		return !z.not[v]
	case o == ssa.OpSelect, o >= ssa.OpAMD64, o == ssa.OpCopy, o == ssa.OpProj, o.IsCall():
		return false
	}
	return z.f.Type(v) == ssa.TypeI32
}
