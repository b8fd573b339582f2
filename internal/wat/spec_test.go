package wat

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

// shared returns the folder of shared material, or skips the test where there is none.
func shared(tb testing.TB) string {
	dir := os.Getenv("WEFT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "spec", "core")); err != nil {
		tb.Skip("no shared material: set WEFT_SHARED to run this")
	}
	return dir
}

// suite calls f for each script of the specification's test suite.
func suite(tb testing.TB, f func(file string, s *Script)) {
	root := filepath.Join(shared(tb), "spec", "core")
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wast" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, _ := filepath.Rel(root, path)
		s, err := ParseScript(file, src)
		if err != nil {
			tb.Errorf("%v", err)
			return nil
		}
		n++
		f(file, s)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if n < 200 {
		tb.Errorf("the suite has %d scripts, want more than 200", n)
	}
}

// kindOf returns the phrase of an error.
func kindOf(err error) string {
	var text *Error
	var binary *wasm.Error
	switch {
	case errors.As(err, &text):
		return string(text.Kind)
	case errors.As(err, &binary):
		return string(binary.Kind)
	}
	return ""
}

// outdated has the assertions about malformed texts that WebAssembly 3.0 no longer makes: the threads proposal is written against an
// older version, in which limits had to fit 32 bits in the text already. Now they are invalid.
var outdated = map[string]bool{
	"proposals/threads/memory.wast:83": true, "proposals/threads/memory.wast:87": true, "proposals/threads/memory.wast:91": true,
}

// TestSuiteMalformed proves that each text that the suite calls malformed is refused for the reason the suite gives, and so
// are the annotations that it calls invalid.
func TestSuiteMalformed(t *testing.T) {
	n := 0
	suite(t, func(file string, s *Script) {
		for _, c := range s.Commands {
			a, ok := c.(*AssertMalformed)
			if !ok || a.Module.Form == FormBinary {
				continue
			}
			n++
			_, err := a.Module.Load()
			if outdated[fmt.Sprintf("%s:%d", filepath.ToSlash(file), a.Line)] {
				if err != nil {
					t.Errorf("%s:%d: have %v, want no error any more", file, a.Line, err)
				}
				continue
			}
			if kind := kindOf(err); kind == "" || !strings.HasPrefix(a.Message, kind) && !strings.HasPrefix(kind, a.Message) {
				t.Errorf("%s:%d: have %v, want %q", file, a.Line, err, a.Message)
			}
		}
	})
	suite(t, func(file string, s *Script) {
		for _, c := range s.Commands {
			if a, ok := c.(*AssertInvalid); ok && a.Custom {
				if _, err := a.Module.Load(); kindOf(err) != a.Message {
					t.Errorf("%s:%d: have %v, want %q", file, a.Line, err, a.Message)
				}
			}
		}
	})
	if n < 1200 {
		t.Errorf("the suite has %d malformed texts, want more than 1200", n)
	}
}

// TestSuiteParses proves that all texts of the suite can be parsed that are not malformed.
func TestSuiteParses(t *testing.T) {
	suite(t, func(file string, s *Script) {
		for _, c := range s.Commands {
			m := moduleOf(c)
			if m == nil || m.Form == FormBinary || m.Form == FormInstance {
				continue
			}
			if _, err := m.Load(); err != nil {
				t.Errorf("%s:%d: %v", file, m.Line, err)
			}
		}
	})
}

// moduleOf returns the module of a command that is not about malformed ones, or nil.
func moduleOf(c Command) *Module {
	switch c := c.(type) {
	case *Module:
		return c
	case *AssertTrap:
		return c.Module
	case *AssertInvalid:
		if !c.Custom {
			return c.Module
		}
	case *AssertUnlinkable:
		return c.Module
	}
	return nil
}
