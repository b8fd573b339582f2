//go:build linux && amd64

package guest

import (
	"context"
	"testing"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt/bias"
)

// registerAdd adds its arguments, in registers as abi has them.
var registerAdd = snippet{
	code:   []byte{0x48, 0x01, 0xc8, 0xc3}, // add rax, rcx; ret
	tables: Tables{Frames: frameless},
}

// testLane makes a lane for code, into which this goroutine gets.
func testLane(t testing.TB, s snippet) *Lane {
	t.Helper()
	address, lock, header := mapSnippet(t, s), new(bias.Lock), new([abi.InstanceHeaderBytes / 8]uint64)
	l := testStack(t).NewLane(0, &address, uintptr(unsafe.Pointer(header)))
	t.Cleanup(func() { header[0] = 0 }) // it stays until then
	l.Gate().Bind(lock)
	for range 1000 {
		if !lock.TakeOften() {
			t.Fatal("the lock is taken")
		}
		l.Gate().Admit()
		l.Adopt(context.Background())
		lock.Drop()
	}
	return l
}
