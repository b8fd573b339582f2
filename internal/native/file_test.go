package native_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// loaded is a tier whose code goes through files.
func loaded(t *testing.T, c native.Config, inMemory bool) tier {
	t.Helper()
	e, err := native.NewEngine(c)
	if err != nil {
		t.Skip(err)
	}
	name := filepath.Join(t.TempDir(), "module")
	return tier{bindHost: e.BindHost, executor: func(m *rt.Module) (rt.Executor, error) {
		x, err := e.Compile(context.Background(), m, nil)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := x.Save(&b, wasm.Encode(m.Module), 0); err != nil {
			return nil, err
		}
		var f *code.File
		if inMemory {
			f, err = code.Load(b.Bytes(), e.Identity(0))
		} else {
			_ = os.Remove(name) // the code of the module before is running from it
			if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
				return nil, err
			}
			f, err = code.Open(name, e.Identity(0))
		}
		if err == nil {
			err = f.Verify()
		}
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { _ = f.Close() })
		return e.Load(m, f)
	}}
}

// TestFiles compares code that has been through a file with the interpreter: random modules, with their traps and exceptions, and modules that are
// interpreted in part.
func TestFiles(t *testing.T) {
	tiers := []tier{loaded(t, native.Config{}, false), loaded(t, native.Config{}, true), loaded(t, native.Config{ExplicitChecks: true}, false)}
	for _, settings := range []string{"", "interpret=3..5"} {
		restore, err := dbg.Set(settings)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(45) {
			if !differential(t, 5000+seed, tiers[seed%3]) {
				t.Errorf("seed %d differs, settings %q", 5000+seed, settings)
			}
		}
		restore()
	}
}

// TestModulesAreCollected sees that nothing keeps a module that nobody has any more, so that its code memory is given back.
func TestModulesAreCollected(t *testing.T) {
	e, err := native.NewEngine(native.Config{})
	if err != nil {
		t.Skip(err)
	}
	m := parsed(t, `(module (func (result i32) i32.const 1))`)
	given := make(chan struct{}, 1)
	x, err := e.Compile(context.Background(), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Exec = x
	in, err := m.Instantiate(nil)
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	runtime.AddCleanup(x, func(given chan struct{}) { given <- struct{}{} }, given)
	x, m, in = nil, nil, nil
	for start := time.Now(); ; {
		runtime.GC()
		select {
		case <-given:
			return
		case <-time.After(time.Millisecond):
		}
		if time.Since(start) > 10*time.Second {
			t.Fatal("a module that nobody has any more is kept")
		}
	}
}

func parsed(t *testing.T, text string) *rt.Module {
	t.Helper()
	m, err := wat.Parse("test.wat", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := rt.NewModule(m, wasm.NewTypeSet(), limits)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
