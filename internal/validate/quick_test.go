package validate

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// stepByStep validates a module without body.quick, one function after the other.
func stepByStep(m *wasm.Module, f wasm.Features) (*Info, error) {
	v, err := New(m, f)
	if err != nil {
		return nil, err
	}
	v.quick, v.named = new([256]quickOp), true
	for i := range m.Code {
		if err := v.Func(i); err != nil {
			return nil, err
		}
	}
	return v.Finish()
}

// compare validates a module in both ways and reports where they differ.
func compare(t testing.TB, name string, m *wasm.Module, f wasm.Features) (valid bool) {
	t.Helper()
	have, haveErr := Module(m, f)
	want, wantErr := stepByStep(m, f)
	if len(m.Code) != len(m.Funcs) {
		return false // one stops at the lengths, the other at a body
	}
	if !reflect.DeepEqual(haveErr, wantErr) {
		t.Errorf("%s: have error %v, want %v", name, haveErr, wantErr)
	}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%s: have %+v, want %+v", name, have, want)
	}
	return haveErr == nil
}

// TestQuickSuite compares the two ways on every module of the suite that can be read.
func TestQuickSuite(t *testing.T) {
	for path, script := range suite(t) {
		for _, c := range script.Commands {
			var m *wat.Module
			switch c := c.(type) {
			case *wat.Module:
				m = c
			case *wat.AssertInvalid:
				m = c.Module
			case *wat.AssertMalformed:
				m = c.Module
			}
			if m == nil || m.Form == wat.FormInstance {
				continue
			}
			if parsed, err := m.Load(); err == nil {
				compare(t, path, parsed, suiteFeatures(path))
			}
		}
	}
}

// mutate changes a few bytes of function bodies, mostly to opcodes and small indices.
func mutate(r *rand.Rand, m *wasm.Module) (undo func()) {
	type change struct {
		at  *byte
		was byte
	}
	var changes []change
	for range 1 + r.IntN(3) {
		body := m.Code[r.IntN(len(m.Code))].Body
		at := &body[r.IntN(len(body))]
		changes = append(changes, change{at, *at})
		switch r.IntN(3) {
		case 0:
			*at = byte(r.Uint32())
		case 1:
			*at += byte(r.IntN(7)) - 3
		case 2:
			*at = body[r.IntN(len(body))]
		}
	}
	return func() {
		for _, c := range slices.Backward(changes) {
			*c.at = c.was
		}
	}
}

// TestMutations validates real modules with a few bytes changed, in both ways. What is invalid has an offset within a function.
func TestMutations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	invalid := 0
	for name, b := range realModules(t) {
		if len(b) > 1<<20 {
			continue
		}
		b = slices.Clone(b)
		m, err := wasm.Decode(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			undo := mutate(r, m)
			if !compare(t, name, m, wasm.AllFeatures) {
				invalid++
				checkPlace(t, m)
			}
			undo()
		}
		if !compare(t, name, m, wasm.AllFeatures) {
			t.Errorf("%s: the module itself is invalid", name)
		}
	}
	if invalid < 50 {
		t.Errorf("have %d invalid mutations, want at least 100", invalid)
	}
}

// checkPlace checks that the error of an invalid body says where in the function it is.
func checkPlace(t *testing.T, m *wasm.Module) {
	t.Helper()
	_, err := Module(m, wasm.AllFeatures)
	var e *wasm.Error
	if !errors.As(err, &e) {
		t.Fatalf("have error %v of type %T", err, err)
	}
	i := e.Func - m.ImportedFuncs
	if i < 0 || i >= len(m.Code) {
		t.Fatalf("%v: no function %d", err, e.Func)
	}
	if c := &m.Code[i]; e.Offset < c.Offset || e.Offset > c.Offset+int64(len(c.Body)) {
		t.Errorf("%v: the body is [0x%x, 0x%x)", err, c.Offset, c.Offset+int64(len(c.Body)))
	}
	if e.Name != m.FuncName(uint32(e.Func)) {
		t.Errorf("%v: have name %q, want %q", err, e.Name, m.FuncName(uint32(e.Func)))
	}
}
