package ssa

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/weft-wasm/weft/internal/num"
)

// What is known of the bits of vectors holds for all arguments, and is something.
func TestPossibleVector(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for _, c := range []struct {
		body string
		want num.V128
	}{
		{"v9 = i8x16.popcnt v1", num.V128{Lo: lowNibbles, Hi: lowNibbles}},
		{"v9 = i8x16.shr_u v1 v2", num.V128{Lo: lowNibbles, Hi: lowNibbles}},
		{"v9 = i16x8.shr_u v1 v2", num.V128{Lo: 0x0fff0fff0fff0fff, Hi: 0x0fff0fff0fff0fff}},
		{"v9 = i32x4.shr_u v1 v2", num.V128{Lo: 0x0fffffff0fffffff, Hi: 0x0fffffff0fffffff}},
		{"v9 = i64x2.shr_u v1 v2", num.V128{Lo: math.MaxUint64 >> 4, Hi: math.MaxUint64 >> 4}},
		{"v9 = i8x16.shl v1 v2", num.V128{Lo: lowNibbles << 4, Hi: lowNibbles << 4}},
		{"v9 = i16x8.shl v1 v2", num.V128{Lo: 0xfff0fff0fff0fff0, Hi: 0xfff0fff0fff0fff0}},
		{"v9 = i32x4.shl v1 v2", num.V128{Lo: 0xfffffff0fffffff0, Hi: 0xfffffff0fffffff0}},
		{"v9 = i64x2.shl v1 v2", num.V128{Lo: 0xfffffffffffffff0, Hi: 0xfffffffffffffff0}},
		{"v9 = v128.and v1 v3", num.V128{Lo: 0x2211, Hi: 0x4433}},
		{"v9 = v128.andnot v3 v1", num.V128{Lo: 0x2211, Hi: 0x4433}},
		{"v8 = v128.and v1 v3\n  v9 = v128.xor v8 v3", num.V128{Lo: 0x2211, Hi: 0x4433}},
		{"v8 = v128.and v1 v3\n  v9 = v128.bitselect v8 v3 v1", num.V128{Lo: 0x2211, Hi: 0x4433}},
		{"v9 = i8x16.min_u v1 v3", num.V128{Lo: 0x3f1f, Hi: 0x7f3f}},
		{"v8 = v128.and v1 v3\n  v9 = i8x16.sub_sat_u v8 v5", num.V128{Lo: 0x1f0f, Hi: 0x3f3f}},
		{"v9 = i16x8.extend_high_i8x16_u v1", num.V128{Lo: lowBytes, Hi: lowBytes}},
		{"v9 = i32x4.extend_low_i16x8_u v1", num.V128{Lo: lowWords, Hi: lowWords}},
		{"v9 = i64x2.extend_low_i32x4_u v1", num.V128{Lo: lowDwords, Hi: lowDwords}},
		{"v9 = i8x16.splat v4", num.V128{Lo: 0x0808080808080808, Hi: 0x0808080808080808}},
		{"v9 = i16x8.splat v4", num.V128{Lo: 0x0108010801080108, Hi: 0x0108010801080108}},
		{"v9 = i32x4.splat v4", num.V128{Lo: 0x0000010800000108, Hi: 0x0000010800000108}},
	} {
		f := parse(t, fmt.Sprintf("func f(v128) -> v128 {\nb1(v1 v128):\n  v2 = i32.const 4\n  v3 = v128.const 0x00000000000044330000000000002211\n  v4 = i32.const 264\n  v5 = v128.const 0x00000000000010100000000000000305\n  %s\n  return v9\n}\n", c.body))
		result := f.Arg(f.Term(Entry), 0)
		have := f.PossibleVector(result)
		if have != c.want {
			t.Errorf("%s: have %x, want %x", c.body, have, c.want)
		}
		for range 20 {
			e := &evaluator{f: f, values: make([]num.V128, f.NumValues()), fuel: 100}
			e.run([]num.V128{{Lo: r.Uint64(), Hi: r.Uint64()}})
			if x := e.values[result]; x.Lo&^have.Lo != 0 || x.Hi&^have.Hi != 0 {
				t.Fatalf("%s: is %x, has bits %x", c.body, x, have)
			}
		}
	}
}
