package smith

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// TestValid checks that modules are valid, survive the binary format, and depend on nothing but the numbers.
func TestValid(t *testing.T) {
	for seed := range uint64(1000) {
		o := All()
		if seed%2 == 0 {
			o = Options{}
		}
		m := Module(rand.New(rand.NewPCG(seed, 0)), o)
		b := wasm.Encode(m)
		if again := wasm.Encode(Module(rand.New(rand.NewPCG(seed, 0)), o)); !bytes.Equal(b, again) {
			t.Fatalf("seed %d: the second module differs from the first", seed)
		}
		d, err := wasm.Decode(b, nil)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if _, err := validate.Module(d, wasm.AllFeatures); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}
