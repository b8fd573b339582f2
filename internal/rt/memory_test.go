package rt

import (
	"math"
	"runtime"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

func newMemory(t *testing.T, l wasm.Limits, bytes uint64) *Memory {
	t.Helper()
	m, err := NewMemory(wasm.MemType{Limits: l}, NewBudget(bytes))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMemoryGrow grows memories up to each of their limits.
func TestMemoryGrow(t *testing.T) {
	for _, c := range []struct {
		l     wasm.Limits
		bytes uint64
		most  uint64
	}{
		{wasm.Limits{}, 10 << 16, 10},
		{wasm.Limits{Min: 2, Max: 5, HasMax: true}, 10 << 16, 5},
		{wasm.Limits{Min: 2, Max: 50, HasMax: true}, 10 << 16, 10},
		{wasm.Limits{Min: 1, Is64: true}, 10<<16 + 65535, 10},
		{wasm.Limits{Min: 1, Max: 8, HasMax: true, Shared: true}, 10 << 16, 8},
		{wasm.Limits{Max: 0, HasMax: true}, 10 << 16, 0},
	} {
		m := newMemory(t, c.l, c.bytes)
		if m.Limit() != c.most || m.Pages() != c.l.Min {
			t.Errorf("%v: limit %d, %d pages", c.l, m.Limit(), m.Pages())
		}
		for n := c.l.Min; n < c.most; n++ {
			if len(m.Bytes()) > 0 {
				m.Bytes()[len(m.Bytes())-1] = byte(n)
			}
			if previous, ok := m.Grow(1); !ok || previous != n {
				t.Fatalf("%v: grow gives %d, %v, want %d", c.l, previous, ok, n)
			}
			if n > 0 && m.Bytes()[n<<16-1] != byte(n) || m.Bytes()[n<<16] != 0 {
				t.Fatalf("%v: growing changes contents", c.l)
			}
		}
		for _, delta := range []uint64{1, math.MaxUint32, math.MaxUint64, math.MaxUint64 - c.most} {
			if previous, ok := m.Grow(delta); ok || previous != c.most {
				t.Errorf("%v: growing by %d gives %d, %v", c.l, delta, previous, ok)
			}
		}
		if previous, ok := m.Grow(0); !ok || previous != c.most {
			t.Errorf("%v: growing by 0 gives %d, %v", c.l, previous, ok)
		}
		m.Release()
	}
}

// TestMemoryUses gives a memory back when its last user has let go of it.
func TestMemoryUses(t *testing.T) {
	m := newMemory(t, wasm.Limits{Min: 1}, 1<<20)
	if !m.Retain() {
		t.Fatal("a memory in use cannot be retained")
	}
	m.Release()
	if m.Pages() != 1 {
		t.Error("the memory went with its first user")
	}
	m.Release()
	if m.Pages() != 0 || m.Retain() {
		t.Error("the memory did not go with its last user")
	}
	if _, ok := m.Grow(1); ok {
		t.Error("a memory that was given back grows")
	}
}

// TestMemoryDropped drops memories without releasing them. Reservations are address space, of which there is not enough for this many.
func TestMemoryDropped(t *testing.T) {
	for i := range 50_000 {
		m, err := NewMemory(wasm.MemType{Limits: wasm.Limits{Max: 1, HasMax: true}}, NewBudget(1<<20))
		if err != nil {
			t.Fatal(err)
		}
		runtime.KeepAlive(m)
		if i%1000 == 999 {
			runtime.GC()
			runtime.Gosched()
		}
	}
}

// TestMemoryTooLarge asks for more than there is.
func TestMemoryTooLarge(t *testing.T) {
	if _, err := NewMemory(wasm.MemType{Limits: wasm.Limits{Min: 1 << 47, Is64: true}}, NewBudget(math.MaxUint64)); err == nil {
		t.Error("a memory of 2^63 bytes")
	}
	// Without a maximum it is the engine's limit that asks for too much; the memory is then one that cannot grow so far.
	m, err := NewMemory(wasm.MemType{Limits: wasm.Limits{Min: 1, Is64: true}}, NewBudget(math.MaxUint64))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Release()
	if _, ok := m.Grow(1 << 40); ok {
		t.Error("a memory of 2^56 bytes")
	}
	if _, ok := m.Grow(10); !ok {
		t.Error("a memory of 11 pages cannot be had")
	}
}
