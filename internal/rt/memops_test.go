package rt

import (
	"bytes"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
)

// stopper is a call that is to stop when it is set.
type stopper struct{ atomic.Bool }

func (s *stopper) Stopped() bool { return s.Load() }

// TestPieces fills and copies what takes several pieces, within one memory and in both directions.
func TestPieces(t *testing.T) {
	stop := new(stopper)
	rnd := rand.New(rand.NewPCG(1, 2))
	mem := make([]byte, 4*piece)
	for i := range mem {
		mem[i] = byte(rnd.Uint32())
	}
	for range 20 {
		n := piece/2 + rnd.Uint64N(2*piece)
		to, from := rnd.Uint64N(piece), rnd.Uint64N(piece)
		want := bytes.Clone(mem)
		copy(want[to:to+n], want[from:from+n])
		if trap := CopyUntil(stop, mem, mem, to, from, n); trap != 0 || !bytes.Equal(mem, want) {
			t.Fatalf("copy of %d bytes from %d to %d: %v, or wrong bytes", n, from, to, trap)
		}
		copy(want[from:from+n], bytes.Repeat([]byte{byte(n)}, int(n)))
		if trap := FillUntil(stop, mem, from, byte(n), n); trap != 0 || !bytes.Equal(mem, want) {
			t.Fatalf("fill of %d bytes at %d: %v, or wrong bytes", n, from, trap)
		}
	}
}

// TestPiecesStop sets stop before there are several pieces to go, and asks for too many.
func TestPiecesStop(t *testing.T) {
	stop := new(stopper)
	stop.Store(true)
	mem, src := make([]byte, 3*piece), bytes.Repeat([]byte{2}, 3*piece)
	if trap := FillUntil(stop, mem, 0, 1, 3*piece); trap != abi.TrapInterrupted || mem[piece-1] != 1 || mem[piece] != 0 {
		t.Errorf("fill: %v, want it to stop after a piece", trap)
	}
	if trap := CopyUntil(stop, mem, src, 0, 0, 3*piece); trap != abi.TrapInterrupted || mem[piece-1] != 2 || mem[piece] != 0 {
		t.Errorf("copy: %v, want it to stop after a piece", trap)
	}
	if trap := FillUntil(stop, mem, 1, 9, 3*piece); trap != abi.TrapMemoryOutOfBounds || mem[1] != 2 {
		t.Errorf("fill: %v, want it to be out of bounds and to write nothing", trap)
	}
	if trap := CopyUntil(stop, mem, src, 0, 1, 3*piece); trap != abi.TrapMemoryOutOfBounds {
		t.Errorf("copy: %v, want it to be out of bounds", trap)
	}
}
