package interp

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestLower compares the lowered form of modules with golden files: a module in the text format, then, after a line of dashes, the debug view of
// each of its functions.
func TestLower(t *testing.T) {
	files, err := filepath.Glob("testdata/lower/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	const dashes = "\n----\n"
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source, want, _ := strings.Cut(string(text), dashes)
			have := lowered(t, file, source)
			if have == want {
				return
			}
			if !*update {
				t.Fatalf("%s: have\n%s\nwant\n%s\n(go test -update writes it anew)", file, have, want)
			}
			if err := os.WriteFile(file, []byte(strings.TrimRight(source, "\n")+dashes+have), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func lowered(t *testing.T, file, source string) string {
	m, err := wat.Parse(file, []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if m, err = wasm.Decode(wasm.Encode(m), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := validate.Module(m, wasm.AllFeatures); err != nil {
		t.Fatal(err)
	}
	mod, err := rt.NewModule(m, wasm.NewTypeSet(), rt.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Base(file) == "fuel.txt" {
		mod.Fuel = &rt.Fuel{Costs: fuel.Default()}
	}
	var b strings.Builder
	for i := range m.Funcs {
		index := uint32(m.ImportedFuncs + i)
		fmt.Fprintf(&b, "%s: %v", m.FuncName(index), lower(mod, all, nil, index, nil))
	}
	return b.String()
}
