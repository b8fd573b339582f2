package ssa

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/num"
)

// No value of a run has a bit that is said to be 0, neither before nor after the passes.
func TestPossibleBits(t *testing.T) {
	known := 0
	for seed := range uint64(300) {
		f := makeRandom(seed, 20+int(seed)%60)
		if seed%2 > 0 {
			(&Pipeline{Passes: Passes()}).Run(f)
		}
		f.FindBits()
		r := rand.New(rand.NewPCG(seed, 7))
		for range 4 {
			e := &evaluator{f: f, values: make([]num.V128, f.NumValues()), fuel: 2000}
			e.watch = func(v Value, x uint64) {
				bits := f.PossibleBits(v)
				if x&^bits != 0 {
					t.Fatalf("seed %d: %v is 0x%x, has bits 0x%x\n%s", seed, v, x, bits, f)
				}
				if f.Op(v) == OpParam && bits != widest(f.Type(v)) {
					known++
				}
			}
			e.run(randomArgs(r, f.Sig.Params))
		}
	}
	if known == 0 {
		t.Error("nothing is known of any parameter")
	}
	t.Logf("something is known of %d parameters", known)
}

// What is known of the parameters of loops that count. %s stands for how the counter starts, what is added to it, and the branch.
func TestCounters(t *testing.T) {
	const loop = `func f(i32) -> {
b1(v1 i32):
  v2 = i32.const %s
  v3 = i32.const %s
  v4 = i32.const %s
  v9 = i32.const 4
  jump -> b2(v2, v9)
b2(v5 i32, v10 i32):
  v6 = i32.add v5 v3
  v7 = i32.%s v6 v4
  v11 = i32.add v10 v9
  if v7 -> %s
b3:
  return
}
`
	for _, c := range []struct {
		start, step, end, op string
		exit                 bool
		first, second        uint64
	}{
		{"0", "32", "224", "ne", false, 255, 31},
		{"0", "32", "224", "eq", true, 255, 31},
		{"0", "32", "224", "ne", true, 1<<32 - 1, 1<<32 - 1},
		{"0", "32", "225", "ne", false, 1<<32 - 1, 1<<32 - 1},
		{"0", "32", "225", "lt_u", false, 255, 63},
		{"-2", "2", "254", "lt_u", false, 1<<32 - 1, 1023},
		{"100", "-1", "0", "ne", false, 127, 511},
		{"100", "-3", "0", "ne", false, 1<<32 - 1, 1<<32 - 1},
		{"0", "2", "-1", "lt_u", false, 1<<32 - 1, 1<<32 - 1},
		{"0", "1", "1", "ne", false, 0, 7},
	} {
		to := "b2(v6, v11), b3"
		if c.exit {
			to = "b3, b2(v6, v11)"
		}
		f := parse(t, fmt.Sprintf(strings.TrimSpace(loop)+"\n", c.start, c.step, c.end, c.op, to))
		checked(t, f)
		f.FindBits()
		p := f.Params(2)
		if first, second := f.PossibleBits(p[0]), f.PossibleBits(p[1]); first != c.first || second != c.second {
			t.Errorf("%v: have 0x%x and 0x%x", c, first, second)
		}
	}
}
