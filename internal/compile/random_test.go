//go:build linux && amd64

package compile

import (
	"math/rand/v2"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssa/ssaeval"
)

// TestRandomFunctions runs random functions: operations on whatever values of the right types are there, with branches, joins, loops, constants,
// and loads and stores in between, so that operations meet in all ways that lowering looks for and registers run out.
func TestRandomFunctions(t *testing.T) {
	for seed := range uint64(300) {
		var funcs []*ssa.Func
		w := &world{}
		for i := range uint64(4) {
			funcs = append(funcs, randomFunc(seed*4+i))
			w.funcs = append(w.funcs, randomFunc(seed*4+i))
		}
		explicit := abi.Explicit{}
		if seed%3 == 0 {
			explicit = everything
		}
		p := loadFor(t, explicit, funcs...)
		r := rand.New(rand.NewPCG(seed, 9))
		for i := range funcs {
			for range 6 {
				if !p.sameAs(w, i, r) {
					t.Fatalf("seed %d\n%s\n%s", seed, w.funcs[i], funcs[i])
				}
			}
		}
	}
}

func (p *program) sameAs(w *world, i int, r *rand.Rand) bool {
	args := make([]num.V128, len(p.sigs[i].Params))
	for k, typ := range p.sigs[i].Params {
		args[k] = argument(r, typ)
	}
	for k := range p.memory {
		p.memory[k] = byte(k*7 ^ k>>8)
	}
	w.memory = append([]byte(nil), p.memory...)
	want := ssaeval.Eval(w.funcs[i], w, args)
	have, trap := p.call(i, args)
	ok := trap == want.Trap && string(w.memory) == string(p.memory) && (trap != abi.TrapNone || equal(have, want.Values, p.sigs[i].Results))
	if !ok {
		p.t.Errorf("function %d of %x: have %x, %v, want %x, %v", i, args, have, trap, want.Values, want.Trap)
	}
	return ok
}

// gen makes a random function.
type gen struct {
	r    *rand.Rand
	b    ssa.Builder
	vals map[ssa.Type][]ssa.Value
}

// exactOps are the numeric operations whose results are the same bits everywhere, whatever NaN there are.
var exactOps = func() (ops []ssa.Op) {
	for _, o := range numericOps() {
		if nanBits(o) == 0 && len(o.Info().Results) == 1 && o.Info().Imm == ssa.ImmNone {
			ops = append(ops, o)
			if o < ssa.OpI8x16Splat {
				ops = append(ops, o, o)
			}
		}
	}
	return ops
}()

func randomFunc(seed uint64) *ssa.Func {
	types := []ssa.Type{ssa.TypeI32, ssa.TypeI64, ssa.TypeI32, ssa.TypeI64, ssa.TypeF32, ssa.TypeF64, ssa.TypeV128}
	f := ssa.NewFunc("random", ssa.Sig{Params: types, Results: types})
	g := &gen{r: rand.New(rand.NewPCG(seed, 8)), vals: map[ssa.Type][]ssa.Value{}}
	g.b.Reset(f)
	for _, v := range f.Params(ssa.Entry) {
		g.push(v)
	}
	g.steps(10+g.r.IntN(40), 3)
	var results []ssa.Value
	for _, t := range types {
		results = append(results, g.pick(t))
	}
	g.b.Return(results...)
	g.b.Finish()
	return f
}

func (g *gen) push(v ssa.Value) {
	t := g.b.Type(v)
	g.vals[t] = append(g.vals[t], v)
}

// pick prefers the youngest values, which makes trees, but takes old ones and constants too.
func (g *gen) pick(t ssa.Type) ssa.Value {
	if g.r.IntN(6) == 0 {
		return g.b.Const(t, argument(g.r, t))
	}
	have := g.vals[t]
	if g.r.IntN(2) == 0 {
		return have[len(have)-1]
	}
	return have[g.r.IntN(len(have))]
}

func (g *gen) steps(n, depth int) {
	for range n {
		switch k := g.r.IntN(20); {
		case k == 0 && depth > 0:
			g.branch(depth - 1)
		case k == 1:
			t := []ssa.Type{ssa.TypeI32, ssa.TypeI64, ssa.TypeF32, ssa.TypeF64, ssa.TypeV128}[g.r.IntN(5)]
			x, y := g.pick(t), g.pick(t)
			g.push(g.b.Select(g.pick(ssa.TypeI32), x, y))
		case k < 5:
			g.access()
		default:
			o := exactOps[g.r.IntN(len(exactOps))]
			if o.Has(ssa.FlagTrap) && g.r.IntN(8) > 0 {
				continue
			}
			var args []ssa.Value
			for _, t := range o.Info().Params {
				args = append(args, g.pick(t))
			}
			g.push(g.b.Emit(o, args...))
		}
	}
}

// access loads or stores within the first half of the memory.
func (g *gen) access() {
	index := g.b.Emit(ssa.OpI32And, g.pick(ssa.TypeI32), g.b.Const32(0x7fff))
	base, wide := g.b.Emit(ssa.OpMembase), g.b.Emit(ssa.OpI64ExtendI32U, index)
	loads := []ssa.Op{ssa.OpI32Load, ssa.OpI64Load, ssa.OpF32Load, ssa.OpF64Load, ssa.OpV128Load, ssa.OpI32Load8U, ssa.OpI64Load32S}
	stores := []ssa.Op{ssa.OpI32Store, ssa.OpI64Store, ssa.OpF32Store, ssa.OpF64Store, ssa.OpV128Store, ssa.OpI32Store8}
	offset := int64(g.r.IntN(1000))
	if g.r.IntN(3) > 0 {
		g.push(g.b.Load(loads[g.r.IntN(len(loads))], ssa.RegionMemory, base, wide, offset))
		return
	}
	o := stores[g.r.IntN(len(stores))]
	g.b.Store(o, ssa.RegionMemory, base, wide, offset, g.pick(o.Info().Params[2]))
}

// branch makes two ways that join, or a loop of a few rounds, with parameters.
func (g *gen) branch(depth int) {
	saved := map[ssa.Type][]ssa.Value{}
	for t, v := range g.vals {
		saved[t] = v[:len(v):len(v)]
	}
	restore := func() {
		g.vals = map[ssa.Type][]ssa.Value{}
		for t, v := range saved {
			g.vals[t] = v
		}
	}
	types := []ssa.Type{ssa.TypeI32, ssa.TypeI64, ssa.TypeF64}
	join := g.b.NewBlock()
	var params []ssa.Value
	for _, t := range types {
		params = append(params, g.b.AddParam(join, t))
	}
	arguments := func() (args []ssa.Value) {
		for _, t := range types {
			args = append(args, g.pick(t))
		}
		return args
	}
	if g.r.IntN(2) == 0 {
		then, els := g.b.NewBlock(), g.b.NewBlock()
		g.b.If(g.pick(ssa.TypeI32), ssa.HintNone, then, els)
		for _, b := range []ssa.Block{then, els} {
			g.b.SetBlock(b)
			restore()
			g.steps(g.r.IntN(8), depth)
			g.b.Jump(join, arguments()...)
		}
		restore()
	} else {
		count := g.b.AddParam(join, ssa.TypeI32)
		g.b.Jump(join, append(arguments(), g.b.Const32(int32(g.r.IntN(5))))...)
		g.b.SetBlock(join)
		for _, v := range params {
			g.push(v)
		}
		g.steps(g.r.IntN(8), depth)
		left := g.b.Emit(ssa.OpI32Sub, count, g.b.Const32(1))
		next := append(arguments(), left)
		back, done := g.b.NewBlock(), g.b.NewBlock()
		g.b.If(g.b.Emit(ssa.OpI32GtS, left, g.b.Const32(0)), ssa.HintNone, back, done)
		g.b.SetBlock(back)
		g.b.Jump(join, next...)
		g.b.SetBlock(done)
		return
	}
	g.b.SetBlock(join)
	for _, v := range params {
		g.push(v)
	}
}
