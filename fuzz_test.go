package weft_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/smith"
	"github.com/weft-wasm/weft/internal/wasm"
)

// strict are the limits for modules of unknown intent.
var strict = weft.Limits{MemoryBytes: 1 << 20, TableElements: 10_000, CallDepth: 200, StackBytes: 1 << 18}

func strictConfig() weft.Config {
	c := testConfig()
	c.Limits = strict
	return c
}

// tryOut compiles a module, instantiates it with functions that refuse for its imports, and calls each exported function with zeros. It
// returns the error of the first two steps.
func tryOut(t testing.TB, e *weft.Engine, b []byte, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(bg, patience)
	defer cancel()
	m, err := e.Compile(ctx, b)
	if err != nil {
		return err
	}
	l := weft.NewLinker(e)
	if err := l.DefineUnknownImportsAsTraps(m); err != nil {
		t.Fatal(err)
	}
	defineStorage(t, e, l, m)
	in, err := l.Instantiate(ctx, m)
	if err != nil {
		return err
	}
	defer in.Close()
	for _, x := range m.Exports() {
		ft, ok := x.Type.(weft.FuncType)
		if !ok {
			if _, err := in.Export(x.Name); err != nil {
				t.Fatalf("export %q: %v", x.Name, err)
			}
			continue
		}
		f, err := in.Func(x.Name)
		if err != nil {
			t.Fatalf("export %q: %v", x.Name, err)
		}
		slots := max(slotsOf(ft.Params), slotsOf(ft.Results))
		if err := f.CallRaw(ctx, make([]uint64, slots)); err != nil {
			expectTyped(t, err)
		}
	}
	return nil
}

func slotsOf(types []weft.ValueType) (n int) {
	for _, t := range types {
		n += t.Slots()
	}
	return n
}

// defineStorage defines the memories, tables, globals and tags that a module imports, as far as the host can make them.
func defineStorage(t testing.TB, e *weft.Engine, l *weft.Linker, m *weft.Module) {
	for _, im := range m.Imports() {
		var v any
		var err error
		switch typ := im.Type.(type) {
		case weft.MemoryType:
			v, err = weft.NewMemory(e, typ)
		case weft.TableType:
			v, err = weft.NewTable(e, typ, nil)
		case weft.GlobalType:
			zeros := map[weft.ValueType]any{weft.I32: 0, weft.I64: 0, weft.F32: float32(0), weft.F64: 0.0, weft.Vec128: weft.V128{}}
			v, err = weft.NewGlobal(e, typ, zeros[typ.Value])
		case weft.TagType:
			v = weft.NewTag(e, typ)
		default:
			continue
		}
		if err != nil {
			continue // the module then lacks an import, which is an error of its own
		}
		if mem, ok := v.(*weft.Memory); ok {
			t.Cleanup(func() { _ = mem.Close() })
		}
		if err := l.Define(im.Module, im.Name, v); err != nil {
			t.Fatal(err)
		}
	}
}

// expectTyped fails the test if an error is of no documented type. The errors of modules say where they are.
func expectTyped(t testing.TB, err error) {
	t.Helper()
	var (
		module    *weft.ModuleError
		link      *weft.LinkError
		limit     *weft.LimitError
		trap      *weft.Trap
		exception *weft.Exception
	)
	switch {
	case errors.As(err, &module):
		if module.Offset < 0 || module.Kind == "" {
			t.Errorf("%#v does not say where or what", module)
		}
	case errors.As(err, &link), errors.As(err, &limit), errors.As(err, &trap), errors.As(err, &exception), errors.Is(err, context.DeadlineExceeded):
	default:
		t.Errorf("%T: %v", err, err)
	}
}

// FuzzInstantiate is for modules that anyone could send: go test -fuzz Instantiate .
func FuzzInstantiate(f *testing.F) {
	for _, b := range realModules(f, 100<<10) {
		f.Add(b)
	}
	for _, text := range []string{addModule, spinModule, recursionModule, typedModule} {
		f.Add(binary(f, text))
	}
	for seed := range uint64(10) {
		f.Add(wasm.Encode(smith.Module(rand.New(rand.NewPCG(seed, 0)), smith.All())))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e := weft.NewEngine(strictConfig())
		if err := tryOut(t, e, b, 100*time.Millisecond); err != nil {
			expectTyped(t, err)
		}
	})
}

// realModules returns the modules in the tree that compilers made, up to a size.
func realModules(t testing.TB, most int) [][]byte {
	paths, err := filepath.Glob("internal/realworld/testdata/*/*.wasm")
	if err != nil || len(paths) == 0 {
		t.Fatal("no modules", err)
	}
	var all [][]byte
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) <= most {
			all = append(all, b)
		}
	}
	return all
}

// TestMutations damages real modules in ten thousand ways, with bytes that change, go, come, or swap places. Each compiles or gives a typed
// error; what compiles runs within its limits.
func TestMutations(t *testing.T) {
	modules := realModules(t, 100<<10)
	for seed := range uint64(10) {
		modules = append(modules, wasm.Encode(smith.Module(rand.New(rand.NewPCG(seed, 7)), smith.All())))
	}
	r := rand.New(rand.NewPCG(1, 2))
	rejected := 0
	total := 10_000
	if testing.Short() {
		total = 1000
	}
	for i := range total {
		b := mutate(r, modules[i%len(modules)])
		e := weft.NewEngine(strictConfig())
		if err := tryOut(t, e, b, 20*time.Millisecond); err != nil {
			rejected++
			expectTyped(t, err)
		}
		if t.Failed() {
			t.Fatalf("mutation %d", i)
		}
	}
	t.Logf("%d of %d rejected", rejected, total)
	if rejected < total/2 || rejected == total {
		t.Errorf("%d of %d mutations rejected", rejected, total)
	}
}

func mutate(r *rand.Rand, b []byte) []byte {
	b = append([]byte(nil), b...)
	for range 1 + r.IntN(3) {
		at := r.IntN(len(b))
		switch r.IntN(6) {
		case 0:
			b[at] ^= 1 << r.IntN(8)
		case 1:
			b[at] = byte(r.Uint32())
		case 2:
			b = append(b[:at], b[min(len(b), at+1+r.IntN(4)):]...)
		case 3:
			b = append(b[:at], append([]byte{byte(r.Uint32())}, b[at:]...)...)
		case 4:
			other := r.IntN(len(b))
			b[at], b[other] = b[other], b[at]
		case 5:
			if r.IntN(4) == 0 {
				b = b[:at+1]
			}
		}
		if len(b) == 0 {
			return []byte{0}
		}
	}
	return b
}
