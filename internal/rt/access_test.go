package rt

import (
	"math"
	"testing"
)

// TestAccess reads and writes at every address near the ends of memories of every small size, and far beyond.
func TestAccess(t *testing.T) {
	for size := range 40 {
		mem := make([]byte, size)
		for i := range mem {
			mem[i] = byte(i + 1)
		}
		far := []uint64{math.MaxInt64 - PageSize, math.MaxUint32, 1 << 33}
		for at := range uint64(size + 20) {
			checkAccess(t, mem, at)
		}
		for _, at := range far {
			checkAccess(t, mem, at)
		}
	}
}

// little returns n bytes at an address as a number.
func little(mem []byte, at uint64, n int) (lo, hi uint64, ok bool) {
	if at+uint64(n) > uint64(len(mem)) {
		return 0, 0, false
	}
	for i := n - 1; i >= 0; i-- {
		hi = hi<<8 | lo>>56
		lo = lo<<8 | uint64(mem[at+uint64(i)])
	}
	return lo, hi, true
}

func checkAccess(t *testing.T, mem []byte, at uint64) {
	t.Helper()
	for n := 1; n <= 16; n *= 2 {
		wantLo, wantHi, want := little(mem, at, n)
		lo, hi, ok := load(mem, at, n)
		if lo != wantLo || hi != wantHi || ok != want {
			t.Fatalf("load of %d bytes at %d of %d: have %x %x %v, want %x %x %v", n, at, len(mem), hi, lo, ok, wantHi, wantLo, want)
		}
		after := append([]byte(nil), mem...)
		if ok := store(after, at, n, 0xf1e2d3c4b5a69788, 0x1122334455667788); ok != want {
			t.Fatalf("store of %d bytes at %d of %d: have %v", n, at, len(mem), ok)
		}
		for i := range after {
			inside := want && uint64(i) >= at && uint64(i) < at+uint64(n)
			if !inside && after[i] != mem[i] {
				t.Fatalf("store of %d bytes at %d changes byte %d", n, at, i)
			}
		}
		if lo, _, _ := load(after, at, n); want && lo != 0xf1e2d3c4b5a69788&(math.MaxUint64>>(64-min(64, 8*n))) {
			t.Fatalf("store of %d bytes at %d: have %x", n, at, lo)
		}
	}
}

func load(mem []byte, at uint64, n int) (lo, hi uint64, ok bool) {
	switch n {
	case 1:
		v, ok := Load8(mem, at)
		return uint64(v), 0, ok
	case 2:
		v, ok := Load16(mem, at)
		return uint64(v), 0, ok
	case 4:
		v, ok := Load32(mem, at)
		return uint64(v), 0, ok
	case 8:
		v, ok := Load64(mem, at)
		return v, 0, ok
	}
	return Load128(mem, at)
}

func store(mem []byte, at uint64, n int, lo, hi uint64) bool {
	switch n {
	case 1:
		return Store8(mem, at, uint8(lo))
	case 2:
		return Store16(mem, at, uint16(lo))
	case 4:
		return Store32(mem, at, uint32(lo))
	case 8:
		return Store64(mem, at, lo)
	}
	return Store128(mem, at, lo, hi)
}

// TestBulk fills and copies ranges that fit, that do not, and that overlap.
func TestBulk(t *testing.T) {
	mem := []byte("0123456789")
	for _, c := range []struct {
		at, n uint64
		ok    bool
	}{{0, 10, true}, {10, 0, true}, {11, 0, false}, {0, 11, false}, {1, math.MaxUint64, false}, {math.MaxUint64, 2, false}} {
		b := append([]byte(nil), mem...)
		if ok := MemoryFill(b, c.at, 'x', c.n); ok != c.ok {
			t.Errorf("fill %d, %d: have %v", c.at, c.n, ok)
		}
		if !c.ok && string(b) != string(mem) {
			t.Errorf("fill %d, %d: writes %s", c.at, c.n, b)
		}
		if ok := MemoryCopy(b, mem, c.at, 0, c.n); ok != c.ok {
			t.Errorf("copy to %d, %d: have %v", c.at, c.n, ok)
		}
		if ok := MemoryCopy(mem, b, 0, c.at, c.n); ok != c.ok {
			t.Errorf("copy from %d, %d: have %v", c.at, c.n, ok)
		}
	}
	b := []byte("0123456789")
	if MemoryFill(b, 2, 'x', 5); string(b) != "01xxxxx789" {
		t.Errorf("have %s", b)
	}
	b = []byte("0123456789")
	if MemoryCopy(b, b, 2, 0, 5); string(b) != "0101234789" {
		t.Errorf("have %s", b)
	}
	b = []byte("0123456789")
	if MemoryCopy(b, b, 0, 2, 5); string(b) != "2345656789" {
		t.Errorf("have %s", b)
	}
}
