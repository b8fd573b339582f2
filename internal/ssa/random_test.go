package ssa

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
)

// randomFunc builds a function of random statements over variables, as a front end would: it exercises the builder as well as the passes.
type randomFunc struct {
	Builder
	r     *rand.Rand
	types []Type
	vars  []Var
	left  int // statements
}

// randomOps are the numeric operations on scalars.
var randomOps = sync.OnceValue(func() map[Type][]Op {
	ops := map[Type][]Op{}
	for o := OpInvalid + 1; o < opCount; o++ {
		info := o.Info()
		ok := len(info.Results) == 1 && len(info.Params) > 0 && !info.Variadic && info.Imm == ImmNone && info.Aux == AuxNone
		for _, t := range slices.Concat(info.Params, info.Results) {
			ok = ok && t >= TypeI32 && t <= TypeF64
		}
		if ok && !o.Has(FlagRead|FlagWrite|FlagCall|FlagTerm) && o != OpCopy {
			ops[info.Results[0]] = append(ops[info.Results[0]], o)
		}
	}
	return ops
})

var randomTypes = []Type{TypeI32, TypeI32, TypeI32, TypeI64, TypeI64, TypeF64}

func makeRandom(seed uint64, size int) *Func {
	f := NewFunc("random", Sig{Params: randomTypes, Results: []Type{TypeI32, TypeI64, TypeF64}})
	g := randomFunc{r: rand.New(rand.NewPCG(seed, 5)), left: size}
	g.Reset(f)
	for i := range 10 {
		t := randomTypes[i%len(randomTypes)]
		g.types, g.vars = append(g.types, t), append(g.vars, g.NewVar(t))
		if i < len(randomTypes) {
			g.WriteVar(g.vars[i], f.Params(Entry)[i])
		}
	}
	for g.left > 0 {
		g.statement(0)
	}
	g.Return(g.value(TypeI32), g.value(TypeI64), g.value(TypeF64))
	g.Finish()
	return f
}

// value is a variable of a type, or now and then a constant.
func (g *randomFunc) value(t Type) Value {
	if g.r.IntN(4) == 0 {
		return g.Const(t, num.V128{Lo: interesting[g.r.IntN(len(interesting))]})
	}
	for {
		if i := g.r.IntN(len(g.vars)); g.types[i] == t {
			return g.ReadVar(g.vars[i])
		}
	}
}

func (g *randomFunc) expression(t Type) Value {
	if t != TypeF64 && g.r.IntN(12) == 0 {
		return g.Select(g.value(TypeI32), g.value(t), g.value(t))
	}
	ops := randomOps()[t]
	o := ops[g.r.IntN(len(ops))]
	var args [4]Value
	params := o.Info().Params
	for i, p := range params {
		if p == TypeF32 || g.r.IntN(6) == 0 && t != TypeF64 && p != TypeF64 {
			args[i] = g.Emit(ConstOp(p))
			continue
		}
		args[i] = g.value(p)
	}
	return g.Emit(o, args[:len(params)]...)
}

func (g *randomFunc) statement(depth int) {
	g.left--
	switch k := g.r.IntN(20); {
	case k == 0 && depth < 4:
		g.loop(depth + 1)
	case k < 4 && depth < 4:
		g.branch(depth + 1)
	case k == 4 && depth < 4:
		g.choice(depth + 1)
	case k == 5:
		g.TrapIf(g.Emit(OpI32Eqz, g.value(TypeI32)), abi.TrapUnreachable)
	case k < 9:
		g.access()
	default:
		i := g.r.IntN(len(g.vars))
		g.WriteVar(g.vars[i], g.expression(g.types[i]))
	}
}

func (g *randomFunc) body(depth int) {
	for range g.r.IntN(4) {
		g.statement(depth)
	}
}

// access loads or stores where the address is small more often than not.
func (g *randomFunc) access() {
	addr, off := g.value(TypeI32), int64(g.r.IntN(2)*4)
	base, index := g.Emit(OpI64ExtendI32U, addr), Value(0)
	if g.r.IntN(8) > 0 {
		base = g.Emit(OpI64And, base, g.Const64(31))
	}
	if g.r.IntN(2) > 0 { // the address is the index, as in code for WebAssembly, and has neighbours
		sum := g.Emit(OpI32Add, g.Emit(OpI32And, addr, g.Const32([]int32{31, -9}[g.r.IntN(2)])), g.Const32(int32(g.r.IntN(20)-8)))
		base, index = g.Const64(0), g.Emit(OpI64ExtendI32U, sum)
	}
	region := RegionMemory.In(0)
	switch g.r.IntN(5) {
	case 0:
		g.Store(OpI32Store, region, base, index, off, g.value(TypeI32))
	case 1:
		g.Store(OpI64Store8, region, base, index, off, g.value(TypeI64))
	case 2:
		g.WriteVar(g.vars[3], g.Load(OpI64Load, region, base, index, off))
	default:
		g.WriteVar(g.vars[0], g.Load(OpI32Load, region, base, index, off))
	}
}

func (g *randomFunc) branch(depth int) {
	then, els, end := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.If(g.value(TypeI32), Hint(g.r.IntN(3)), then, els)
	g.arm(then, end, depth)
	g.arm(els, end, depth)
	g.Seal(end)
	g.SetBlock(end)
}

func (g *randomFunc) arm(b, end Block, depth int) {
	g.Seal(b)
	g.SetBlock(b)
	g.body(depth)
	g.Jump(end)
}

func (g *randomFunc) choice(depth int) {
	a, b, end := g.NewBlock(), g.NewBlock(), g.NewBlock()
	list := []Block{a, b, a, end}
	g.Switch(g.value(TypeI32), list[:2+g.r.IntN(3)]...)
	g.arm(a, end, depth)
	g.arm(b, end, depth)
	g.Seal(end)
	g.SetBlock(end)
}

// loop goes round while a value is not zero, or a number of times; the evaluator's fuel ends those that never end.
func (g *randomFunc) loop(depth int) {
	head, body, end := g.NewBlock(), g.NewBlock(), g.NewBlock()
	count := g.NewVar(TypeI32)
	step := int32(g.r.IntN(9) - 3)
	first := int32(g.r.IntN(20) - 10)
	g.WriteVar(count, g.Const32(first))
	g.Jump(head)
	g.SetBlock(head)
	g.body(depth)
	if g.r.IntN(2) > 0 {
		g.WriteVar(g.vars[1], g.ReadVar(count))
		g.WriteVar(count, g.Emit(OpI32Add, g.ReadVar(count), g.Const32(step)))
		stop := g.Const32(first + step*int32(g.r.IntN(6)) + int32(g.r.IntN(2)))
		o := []Op{OpI32Ne, OpI32Eq, OpI32LtU, OpI32GtU}[g.r.IntN(4)]
		to := []Block{head, end}
		if g.r.IntN(3) == 0 {
			slices.Reverse(to)
		}
		g.If(g.Emit(o, g.ReadVar(count), stop), HintNone, to[0], to[1])
		g.Seal(body)
		g.SetBlock(body)
		g.Jump(end)
	} else {
		g.If(g.value(TypeI32), HintNone, body, end)
		g.arm(body, head, depth)
	}
	g.Seal(head)
	g.Seal(end)
	g.SetBlock(end)
}

// All passes, one behind the other and each alone, leave what random functions compute as it is.
func TestRandomFunctions(t *testing.T) {
	const functions, runs = 250, 6
	lists := [][]Pass{Passes()}
	for _, p := range Passes() {
		lists = append(lists, []Pass{p})
	}
	for seed := range uint64(functions) {
		before := makeRandom(seed, 10+int(seed)%60)
		checked(t, before)
		text := before.String()
		for i, passes := range lists {
			if i > 0 && seed%4 > 0 {
				continue
			}
			after := parse(t, text)
			if have := after.String(); have != text {
				t.Fatalf("seed %d: the text form changes from\n%s\nto\n%s", seed, text, have)
			}
			p := Pipeline{Passes: passes, Check: true}
			p.Run(after)
			compareRuns(t, seed, before, after, runs)
		}
	}
}

func compareRuns(t *testing.T, seed uint64, before, after *Func, runs int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 6))
	for range runs {
		args := randomArgs(r, before.Sig.Params)
		want := eval(before, args, 3000)
		if want == "no fuel" {
			continue
		}
		if have := eval(after, args, 6000); have != want {
			t.Fatalf("seed %d with %x: have %s, want %s\n%s%s", seed, args, have, want, before, after)
		}
	}
}

// The loops and dominators of random functions are what their definitions say.
func TestRandomAnalyses(t *testing.T) {
	for seed := range uint64(60) {
		f := makeRandom(seed, 40)
		for _, b := range f.Order() {
			for _, a := range f.Order() {
				if have, want := f.Dominates(a, b), !reachesAvoiding(f, b, a); have != want {
					t.Fatalf("seed %d: %v dominates %v: have %v, want %v\n%s", seed, a, b, have, want, f)
				}
			}
			if have, want := f.LoopDepth(b), depthByDefinition(f, b); have != want {
				t.Fatalf("seed %d: depth of %v: have %d, want %d\n%s", seed, b, have, want, f)
			}
		}
	}
}

// reachesAvoiding reports whether a way leads from the entry to a block without touching another one.
func reachesAvoiding(f *Func, to, avoid Block) bool {
	seen := make([]bool, f.NumBlocks())
	var visit func(Block) bool
	visit = func(b Block) bool {
		if b == avoid || seen[b] {
			return false
		}
		if seen[b] = true; b == to {
			return true
		}
		for i := range f.NumSuccs(b) {
			if visit(f.To(f.Succ(b, i))) {
				return true
			}
		}
		return false
	}
	return visit(Entry)
}

// depthByDefinition counts the heads from which b is reached without leaving the blocks that the head dominates, and that b leads back to.
func depthByDefinition(f *Func, b Block) int {
	n := 0
	for _, head := range f.Order() {
		if !f.Dominates(head, b) {
			continue
		}
		seen := make([]bool, f.NumBlocks())
		var back func(Block) bool
		back = func(at Block) bool {
			if seen[at] || !f.Dominates(head, at) {
				return false
			}
			seen[at] = true
			for i := range f.NumSuccs(at) {
				if to := f.To(f.Succ(at, i)); to == head || back(to) {
					return true
				}
			}
			return false
		}
		if back(b) {
			n++
		}
	}
	return n
}

// The entry runs once, a loop more often than what is around it, and what is cold hardly ever.
func TestFrequencies(t *testing.T) {
	f := parse(t, `func f(i32) -> {
b1(v1 i32):
  jump -> b2
b2:
  if v1 -> b3, b5
b3:
  if v1 -> b4, b2
b4 cold:
  trap "unreachable"
b5:
  if v1 likely -> b6, b7
b6:
  return
b7:
  return
}
`)
	for _, c := range []struct {
		b    Block
		want float32
	}{{1, 1}, {2, 8}, {3, 7}, {4, 0.007}, {5, 1}, {6, 0.9}, {7, 0.1}} {
		if have := f.Freq(c.b); have < c.want*0.99 || have > c.want*1.01 {
			t.Errorf("%v: have %v, want %v", c.b, have, c.want)
		}
	}
}

// After splitting, no edge is critical, and the function computes what it did.
func TestSplitCriticalEdges(t *testing.T) {
	for seed := range uint64(40) {
		before := makeRandom(seed, 40)
		after := parse(t, before.String())
		(&Pipeline{Passes: Passes()}).Run(after)
		after.SplitCriticalEdges()
		checked(t, after)
		for e := Edge(1); int(e) < after.NumEdges(); e++ {
			if after.isLive(e) && after.IsCritical(e) {
				t.Fatalf("edge %d is critical\n%s", e, after)
			}
		}
		compareRuns(t, seed, before, after, 4)
	}
}
