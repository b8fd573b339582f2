package interp

import (
	"os"
	"testing"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// BenchmarkLower lowers every function of a real module; BenchmarkValidate, the yardstick for it, validates them, on one goroutine too.
func BenchmarkLower(b *testing.B) {
	m := ledger(b)
	prepared, err := rt.NewModule(m, wasm.NewTypeSet(), rt.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(codeBytes(m))
	for b.Loop() {
		for i := range m.Funcs {
			lower(prepared, all, nil, uint32(m.ImportedFuncs+i), nil)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	m := ledger(b)
	v, err := validate.New(m, wasm.AllFeatures)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(codeBytes(m))
	for b.Loop() {
		for i := range m.Funcs {
			if err := v.Func(i); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func ledger(b *testing.B) *wasm.Module {
	bytes, err := os.ReadFile("../realworld/testdata/emscripten/ledger.wasm")
	if err != nil {
		b.Fatal(err)
	}
	m, err := wasm.Decode(bytes, nil)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func codeBytes(m *wasm.Module) (n int64) {
	for i := range m.Code {
		n += int64(len(m.Code[i].Body))
	}
	return n
}
