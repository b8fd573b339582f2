package ssagen

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// With polls, whatever runs without end can be cancelled: loops, and functions that call each other in tail position.
func TestPolls(t *testing.T) {
	m, err := wat.Parse("polls", []byte(`(module
		(func (loop (br 0)))
		(func (return_call 2))
		(func (return_call 1))
		(func $h (block (try_table (catch_all 0) (loop (br 0))))))`))
	if err != nil {
		t.Fatal(err)
	}
	if !compilable(m) {
		t.Fatal("the module is not valid")
	}
	p := newPair(t)
	in, err := p.instantiate(p.compile(m, variant{Options: checked}), func(int, int, *wasm.Import) rt.Extern { return nil })
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	for i := range uint32(in[1].FuncCount()) {
		f := in[1].Func(i)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		err := rt.Call(ctx, f, nil)
		cancel()
		if trap, ok := errors.AsType[*rt.TrapError](err); !ok || trap.Code != abi.TrapInterrupted || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("function %d: have %v, want an interruption by the deadline", i, err)
		}
	}
}
