package regalloc_test

import (
	"testing"

	"github.com/weft-wasm/weft/internal/isa/amd64"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

func TestAMD64(t *testing.T) {
	regalloc.Golden(t, "testdata/amd64/*.txtar", amd64.Target, ssa.OpAMD64)
}
