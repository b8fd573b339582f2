package interp

import (
	"context"
	"testing"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// fib: (func (param i32) (result i32) (if (result i32) (i32.lt_s 0 2) (local.get 0) (else fib(n-1)+fib(n-2)))
var fibModule = []byte{0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 3, 2, 1, 0, 10, 30, 1, 28, 0,
	0x20, 0, 0x41, 2, 0x48, 0x04, 0x7f, 0x20, 0, 0x05, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x20, 0, 0x41, 2, 0x6b, 0x10, 0, 0x6a, 0x0b, 0x0b}

func TestFib(t *testing.T) {
	m, err := wasm.Decode(fibModule, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := rt.NewModule(m, wasm.NewTypeSet(), rt.Limits{CallDepth: 1000, StackSlots: 1 << 20, MemoryBytes: 1 << 32})
	r.Exec = New(r)
	in := r.NewInstance(nil)
	if err := in.Instantiate(nil); err != nil {
		t.Fatal(err)
	}
	stack := []uint64{35}
	if err := rt.Call(context.Background(), in.Funcs[0], stack); err != nil {
		t.Fatal(err)
	}
	t.Log(stack[0])
}
