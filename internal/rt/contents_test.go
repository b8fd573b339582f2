package rt

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestContents compares contents with memories that the same parts are written into one by one.
func TestContents(t *testing.T) {
	const size = 512 << 10
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 0))
		want := make([]byte, size)
		var parts []part
		for range r.IntN(12) {
			b := make([]byte, 1<<r.IntN(16))
			if r.IntN(4) > 0 { // zeros may lie over what an earlier part has written
				for i := range b {
					b[i] = byte(r.Uint32())
				}
			}
			at := r.IntN(size - len(b) + 1)
			copy(want[at:], b)
			parts = append(parts, part{uint64(at), b})
		}
		c := newContents(parts)
		mem := make([]byte, size)
		if c != nil {
			c.fill(mem, 0)
		}
		if !bytes.Equal(mem, want) {
			t.Fatalf("seed %d: filled in, the contents differ", seed)
		}
		for range 5 {
			from := uint64(r.IntN(size / contentPage))
			to := from + 1 + uint64(r.IntN(size/contentPage-int(from)))
			from, to = from*contentPage, to*contentPage
			for i := range mem[from:to] {
				mem[from+uint64(i)] = 0xdb
			}
			if c.restore(mem, from, to); !bytes.Equal(mem, want) {
				t.Fatalf("seed %d: 0x%x to 0x%x is not restored", seed, from, to)
			}
		}
		from := uint64(r.IntN(size/contentPage)) * contentPage
		clear(mem[from:])
		if c != nil {
			c.fill(mem, from)
		}
		if !bytes.Equal(mem, want) {
			t.Fatalf("seed %d: filled in from 0x%x, the contents differ", seed, from)
		}
	}
}

// TestContentsRuns says which pages are kept.
func TestContentsRuns(t *testing.T) {
	page := bytes.Repeat([]byte{1}, contentPage)
	parts := func(pages ...uint64) (ps []part) {
		for _, p := range pages {
			ps = append(ps, part{p * contentPage, page})
		}
		return ps
	}
	for _, c := range []struct {
		parts []part
		runs  int
		pages int
	}{
		{nil, 0, 0},
		{[]part{{100, make([]byte, 1<<20)}}, 0, 0},
		{parts(3), 1, 1},
		{[]part{{contentPage - 1, []byte{1, 1}}}, 1, 2},
		{parts(9, 8, 7), 1, 3},
		{parts(0, 2, 1000), 2, 4},            // a gap of one page is bridged
		{parts(0, 2, 4, 6, 8), 1, 9},         // as in all cases where the pages do not double
		{parts(0, 10, 20, 30, 40, 50), 6, 6}, // but not here
		{parts(0, 1, 2, 3, 5, 8, 9, 100), 3, 9},
	} {
		have := newContents(c.parts)
		if have == nil {
			have = &contents{}
		}
		if len(have.runs) != c.runs || len(have.bytes) != c.pages*contentPage {
			t.Errorf("%d parts: have %d runs of %d pages, want %d of %d", len(c.parts), len(have.runs), len(have.bytes)/contentPage, c.runs, c.pages)
		}
	}
}
