//go:build linux && amd64

package compile

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssa/ssaeval"
)

// unsupported lists the numeric operations that have no machine code yet. The test fails if one of them has it.
var unsupported = map[string]bool{}

// numericOps returns the operations on numbers alone, but for charge: it is an addition if there is a meter, and nothing by itself.
func numericOps() (all []ssa.Op) {
	for o := ssa.Op(1); o < ssa.OpAMD64; o++ {
		info := o.Info()
		if info.Name == "" || o == ssa.OpCharge || len(info.Params) == 0 || info.Flags&(ssa.FlagRead|ssa.FlagWrite|ssa.FlagCall|ssa.FlagTerm) != 0 || len(info.Results) == 0 {
			continue
		}
		numeric := true
		for _, t := range append(info.Params[:len(info.Params):len(info.Params)], info.Results...) {
			numeric = numeric && t >= ssa.TypeI32 && t <= ssa.TypeV128
		}
		if numeric {
			all = append(all, o)
		}
	}
	return all
}

// opFunc makes a function that computes one operation. With constant set, its last argument is a constant.
func opFunc(o ssa.Op, r *rand.Rand, lane int64, constant *num.V128) *ssa.Func {
	info := o.Info()
	params := info.Params
	if constant != nil {
		params = params[:len(params)-1]
	}
	f := ssa.NewFunc(info.Name, ssa.Sig{Params: params, Results: info.Results})
	var b ssa.Builder
	b.Reset(f)
	args := append([]ssa.Value(nil), f.Params(ssa.Entry)...)
	if constant != nil {
		args = append(args, b.Const(info.Params[len(params)], *constant))
	}
	var v ssa.Value
	if info.Imm == ssa.ImmLanes {
		v = b.Shuffle(args[0], args[1], num.V128{Lo: r.Uint64() & 0x1f1f1f1f1f1f1f1f, Hi: r.Uint64() & 0x1f1f1f1f1f1f1f1f})
	} else {
		v = b.EmitImm(o, lane, args...)
	}
	if len(info.Results) == 1 {
		b.Return(v)
	} else {
		b.Return(b.Proj(v, 0), b.Proj(v, 1))
	}
	b.Finish()
	return f
}

func lanesOf(o ssa.Op) int64 {
	name := o.String()
	_, n, _ := strings.Cut(name[:strings.IndexByte(name, '.')], "x")
	switch n {
	case "16":
		return 16
	case "8":
		return 8
	case "4":
		return 4
	}
	return 2
}

// TestNumeric runs every numeric operation on edge cases and random arguments, and compares with the evaluator, which is made of the same
// expressions as the interpreter.
func TestNumeric(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var funcs, copies []*ssa.Func
	var ops []ssa.Op
	add := func(o ssa.Op, lane int64, constant *num.V128) bool {
		seed := r.Uint64()
		fresh := func() *ssa.Func { return opFunc(o, rand.New(rand.NewPCG(seed, 0)), lane, constant) }
		err := New().Func(fresh(), new(code.Object))
		if unsupported[o.String()] {
			if err == nil {
				t.Errorf("%v is listed as unsupported and is not", o)
			}
			return false
		}
		if err != nil {
			t.Error(err)
			return false
		}
		funcs, copies, ops = append(funcs, fresh()), append(copies, fresh()), append(ops, o)
		return true
	}
	for _, o := range numericOps() {
		info := o.Info()
		switch info.Imm {
		case ssa.ImmLane:
			for lane := range lanesOf(o) {
				if !add(o, lane, nil) {
					break
				}
			}
			continue
		case ssa.ImmLanes:
			for range 60 {
				if !add(o, 0, nil) {
					break
				}
			}
		}
		if !add(o, 0, nil) || len(info.Params) != 2 {
			continue
		}
		for range 4 {
			c := argument(r, info.Params[1])
			add(o, 0, &c)
		}
	}
	p := load(t, funcs...)
	p.compareNumeric(ops, copies, r)
	var divisions []ssa.Op
	var again, evaluated []*ssa.Func
	for _, o := range ops {
		if o.Has(ssa.FlagTrap) {
			divisions = append(divisions, o)
			again, evaluated = append(again, opFunc(o, r, 0, nil)), append(evaluated, opFunc(o, r, 0, nil))
		}
	}
	loadFor(t, everything, again...).compareNumeric(divisions, evaluated, r)
}

// compareNumeric runs operations, each in a function of its own, and compares with what the evaluator makes of copies of those.
func (p *program) compareNumeric(ops []ssa.Op, copies []*ssa.Func, r *rand.Rand) {
	t := p.t
	t.Helper()
	for i, o := range ops {
		for range 400 {
			args := make([]num.V128, len(p.sigs[i].Params))
			for k, typ := range p.sigs[i].Params {
				args[k] = argument(r, typ)
			}
			want := ssaeval.Eval(copies[i], nil, args)
			have, trap := p.call(i, args)
			if trap != want.Trap || !sameResults(o, args, have, want.Values) {
				t.Errorf("%v of %x: have %x, %v, want %x, %v\n%s", o, args, have, trap, want.Values, want.Trap, copies[i])
				break
			}
		}
	}
}

var words = []uint64{0, 1, 2, 7, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
	math.MaxInt64, 1 << 63, math.MaxUint64, math.MaxUint64 - 1}

var floats = []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, -0.99, 1e10, -1e10, 127, 128, 1 << 31, -1 << 31, 1<<31 - 1, -1<<31 - 1,
	1 << 32, 1<<32 - 1, 1 << 63, -1 << 63, 1 << 64, 1e300, -1e300, 1e-310, 5e-324, 1e-40, math.Inf(1), math.Inf(-1), 3.4e38, 1 << 23, 1<<23 + 0.5, 1 << 52}

// argument is an edge case or random bits.
func argument(r *rand.Rand, t ssa.Type) num.V128 {
	switch t {
	case ssa.TypeI32:
		return num.V128{Lo: uint64(uint32(word(r)))}
	case ssa.TypeI64:
		return num.V128{Lo: word(r)}
	case ssa.TypeF32:
		return num.V128{Lo: uint64(single(r))}
	case ssa.TypeF64:
		return num.V128{Lo: double(r)}
	}
	return num.V128{Lo: half(r), Hi: half(r)}
}

func word(r *rand.Rand) uint64 {
	switch r.IntN(4) {
	case 0:
		return r.Uint64()
	case 1:
		return -words[r.IntN(len(words))]
	}
	return words[r.IntN(len(words))]
}

func single(r *rand.Rand) uint32 {
	switch r.IntN(8) {
	case 0:
		return r.Uint32()
	case 1:
		return 0x7fc00000 | r.Uint32()<<31
	case 2:
		return 0x7f800001 | r.Uint32()&0x803fffff
	}
	return math.Float32bits(float32(floats[r.IntN(len(floats))]))
}

func double(r *rand.Rand) uint64 {
	switch r.IntN(8) {
	case 0:
		return r.Uint64()
	case 1:
		return 0x7ff8000000000000 | r.Uint64()<<63
	case 2:
		return 0x7ff0000000000001 | r.Uint64()&0x8007ffffffffffff
	}
	return math.Float64bits(floats[r.IntN(len(floats))])
}

// half is half a vector of lanes of any kind.
func half(r *rand.Rand) uint64 {
	switch r.IntN(5) {
	case 0:
		return double(r)
	case 1:
		return uint64(single(r)) | uint64(single(r))<<32
	case 2:
		return word(r)
	case 3:
		var x uint64
		for range 4 {
			x = x<<16 | word(r)&0xffff
		}
		return x
	}
	var x uint64
	for range 8 {
		x = x<<8 | word(r)&0xff
	}
	return x
}

// sameResults compares bits; NaN that arithmetic made may have other ones, within what the spec allows: quiet, and if no operand is a NaN that
// is not canonical, canonical.
func sameResults(o ssa.Op, args, have, want []num.V128) bool {
	if len(have) != len(want) {
		return false
	}
	bits := nanBits(o)
	for i := range want {
		if have[i] != want[i] && (bits == 0 || !sameLanes(bits, args, have[i].Lo, want[i].Lo) || !sameLanes(bits, args, have[i].Hi, want[i].Hi)) {
			return false
		}
	}
	return true
}

// nanBits is the width of the lanes of an operation that may make NaN, or 0.
func nanBits(o ssa.Op) int {
	name := o.String()
	for _, exact := range []string{"abs", "neg", "copysign", "pmin", "pmax", "splat", "lane", "reinterpret", ".eq", ".ne", ".lt", ".le", ".gt", ".ge", "convert"} {
		if strings.Contains(name, exact) {
			return 0
		}
	}
	switch {
	case strings.HasPrefix(name, "f32"):
		return 32
	case strings.HasPrefix(name, "f64"):
		return 64
	}
	return 0
}

func sameLanes(bits int, args []num.V128, have, want uint64) bool {
	if bits == 64 {
		return have == want || want&(1<<63-1) > 0x7ff<<52 && have&0x7ff8000000000000 == 0x7ff8000000000000 && (payload(args) || have<<1 == 0x7ff8000000000000<<1)
	}
	for range 2 {
		h, w := uint32(have), uint32(want)
		if h != w && (w&math.MaxInt32 <= 0x7f800000 || h&0x7fc00000 != 0x7fc00000 || !payload(args) && h<<1 != 0x7fc00000<<1) {
			return false
		}
		have, want = have>>32, want>>32
	}
	return true
}

// payload reports whether there may be a NaN in the arguments that is not canonical, taking them for floats of either width.
func payload(args []num.V128) bool {
	for _, a := range args {
		for _, h := range []uint64{a.Lo, a.Hi} {
			if x := h & (1<<63 - 1); x > 0x7ff<<52 && x != 0x7ff8<<48 {
				return true
			}
			for _, w := range []uint32{uint32(h), uint32(h >> 32)} {
				if x := w & math.MaxInt32; x > 0x7f800000 && x != 0x7fc00000 {
					return true
				}
			}
		}
	}
	return false
}
