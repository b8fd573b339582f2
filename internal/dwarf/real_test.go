package dwarf_test

import (
	"errors"
	"testing"

	"github.com/weft-wasm/weft/internal/dwarf"
	"github.com/weft-wasm/weft/internal/realworld"
	"github.com/weft-wasm/weft/internal/wasm"
)

// TestRealAgainstStandard compares with the standard library's reader in real programs, in the middle of some of their functions: QuickJS has libraries in
// Rust, SQLite some in C.
func TestRealAgainstStandard(t *testing.T) {
	for name, least := range map[string]int{"quickjs": 15, "sqlite": 1} {
		t.Run(name, func(t *testing.T) {
			p, err := realworld.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			b, err := p.Steps[0].Wasm(t.Context(), "")
			if unavailable := new(realworld.UnavailableError); errors.As(err, &unavailable) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			m, err := wasm.Decode(b, nil)
			if err != nil {
				t.Fatal(err)
			}
			d, std, found := dwarf.Load(m), newStandard(t, m), 0
			for i := 0; i < len(m.Code); i += len(m.Code)/150 + 1 {
				if std.same(t, d, m.Code[i].Offset+int64(len(m.Code[i].Body))/2) {
					found++
				}
			}
			if found < least {
				t.Errorf("%d places, want %d", found, least)
			}
		})
	}
}
