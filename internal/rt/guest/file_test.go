//go:build linux && amd64

package guest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
)

// TestMapFile runs code where it is in a file, and sees that nothing is left of it.
func TestMapFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "code")
	if err := os.WriteFile(name, append(make([]byte, 2*pageBytes), add.code...), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := MapFile("file", file, 2*pageBytes, len(add.code), add.tables)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(text.Bytes(), add.code) {
		t.Errorf("mapped % x", text.Bytes())
	}
	s := testStack(t)
	if slots, trap := call(s, text.Address(0), 0, 3, 4); trap != abi.TrapNone || slots[0] != 7 {
		t.Errorf("slots %v, trap %v", slots, trap)
	}
	address := text.Address(0)
	if err := text.Unmap(); err != nil {
		t.Error(err)
	}
	if rights := access(t, address); rights != "---p" {
		t.Errorf("the place of the text is %q after it is unmapped", rights)
	}
	if Lookup(address) != nil {
		t.Error("the text is still known")
	}
}

// TestMapFileFails gives the room back when there is nothing to map.
func TestMapFileFails(t *testing.T) {
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 * arenaBytes >> 24 {
		if _, err := MapFile("none", file, 0, 1<<24, Tables{}); err == nil {
			t.Fatal("a closed file was mapped")
		}
	}
	mapSnippet(t, empty)
}
