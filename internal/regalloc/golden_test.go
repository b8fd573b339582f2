package regalloc

import (
	"testing"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

func TestFake(t *testing.T) { Golden(t, "testdata/fake/*.txtar", fake, fakeBase) }

// Golden compares the allocation of each function in the archives.
func Golden(t *testing.T, pattern string, target *isa.Target, base ssa.Op) {
	a := New(target, base)
	golden(t, pattern, func(t *testing.T, text string) string {
		f, err := ssa.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return allocated(t, a, f).Text(f, target)
	})
}
