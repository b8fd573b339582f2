package rt

import (
	"testing"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// TestPlain compares the short way to evaluate with the long one.
func TestPlain(t *testing.T) {
	for _, v := range []int32{0, 1, -1, 63, 64, -64, -65, 8191, 8192, 1 << 20, -1 << 20, 1<<31 - 1, -1 << 31} {
		var b []byte
		for _, in := range []wasm.Instr{{Op: op.I32Const, Imm: uint64(uint32(v))}, {Op: op.End}} {
			b = wasm.AppendInstr(b, &in)
		}
		got, ok := plain(wasm.Expr{Bytes: b})
		if want := (Cell{Lo: uint64(uint32(v))}); !ok || got != want {
			t.Errorf("%d: have %v, %v", v, got, ok)
		}
	}
	for name, b := range map[string][]byte{
		"padded":          {0x41, 0x85, 0x80, 0x00, 0x0b},
		"negative padded": {0x41, 0xfb, 0xff, 0x7f, 0x0b},
	} {
		want, _, err := evaluate(wasm.Expr{Bytes: b}, func(*wasm.Instr) (Cell, bool) { return Cell{}, false })
		if got, ok := plain(wasm.Expr{Bytes: b}); err != nil || !ok || got.Lo != want {
			t.Errorf("%s: have %v, %v, want %d, %v", name, got, ok, want, err)
		}
	}
	for name, b := range map[string][]byte{
		"a sum":      {0x41, 0x05, 0x41, 0x06, 0x6a, 0x0b},
		"64 bits":    {0x42, 0x05, 0x0b},
		"a global":   {0x23, 0x00, 0x0b},
		"nothing":    {0x0b},
		"cut short":  {0x41, 0x0b},
		"not closed": {0x41, 0x85, 0x0b},
	} {
		if v, ok := plain(wasm.Expr{Bytes: b}); ok {
			t.Errorf("%s: have %v", name, v)
		}
	}
}
