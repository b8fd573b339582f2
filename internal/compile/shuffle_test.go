//go:build linux && amd64

package compile

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssa/ssaeval"
)

// selections are shuffles that the processor has instructions for, by what they are, and for other ones.
func selections(r *rand.Rand) map[string][16]int {
	groups := func(size int, of func(i int) int) (s [16]int) {
		for i := range s {
			s[i] = of(i/size)*size + i%size
		}
		return s
	}
	n := r.IntN(32)
	size := 1 << r.IntN(4)
	base := 16 / size * r.IntN(2) / 2
	word, other := r.IntN(4), 16*r.IntN(2)
	return map[string][16]int{
		"vpshufd":    groups(4, func(int) int { return other/4 + r.IntN(4) }),
		"vpshuflw":   groups(2, func(i int) int { return []int{r.IntN(4), i}[i/4] }),
		"vpshufhw":   groups(2, func(i int) int { return []int{i, 4 + r.IntN(4)}[i/4] }),
		"broadcast8": groups(1, func(int) int { return other }), "broadcast16": groups(2, func(int) int { return other / 2 }),
		"palignr":   groups(1, func(i int) int { return (i + n) % 32 }),
		"rotate":    groups(1, func(i int) int { return other + (i+n)%16 }),
		"unpack":    groups(size, func(i int) int { return base + i/2 + 16/size*((i+word)&1) }),
		"unpackOne": groups(size, func(i int) int { return base + i/2 }),
		"blend8":    groups(1, func(i int) int { return i + 16*r.IntN(2) }), "blend16": groups(2, func(i int) int { return i + 8*r.IntN(2) }),
		"vshufps":  groups(4, func(i int) int { return (i/2*4+other/4)%8 + r.IntN(4) }),
		"one":      groups(1, func(int) int { return other + r.IntN(16) }),
		"any":      groups(1, func(int) int { return r.IntN(32) }),
		"shift":    groups(1, func(i int) int { return (i + n) % 32 }),
		"identity": groups(1, func(i int) int { return other + i }),
	}
}

// TestShuffles runs shuffles of two vectors, of one and itself, and with zero on either side.
func TestShuffles(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var funcs, copies []*ssa.Func
	var names []string
	for range 30 {
		for name, s := range selections(r) {
			var halves [2]uint64
			for i, x := range s {
				halves[i/8] |= uint64(x) << (8 * (i % 8))
			}
			for with := range 4 {
				names = append(names, name)
				funcs = append(funcs, shuffleFunc(with, num.V128{Lo: halves[0], Hi: halves[1]}))
				copies = append(copies, shuffleFunc(with, num.V128{Lo: halves[0], Hi: halves[1]}))
			}
		}
	}
	p := load(t, funcs...)
	for i, f := range copies {
		for range 4 {
			args := []num.V128{{Lo: r.Uint64(), Hi: r.Uint64()}, {Lo: r.Uint64(), Hi: r.Uint64()}}
			want := ssaeval.Eval(f, nil, args)
			if have, _ := p.call(i, args); have[0] != want.Values[0] {
				t.Fatalf("%s of %x: have %x, want %x\n%s\n%s", names[i], args, have, want.Values, f, funcs[i])
			}
		}
	}
}

// shuffleFunc shuffles its two arguments (0), the first with itself (1), or with zero as the second (2) or the first (3).
func shuffleFunc(with int, lanes num.V128) *ssa.Func {
	f := ssa.NewFunc("shuffle", ssa.Sig{Params: []ssa.Type{ssa.TypeV128, ssa.TypeV128}, Results: []ssa.Type{ssa.TypeV128}})
	var b ssa.Builder
	b.Reset(f)
	params := f.Params(ssa.Entry)
	zero := b.Const(ssa.TypeV128, num.V128{})
	args := [][2]ssa.Value{{params[0], params[1]}, {params[0], params[0]}, {params[0], zero}, {zero, params[0]}}[with]
	b.Return(b.Shuffle(args[0], args[1], lanes))
	b.Finish()
	return f
}

// Shuffles that are one instruction take one.
func TestShuffleInstructions(t *testing.T) {
	for lanes, want := range map[num.V128]string{
		{Lo: 0x0302010007060504, Hi: 0x0b0a09080f0e0d0c}: "vpshufd",
		{Lo: 0x1303120211011000, Hi: 0x1707160615051404}: "vpunpcklbw",
		{Lo: 0x0c0b0a0908070605, Hi: 0x14131211100f0e0d}: "vpalignr",
		{Lo: 0x0706050413121110, Hi: 0x1f1e1d1c0b0a0908}: "vpblendw",
		{Lo: 0x0b0a090803020100, Hi: 0x1b1a191813121110}: "vshufps",
		{}: "vpbroadcastb",
	} {
		c := New()
		c.Listing = true
		if err := c.Func(shuffleFunc(0, lanes), new(code.Object)); err != nil {
			t.Fatal(err)
		}
		if list := c.LastListing(); strings.Count(list, "\tv") != 1 || !strings.Contains(list, want) {
			t.Errorf("%x: want one %s:\n%s", lanes, want, list)
		}
	}
}
