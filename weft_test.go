package weft_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

var bg = context.Background()

// binary is the binary form of a module in the text format.
func binary(t testing.TB, text string) []byte {
	t.Helper()
	m, err := wat.Parse("test.wat", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return wasm.Encode(m)
}

// world is an engine and a linker for the modules of one test.
type world struct {
	testing.TB
	engine *weft.Engine
	linker *weft.Linker
}

func newWorld(t testing.TB, limits weft.Limits) *world {
	c := testConfig()
	c.Limits = limits
	e := weft.NewEngine(c)
	return &world{t, e, weft.NewLinker(e)}
}

// tierVariable is the environment variable that says what runs the guests of tests: see TestTiers.
const tierVariable = "WEFT_TEST_TIER"

// testConfig is what the engines of tests are made from.
func testConfig() weft.Config {
	switch os.Getenv(tierVariable) {
	case "interpreter":
		return weft.Config{Tier: weft.TierInterpreter}
	case "explicit":
		return weft.Config{Tier: weft.TierCompiled, ExplicitChecks: true}
	case "compiled":
		return weft.Config{Tier: weft.TierCompiled}
	}
	return weft.Config{}
}

// isCompiled reports whether the guests of tests are compiled.
func isCompiled() bool { return weft.NewEngine(testConfig()).Info().Tier == weft.TierCompiled }

// TestTiers runs the tests of this package with each way to run guests that is not the one at hand, in processes of their own. In that named hot, all functions
// are compiled while they run.
func TestTiers(t *testing.T) {
	if os.Getenv(tierVariable) != "" {
		return
	}
	tiers := []string{"interpreter"}
	if isCompiled() {
		tiers = append(tiers, "compiled", "explicit", "hot")
	}
	for _, tier := range tiers {
		t.Run(tier, func(t *testing.T) {
			args := []string{"-test.run=^Test", "-test.timeout=10m"}
			if testing.Short() {
				args = append(args, "-test.short")
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
			cmd.Env = append(os.Environ(), tierVariable+"="+tier)
			if tier == "hot" {
				cmd.Env = append(cmd.Env, "WEFTDEBUG=heat=1")
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func (w *world) compile(text string) *weft.Module {
	w.Helper()
	m, err := w.engine.Compile(bg, binary(w, text))
	if err != nil {
		w.Fatal(err)
	}
	return m
}

func (w *world) define(module, name string, v any) {
	w.Helper()
	if err := w.linker.Define(module, name, v); err != nil {
		w.Fatal(err)
	}
}

// instantiate makes an instance that is closed when the test ends.
func (w *world) instantiate(text string) *weft.Instance {
	w.Helper()
	in, err := w.linker.Instantiate(bg, w.compile(text))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = in.Close() })
	return in
}

// call calls an exported function, which must return one value or none.
func (w *world) call(in *weft.Instance, name string, args ...any) any {
	w.Helper()
	results, err := w.try(bg, in, name, args...)
	if err != nil {
		w.Fatalf("%s%v: %v", name, args, err)
	}
	if len(results) == 0 {
		return nil
	}
	return results[0]
}

func (w *world) try(ctx context.Context, in *weft.Instance, name string, args ...any) ([]any, error) {
	w.Helper()
	f, err := in.Func(name)
	if err != nil {
		w.Fatal(err)
	}
	return f.Call(ctx, args...)
}

// expect fails the test unless v is want.
func (w *world) expect(v, want any) {
	w.Helper()
	if v != want {
		w.Errorf("have %v (%T), want %v (%T)", v, v, want, want)
	}
}

// expectError fails the test unless err has exactly this text.
func expectError(t testing.TB, err error, want string) {
	t.Helper()
	if err == nil {
		t.Errorf("have no error, want %s", want)
	} else if err.Error() != want {
		t.Errorf("have %s\nwant %s", err, want)
	}
}
