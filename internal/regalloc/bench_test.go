package regalloc

import (
	"fmt"
	"testing"

	"github.com/weft-wasm/weft/internal/ssa"
)

// The time per value must not grow with the size of the function.
func BenchmarkAllocate(b *testing.B) {
	for _, size := range []int{100, 1000, 10000, 100000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			a := New(fake, fakeBase)
			f := makeRandom(1, size, 24)
			values := 0
			for b.Loop() {
				a.Allocate(f)
				values += f.NumValues()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(values), "ns/value")
		})
	}
}

// usedFarAway ends a function with n blocks that call or do not, and then the uses of some values.
func usedFarAway(g *ssa.Builder, values []ssa.Value, n int) *ssa.Func {
	x, cond := g.Params(ssa.Entry)[0], g.Params(ssa.Entry)[1]
	for range n {
		then, next := g.NewBlock(), g.NewBlock()
		g.If(cond, ssa.HintNone, then, next)
		g.Seal(then)
		g.SetBlock(then)
		g.EmitFull(ssa.OpCall, ssa.TypeNone, g.AddSig(ssa.Sig{}), 0)
		g.Jump(next)
		g.Seal(next)
		g.SetBlock(next)
	}
	for _, v := range values {
		x = g.Emit(fakeSub, v, x)
	}
	g.Return(x)
	g.Finish()
	return g.Func
}

// manyAlive is a function in which n values are alive through n blocks.
func manyAlive(n int) *ssa.Func {
	var g ssa.Builder
	g.Reset(ssa.NewFunc("many", ssa.Sig{Params: []ssa.Type{ssa.TypeI64, ssa.TypeI32}, Results: []ssa.Type{ssa.TypeI64}}))
	x := g.Params(ssa.Entry)[0]
	values := []ssa.Value{x}
	for range n {
		values = append(values, g.Emit(fakeLea, values[len(values)-1], x))
	}
	return usedFarAway(&g, values, n)
}

// What would take time and memory with the square of the size, which liveness does by its nature, is cut off by the budget.
func TestHuge(t *testing.T) {
	a := New(fake, fakeBase)
	f := manyAlive(20000)
	o := a.Allocate(f)
	if n := len(a.live.pairs); n > (liveBudget+liveAllowance)*f.NumValues()+liveSpare {
		t.Errorf("%d entries of liveness for %d values", n, f.NumValues())
	}
	if o.Slots == 0 {
		t.Error("nothing is spilled")
	}
	f = manyAlive(300)
	allocated(t, a, f)
}

// TestUntracked has parameters of blocks that are used far away only, with no budget to track them.
func TestUntracked(t *testing.T) {
	a := New(fake, fakeBase)
	a.live.spare = -1 << 30
	for _, params := range []int{1, 20} {
		a.Allocate(manyAliveParams(params, 100))
		untracked := 0
		for i := range a.values {
			if v := ssa.Value(i); a.values[v].flags&flagUntracked != 0 && a.f.Op(v) == ssa.OpParam {
				untracked++
			}
		}
		if untracked == 0 {
			t.Error("all parameters are tracked")
		}
		allocated(t, a, manyAliveParams(params, 100))
	}
}

// TestRandomUntracked has random functions, of whose values none is tracked through more than a few blocks.
func TestRandomUntracked(t *testing.T) {
	a := New(fake, fakeBase)
	a.live.spare = -1 << 30
	untracked := 0
	for seed := range uint64(30) {
		allocated(t, a, makeRandom(seed, 300, 24))
		for i := range a.values {
			if a.values[i].flags&flagUntracked != 0 {
				untracked++
			}
		}
	}
	if untracked < 1000 {
		t.Errorf("only %d values are untracked", untracked)
	}
}

// manyAliveParams returns a function with parameters of a block that are used behind n others.
func manyAliveParams(params, n int) *ssa.Func {
	var g ssa.Builder
	g.Reset(ssa.NewFunc("params", ssa.Sig{Params: []ssa.Type{ssa.TypeI64, ssa.TypeI32}, Results: []ssa.Type{ssa.TypeI64}}))
	x, cond := g.Params(ssa.Entry)[0], g.Params(ssa.Entry)[1]
	then, els, join := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.If(cond, ssa.HintNone, then, els)
	for i, b := range []ssa.Block{then, els} {
		g.Seal(b)
		g.SetBlock(b)
		args := make([]ssa.Value, params)
		for j := range args {
			args[j] = g.Emit([]ssa.Op{fakeLea, fakeSub}[i], x, x)
		}
		g.Jump(join, args...)
	}
	values := make([]ssa.Value, params)
	for i := range values {
		values[i] = g.AddParam(join, ssa.TypeI64)
	}
	g.Seal(join)
	g.SetBlock(join)
	return usedFarAway(&g, values, n)
}
