package validate

import (
	"errors"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// FuzzValidate decodes and validates arbitrary bytes: every error is a *wasm.Error with a kind, both ways of validating agree, and
// what is valid stays so when it is encoded again.
func FuzzValidate(f *testing.F) {
	for name, b := range realModules(f) {
		if len(b) < 32<<10 {
			f.Add(b)
		} else {
			f.Logf("%s is too large for a seed", name)
		}
	}
	for _, script := range suite(f) {
		for _, c := range script.Commands {
			seed(f, c)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := wasm.Decode(b, nil)
		var valid bool
		if err == nil {
			valid = compare(t, "input", m, wasm.AllFeatures)
			_, err = Module(m, wasm.AllFeatures)
		}
		var e *wasm.Error
		if err != nil && (!errors.As(err, &e) || e.Kind == "") {
			t.Errorf("have error %v of type %T", err, err)
		}
		if !valid {
			return
		}
		again, err := wasm.Decode(wasm.Encode(m), nil)
		if err != nil {
			t.Fatalf("valid, but encoded again: %v", err)
		}
		if _, err := Module(again, wasm.AllFeatures); err != nil {
			t.Errorf("valid, but encoded again: %v", err)
		}
	})
}

// seed adds the module of a command of the suite, if it has one that can be encoded.
func seed(f *testing.F, c wat.Command) {
	var m *wat.Module
	switch c := c.(type) {
	case *wat.Module:
		m = c
	case *wat.AssertInvalid:
		m = c.Module
	case *wat.AssertMalformed:
		m = c.Module
	}
	switch {
	case m == nil || m.Form == wat.FormInstance:
	case m.Form == wat.FormBinary:
		f.Add(m.Bytes)
	default:
		if parsed, err := m.Load(); err == nil {
			f.Add(wasm.Encode(parsed))
		}
	}
}
