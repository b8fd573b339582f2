package code

import (
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
)

func TestLookups(t *testing.T) {
	o := &Object{
		Text:      make([]byte, 48),
		CodeBytes: 40,
		Frames:    []FrameSite{{0, 0}, {4, 24}, {36, 0}, {37, 24}},
		Traps:     []TrapSite{{Offset: 4, Code: abi.TrapMemoryOutOfBounds}, {Offset: 38, Code: abi.TrapDivideByZero}},
		Positions: []Position{{2, 10}, {4, 13}, {38, 10}},
		Landings:  []Landing{{12, 30}},
	}
	for offset := range uint32(50) {
		trap, isTrap := o.TrapAt(offset)
		if isTrap != (offset == 4 || offset == 38) || offset == 4 && trap != abi.TrapMemoryOutOfBounds || offset == 38 && trap != abi.TrapDivideByZero {
			t.Errorf("trap at %d: %v, %v", offset, trap, isTrap)
		}
		frame := uint32(24)
		if offset < 4 || offset == 36 {
			frame = 0
		}
		if have := o.FrameAt(offset); have != frame {
			t.Errorf("frame at %d: %d, want %d", offset, have, frame)
		}
		want := uint32(10)
		if offset >= 4 && offset < 38 {
			want = 13
		}
		if source, ok := o.SourceAt(offset); ok != (offset >= 2 && offset < 40) || ok && source != want {
			t.Errorf("source at %d: %d, %v", offset, source, ok)
		}
		if handler, ok := o.LandingAt(offset); ok != (offset == 12) || ok && handler != 30 {
			t.Errorf("landing at %d: %d, %v", offset, handler, ok)
		}
	}
}
