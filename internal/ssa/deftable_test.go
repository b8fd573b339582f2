package ssa

import (
	"math/rand/v2"
	"testing"
)

// TestDefTable compares the table with a map, while there are few blocks and variables, while variables are added, and beyond what rows are for.
func TestDefTable(t *testing.T) {
	var d defTable
	for _, c := range []struct {
		blocks, vars int
		hashed       bool
	}{{40, 30, false}, {maxRows/16 - 1, 16, false}, {maxRows / 8, 16, true}, {30, 7, false}, {5, maxRows, true}} {
		d.reset()
		r := rand.New(rand.NewPCG(uint64(c.blocks), uint64(c.vars)))
		want := map[[2]int]Value{}
		for i := range 5000 {
			vars := c.vars
			if i < 50 {
				vars = max(c.vars/2, 1)
			}
			b, x := r.IntN(c.blocks)+1, r.IntN(vars)
			if have := d.get(Block(b), Var(x)); have != want[[2]int{b, x}] {
				t.Fatalf("%+v: block %d, variable %d: have %v, want %v", c, b, x, have, want[[2]int{b, x}])
			}
			v := Value(i + 1)
			d.put(Block(b), Var(x), v, vars)
			want[[2]int{b, x}] = v
		}
		for k, v := range want {
			if have := d.get(Block(k[0]), Var(k[1])); have != v {
				t.Errorf("%+v: block %d, variable %d: have %v, want %v", c, k[0], k[1], have, v)
			}
		}
		if d.hashed != c.hashed {
			t.Errorf("%+v: hashed: %v", c, d.hashed)
		}
	}
}
