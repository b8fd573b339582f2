//go:build linux && amd64

package guest

import (
	"runtime"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
)

func TestPoolSizes(t *testing.T) {
	for _, size := range []int{-1, 1, pageBytes, MinStackBytes / 2, MinStackBytes + pageBytes, 2 * MaxStackBytes} {
		if _, err := NewPool(size); err == nil {
			t.Errorf("a pool of stacks of %d bytes was made", size)
		}
	}
	for size := MinStackBytes; size <= MaxStackBytes; size *= 2 {
		s := stackOf(t, size)
		if len(s.memory) != size || s.low%abi.StackAlign != 0 || addressOf(s.memory)-s.low < abi.StackGuard {
			t.Errorf("%d bytes: memory of %d from %#x, slot from %#x", size, len(s.memory), addressOf(s.memory), s.low)
		}
		if uintptr(s.context.SP) != s.high-abi.ContextBytes {
			t.Errorf("%d bytes: stack pointer %#x in a slot up to %#x", size, s.context.SP, s.high)
		}
	}
}

// TestPoolReuse gets more stacks than the pool keeps, puts them back and gets them again.
func TestPoolReuse(t *testing.T) {
	pool, err := NewPool(MinStackBytes)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		seen := map[uintptr]bool{}
		var stacks []*Stack
		for range 2 * maxIdle {
			s, err := pool.Get()
			if err != nil {
				t.Fatal(err)
			}
			if seen[s.low] {
				t.Fatal("one stack was handed out twice")
			}
			seen[s.low] = true
			s.memory[0], s.memory[len(s.memory)/2] = 1, 2
			stacks = append(stacks, s)
		}
		for _, s := range stacks {
			pool.Put(s)
		}
		if len(pool.idle) != maxIdle {
			t.Errorf("the pool keeps %d stacks, want %d", len(pool.idle), maxIdle)
		}
	}
}

// TestPoolAfterPanic puts a stack back that a panic has left full of frames.
func TestPoolAfterPanic(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, callHost)
	pool, err := NewPool(0)
	if err != nil {
		t.Fatal(err)
	}
	s.Host = hostFunc(func(s *Stack, word uint64) Action { panic("host") })
	before := s.Mark()
	func() {
		defer func() { _ = recover() }()
		s.Context().Slots[0] = 1
		s.Enter(code, StubHost.Address(), 0)
	}()
	if s.Mark() == before {
		t.Error("there are no frames to drop")
	}
	pool.Put(s)
	if s, err := pool.Get(); err != nil || s.Mark() != before {
		t.Errorf("%v, mark %#x, was %#x", err, s.Mark(), before)
	}
}

// TestDroppedStack checks that the slot of a stack nobody holds any more is used again.
func TestDroppedStack(t *testing.T) {
	all, err := stackSlots()
	if err != nil {
		t.Fatal(err)
	}
	slots := func() int {
		all.mu.Lock()
		defer all.mu.Unlock()
		return len(all.free)
	}
	for range 20 {
		if _, err := newStack(MinStackBytes); err != nil {
			t.Fatal(err)
		}
	}
	before := slots() // without those that were free and are in use now
	for end := time.Now().Add(20 * time.Second); slots() < before+10; {
		if time.Now().After(end) {
			t.Fatalf("%d slots are free, %d were", slots(), before)
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

// TestSlotsOutsideOfStack has guest code name slots that are not in its stack.
func TestSlotsOutsideOfStack(t *testing.T) {
	s := testStack(t)
	for _, address := range []uintptr{0, s.low, s.high, s.high - 8, s.slots + 1, ^uintptr(0)} {
		s.context.HostArgs = uint64(address)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("two slots at %#x of a stack up to %#x were accepted", address, s.high)
				}
			}()
			s.HostSlots(2)
		}()
	}
}
