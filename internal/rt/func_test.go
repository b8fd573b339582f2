package rt

import (
	"testing"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

// TestRecordSize: records lie side by side, at distances that generated code knows.
func TestRecordSize(t *testing.T) {
	if have := unsafe.Sizeof(Func{}); unsafe.Sizeof(uintptr(0)) == 8 && have != abi.FuncRecordBytes {
		t.Errorf("have records of %d bytes, want %d", have, abi.FuncRecordBytes)
	}
}
