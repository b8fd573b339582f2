package ssa

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Graphs that no structured program has: each block leads anywhere, so that there are loops with several entries.
func TestDominatorsOfRandomGraphs(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		f := NewFunc("graph", Sig{Params: []Type{TypeI32}})
		n := 4 + r.IntN(40)
		for range n {
			f.NewBlock()
		}
		cond := f.AddParam(Entry, TypeI32)
		for b := Entry; int(b) <= n; b++ {
			to := func() Block { return Entry + 1 + Block(r.IntN(n-1)) }
			switch r.IntN(5) {
			case 0:
				f.Terminate(b, OpReturn, nil)
			case 1:
				f.Terminate(b, OpJump, nil, to())
			default:
				f.Terminate(b, OpIf, []Value{cond}, to(), to())
			}
		}
		for _, b := range f.Order() {
			for _, a := range f.Order() {
				if have, want := f.Dominates(a, b), !reachesAvoiding(f, b, a); have != want {
					t.Fatalf("seed %d: %v dominates %v: have %v, want %v\n%s", seed, a, b, have, want, f)
				}
			}
		}
	}
}

// Many blocks in a row that all leave for the same one, as calls with a handler do, take no quadratic time: that would be minutes.
func TestDominatorsOfManyExits(t *testing.T) {
	f := NewFunc("exits", Sig{Params: []Type{TypeI32}})
	const n = 300_000
	for range n + 2 {
		f.NewBlock()
	}
	cond := f.AddParam(Entry, TypeI32)
	exit := Block(n + 2)
	for b := Entry; b <= n; b++ {
		f.Terminate(b, OpIf, []Value{cond}, b+1, exit)
	}
	f.Terminate(n+1, OpJump, nil, exit)
	f.Terminate(exit, OpReturn, nil)
	start := time.Now()
	if d := f.Idom(exit); d != Entry {
		t.Errorf("have %v", d)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
