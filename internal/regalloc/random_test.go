package regalloc

import (
	"math/rand/v2"
	"testing"

	"github.com/weft-wasm/weft/internal/ssa"
)

// randomFunc builds a function for the fake machine out of random statements over variables: more values than registers, loops, branches,
// calls with parameters and results in memory, calls that unwind, fixed and working registers, condition flags, references.
type randomFunc struct {
	ssa.Builder
	r        *rand.Rand
	types    []ssa.Type
	vars     []ssa.Var
	handlers []ssa.Block
	depth    int
	left     int
}

var randomTypes = []ssa.Type{ssa.TypeI64, ssa.TypeI64, ssa.TypeI64, ssa.TypeI32, ssa.TypeF64, ssa.TypeI64, ssa.TypeRef, ssa.TypeV128}

func randomTypeList(r *rand.Rand, n int) []ssa.Type {
	var types []ssa.Type
	for range n {
		types = append(types, randomTypes[r.IntN(len(randomTypes))])
	}
	return types
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func makeRandom(seed uint64, size, vars int) *ssa.Func {
	r := rand.New(rand.NewPCG(seed, 3))
	sig := ssa.Sig{Params: randomTypeList(r, r.IntN(8)), Results: randomTypeList(r, r.IntN(5))}
	g := &randomFunc{r: r, left: size}
	g.Reset(ssa.NewFunc("random", sig))
	for i := range vars {
		t := randomTypes[i%len(randomTypes)]
		g.types, g.vars = append(g.types, t), append(g.vars, g.NewVar(t))
	}
	for _, p := range g.Params(ssa.Entry) {
		t := g.Type(p)
		g.types, g.vars = append(g.types, t), append(g.vars, g.NewVar(t))
		g.WriteVar(g.vars[len(g.vars)-1], p)
	}
	for g.left > 0 {
		g.statement()
	}
	if r.IntN(4) == 0 {
		callee := ssa.Sig{Params: randomTypeList(r, r.IntN(8)), Results: sig.Results}
		g.TailCall(ssa.OpTailCall, callee, 1, g.values(callee.Params)...)
	} else {
		g.Return(g.values(sig.Results)...)
	}
	g.Finish()
	return g.Func
}

func (g *randomFunc) value(t ssa.Type) ssa.Value {
	for {
		if i := g.r.IntN(len(g.vars)); g.types[i] == t {
			return g.ReadVar(g.vars[i])
		}
	}
}

func (g *randomFunc) values(types []ssa.Type) []ssa.Value {
	var list []ssa.Value
	for _, t := range types {
		list = append(list, g.value(t))
	}
	return list
}

// assign gives v to a variable of its type.
func (g *randomFunc) assign(v ssa.Value) {
	for {
		if i := g.r.IntN(len(g.vars)); g.types[i] == g.Type(v) {
			g.WriteVar(g.vars[i], v)
			return
		}
	}
}

func (g *randomFunc) statement() {
	g.left--
	switch k := g.r.IntN(32); {
	case k == 0 && g.depth < 4:
		g.loop()
	case k < 3 && g.depth < 4:
		g.branch()
	case k == 3 && g.depth < 4:
		g.choice()
	case k == 4 && g.depth < 4:
		g.region()
	case k < 8:
		g.call()
	default:
		g.operation()
	}
}

func (g *randomFunc) body() {
	g.depth++
	for range g.r.IntN(6) {
		g.statement()
	}
	g.depth--
}

var fakeBinary = []ssa.Op{fakeAdd, fakeAdd, fakeAdd, fakeSub, fakeLea, fakeDiv, fakeShift, fakeTemp, fakeLoad, ssa.OpI64Sub}

func (g *randomFunc) operation() {
	i := ssa.TypeI64
	switch k := g.r.IntN(24); k {
	case 0:
		g.assign(g.EmitImm(fakeConst, int64(g.r.IntN(1000))))
	case 1:
		g.assign(g.EmitFull(fakeLoad, i, 0, 0, g.Emit(ssa.OpContext), g.value(i)))
	case 2:
		pair := g.Emit(fakeMul, g.value(i), g.value(i))
		if g.r.IntN(2) == 0 {
			g.assign(g.Proj(pair, 0))
		}
		if g.r.IntN(2) == 0 {
			g.assign(g.Proj(pair, 1))
		}
	case 3:
		flags := g.Emit(fakeCmp, g.value(i), g.value(i))
		g.assign(g.Emit(fakeSet, flags))
	case 4:
		g.assign(g.Emit(fakeFadd, g.value(ssa.TypeF64), g.value(ssa.TypeF64)))
	case 5:
		g.assign(g.Emit(ssa.OpI32WrapI64, g.value(i)))
	case 6:
		g.assign(g.Emit(ssa.OpV128Xor, g.value(ssa.TypeV128), g.value(ssa.TypeV128)))
	case 7:
		g.assign(g.Emit(ssa.OpAddrRef, g.value(i)))
	case 8:
		g.assign(g.Emit(ssa.OpI64TruncF64S, g.value(ssa.TypeF64)))
	case 9:
		g.assign(g.Emit(ssa.OpI64ExtendI32U, g.value(ssa.TypeI32)))
	case 10:
		g.assign(g.value(randomTypes[g.r.IntN(len(randomTypes))])) // variables become equal, or change places
	case 11:
		g.assign(g.Emit(fakeAdd, g.value(i), g.Emit(ssa.OpMembase)))
	default:
		g.assign(g.Emit(fakeBinary[g.r.IntN(len(fakeBinary))], g.value(i), g.value(i)))
	}
}

func (g *randomFunc) call() {
	sig := ssa.Sig{Params: randomTypeList(g.r, g.r.IntN(7)), Results: randomTypeList(g.r, g.r.IntN(6))}
	o, args := ssa.OpCall, g.values(sig.Params)
	if g.r.IntN(4) == 0 {
		o, args = ssa.OpCallPtr, append(g.values([]ssa.Type{ssa.TypeI64, ssa.TypeI64}), args...)
	}
	v := g.Call(o, sig, 0, args...)
	if n := len(g.handlers); n > 0 && g.r.IntN(2) == 0 {
		next := g.NewBlock()
		g.Try(next, g.handlers[n-1])
		g.Seal(next)
		g.SetBlock(next)
	}
	switch len(sig.Results) {
	case 0:
	case 1:
		g.assign(v)
	default:
		for i := range sig.Results {
			if g.r.IntN(4) > 0 {
				g.assign(g.Proj(v, i))
			}
		}
	}
}

func (g *randomFunc) branch() {
	then, els, end := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.If(g.value(ssa.TypeI32), ssa.Hint(g.r.IntN(3)), then, els)
	for _, b := range [...]ssa.Block{then, els} {
		g.Seal(b)
		g.SetBlock(b)
		g.body()
		g.Jump(end)
	}
	g.Seal(end)
	g.SetBlock(end)
}

func (g *randomFunc) choice() {
	blocks := []ssa.Block{g.NewBlock(), g.NewBlock(), g.NewBlock()}
	end := blocks[2]
	g.Switch(g.value(ssa.TypeI32), blocks[0], end, blocks[1], blocks[0], end)
	for _, b := range blocks[:2] {
		g.Seal(b)
		g.SetBlock(b)
		g.body()
		g.Jump(end)
	}
	g.Seal(end)
	g.SetBlock(end)
}

func (g *randomFunc) loop() {
	head, end := g.NewBlock(), g.NewBlock()
	g.Jump(head)
	g.SetBlock(head)
	g.body()
	g.If(g.value(ssa.TypeI32), ssa.HintNone, head, end)
	g.Seal(head)
	g.Seal(end)
	g.SetBlock(end)
}

// region is statements whose calls may unwind to a handler.
func (g *randomFunc) region() {
	handler, end := g.NewBlock(), g.NewBlock()
	g.handlers = append(g.handlers, handler)
	g.call()
	g.body()
	g.handlers = g.handlers[:len(g.handlers)-1]
	g.Jump(end)
	g.Seal(handler)
	if g.NumPreds(handler) > 0 {
		g.SetCold(handler, g.r.IntN(2) == 0)
		g.SetBlock(handler)
		g.body()
		g.Jump(end)
	}
	g.Seal(end)
	g.SetBlock(end)
}

// Whatever the function, the checker finds nothing wrong, and allocating again with the same memory gives the same.
func TestRandom(t *testing.T) {
	a := New(fake, fakeBase)
	n := uint64(500)
	if testing.Short() {
		n = 100
	}
	for seed := range n {
		f := makeRandom(seed, 10+int(seed%150), 8+int(seed%31))
		text := allocated(t, a, f).Text(f, fake)
		if seed%50 == 0 {
			g := makeRandom(seed, 10+int(seed%150), 8+int(seed%31))
			if again := allocated(t, New(fake, fakeBase), g).Text(g, fake); again != text {
				t.Fatalf("seed %d: have\n%s\nwant\n%s", seed, again, text)
			}
		}
	}
}

func FuzzAllocate(f *testing.F) {
	f.Add(uint64(1), uint8(40), uint8(10))
	f.Fuzz(func(t *testing.T, seed uint64, size, vars uint8) {
		allocated(t, New(fake, fakeBase), makeRandom(seed, int(size), 8+int(vars%64)))
	})
}
