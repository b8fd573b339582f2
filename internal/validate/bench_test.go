package validate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

// realModules returns the real programs of this machine: those of the repository, and any in $WEFT_MODULES.
func realModules(tb testing.TB) map[string][]byte {
	modules := make(map[string][]byte)
	patterns := []string{"../realworld/testdata/*/*.wasm"}
	if dir := os.Getenv("WEFT_MODULES"); dir != "" {
		patterns = append(patterns, filepath.Join(dir, "*.wasm"))
	}
	for _, p := range patterns {
		paths, err := filepath.Glob(p)
		if err != nil {
			tb.Fatal(err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				tb.Fatal(err)
			}
			modules[filepath.Base(path)] = b
		}
	}
	if len(modules) < 4 {
		tb.Fatalf("have %d real modules, want at least 4", len(modules))
	}
	return modules
}

// BenchmarkModule decodes and validates real modules.
func BenchmarkModule(b *testing.B) {
	for name, bytes := range realModules(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(bytes)))
			b.ReportAllocs()
			for b.Loop() {
				m, err := wasm.Decode(bytes, nil)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := Module(m, wasm.AllFeatures); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
