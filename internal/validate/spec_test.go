package validate

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// suite returns the scripts of the core test suite by path, and skips the test on machines without it.
func suite(t testing.TB) map[string]*wat.Script {
	dir := os.Getenv("WEFT_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	root := filepath.Join(dir, "spec", "core")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no test suite: %v", err)
	}
	scripts := make(map[string]*wat.Script)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wast" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		scripts[name], err = wat.ParseScript(name, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return scripts
}

// suiteFeatures returns the features that a script takes for granted. The threads proposal's copies of old scripts are older than
// several memories and tables.
func suiteFeatures(path string) wasm.Features {
	if strings.HasPrefix(path, filepath.Join("proposals", "threads")) {
		return wasm.AllFeatures &^ wasm.FeatureMultiMemory &^ wasm.FeatureSet(op.FeatureReferences)
	}
	return wasm.AllFeatures
}

// load reads and validates a module of a script. In the binary format it is what Decode and Module make of it.
func load(m *wat.Module, f wasm.Features) error {
	parsed, err := m.Load()
	if err != nil {
		return err
	}
	_, err = Module(parsed, f)
	return err
}

// agrees reports whether an error is what the suite expects: the same phrase, which on either side may go on with particulars.
func agrees(err error, want string) bool {
	var invalid *wasm.Error
	if !errors.As(err, &invalid) {
		return false
	}
	return strings.HasPrefix(want, string(invalid.Kind)) || strings.HasPrefix(string(invalid.Kind), want)
}

// TestSuite validates every module of the suite: those of assert_invalid fail with the phrase that the suite expects, those of
// assert_malformed fail, and all others are valid.
func TestSuite(t *testing.T) {
	counts := make(map[string]int)
	for path, script := range suite(t) {
		f := suiteFeatures(path)
		for _, c := range script.Commands {
			switch c := c.(type) {
			case *wat.Module:
				counts["valid"]++
				checkValid(t, path, c, f)
			case *wat.AssertUnlinkable:
				counts["valid"]++
				checkValid(t, path, c.Module, f)
			case *wat.AssertInvalid:
				if c.Custom {
					continue
				}
				counts["invalid"]++
				if err := load(c.Module, f); !agrees(err, c.Message) {
					t.Errorf("%s:%d: have %v, want %s", path, c.Line, err, c.Message)
				}
			case *wat.AssertMalformed:
				if c.Custom || c.Module.Form != wat.FormBinary {
					continue
				}
				counts["malformed"]++
				if err := load(c.Module, f); !agrees(err, c.Message) {
					t.Errorf("%s:%d: have %v, want %s", path, c.Line, err, c.Message)
				}
			}
		}
	}
	t.Log(counts)
	for kind, least := range map[string]int{"valid": 2500, "invalid": 2800, "malformed": 700} {
		if counts[kind] < least {
			t.Errorf("have %d %s modules, want at least %d", counts[kind], kind, least)
		}
	}
}

func checkValid(t *testing.T, path string, m *wat.Module, f wasm.Features) {
	if m.Form == wat.FormInstance {
		return
	}
	if err := load(m, f); err != nil {
		t.Errorf("%s:%d: %v", path, m.Line, err)
	}
}
