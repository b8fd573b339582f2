package wat

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/realworld"
	"github.com/weft-wasm/weft/internal/wasm"
)

// TestCommittedModules proves the round trip for the programs that the repository has as binaries.
func TestCommittedModules(t *testing.T) {
	n := 0
	err := filepath.WalkDir(filepath.Join("..", "realworld", "testdata"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wasm" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := wasm.Decode(b, nil)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		n++
		checkRoundTrip(t, path, m)
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d modules, %v", n, err)
	}
}

// TestRuby proves the round trip for a module of 24 MB, and logs how long it takes.
func TestRuby(t *testing.T) {
	if testing.Short() {
		t.Skip("150 MB of text")
	}
	b, err := realworld.RubyModule(t.Context())
	if unavailable := (*realworld.UnavailableError)(nil); errors.As(err, &unavailable) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := canonical(m)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	start := time.Now()
	if err := Print(&text, m, PrintOptions{}); err != nil {
		t.Fatal(err)
	}
	printed := time.Since(start)
	start = time.Now()
	back, err := Parse("ruby.wat", text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MB of text, printed in %v, parsed in %v", text.Len()>>20, printed, time.Since(start))
	if got, err := canonical(back); err != nil || !wasm.Equal(got, want) {
		t.Errorf("parse(print(m)) is not m (%v)", err)
	}
}
