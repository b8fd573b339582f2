package code

import (
	"math/rand/v2"
	"testing"
)

// row is what is expected of a table.
type row struct {
	offset uint32
	number int64
}

// TestTables asks random tables about every offset.
func TestTables(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		holds, most := random.IntN(2) == 0, uint32(1)<<random.IntN(12)
		m := tableMaker{holds: holds}
		var list []row
		at := uint32(random.IntN(600))
		for range random.IntN(100) {
			r := row{at, random.Int64N(1<<40) - random.Int64N(1<<40)>>random.IntN(40)}
			m.add(r.offset, r.number)
			list = append(list, r)
			at += 1 + random.Uint32N(most)
		}
		size := at + random.Uint32N(600) + 1
		table := m.finish(size)
		for offset := range size + 1000 {
			number, ok := table.At(offset)
			if holds {
				number, ok = table.From(offset)
			}
			if offset >= (size+chunkBytes-1)&^(chunkBytes-1) {
				if ok {
					t.Fatalf("offset %d has %d behind the text of %d bytes", offset, number, size)
				}
				continue
			}
			if want, has := expected(list, offset, holds); ok != has || number != want {
				t.Fatalf("holds %v, offset %d: %d %v, want %d %v of %v", holds, offset, number, ok, want, has, list)
			}
		}
	}
}

func expected(list []row, offset uint32, holds bool) (number int64, ok bool) {
	for _, r := range list {
		if r.offset == offset || holds && r.offset < offset {
			number, ok = r.number, true
		}
	}
	return number, ok
}

// TestTableTwice has two rows for an offset: the second one counts.
func TestTableTwice(t *testing.T) {
	m := tableMaker{holds: true}
	for _, r := range []row{{0, 1}, {0, 2}, {chunkBytes, 3}, {chunkBytes, 4}} {
		m.add(r.offset, r.number)
	}
	table := m.finish(2 * chunkBytes)
	for offset, want := range map[uint32]int64{0: 2, 10: 2, chunkBytes - 1: 2, chunkBytes: 4, 2*chunkBytes - 1: 4} {
		if have, ok := table.From(offset); !ok || have != want {
			t.Errorf("at %d: %d %v, want %d", offset, have, ok, want)
		}
	}
}

// TestTableOfNonsense reads tables of random bytes, which must not do worse than to find nothing.
func TestTableOfNonsense(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		table := Table{make([]byte, random.IntN(40)), make([]byte, random.IntN(40))}
		for _, b := range [][]byte{table.Index, table.Rows} {
			for i := range b {
				b[i] = byte(random.Uint32()) >> random.IntN(8)
			}
		}
		for offset := uint32(0); offset < 8*chunkBytes; offset += 13 {
			table.At(offset)
			table.From(offset)
		}
	}
}
