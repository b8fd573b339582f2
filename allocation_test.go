package weft_test

import (
	"testing"

	"github.com/weft-wasm/weft"
)

// TestInstanceAllocations counts what an instance of a module as compilers make them allocates once there is a slot for it.
func TestInstanceAllocations(t *testing.T) {
	e := weft.NewEngine(weft.Config{})
	if e.Info().Tier != weft.TierCompiled || !e.Info().StableMemory {
		t.Skip("there are no slots, or no machine code, on this system")
	}
	module := compile(t, e, `(module (memory (export "memory") 2) (table 2 funcref) (elem (i32.const 0) $f $f)
		(global (mut i32) (i32.const 65536)) (data (i32.const 8) "data")
		(func $f (export "f")))`)
	prepared, err := weft.NewLinker(e).Prepare(module)
	if err != nil {
		t.Fatal(err)
	}
	have := testing.AllocsPerRun(1000, func() {
		in, err := prepared.Instantiate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		in.Close()
	})
	if have > 1 {
		t.Errorf("an instance takes %v allocations, want 1", have)
	}
}
