package native_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime/pprof"
	"testing"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

var bg = context.Background()

// stage is an engine and a linker for the guests of one test.
type stage struct {
	testing.TB
	engine *weft.Engine
	linker *weft.Linker
}

func newStage(t testing.TB, c weft.Config) *stage {
	e := weft.NewEngine(c)
	t.Cleanup(func() { _ = e.Close() })
	return &stage{t, e, weft.NewLinker(e)}
}

// aloneVariable says that engines of this process leave nothing to signals: see TestExplicitAlone.
const aloneVariable = "WEFT_TEST_EXPLICIT"

// eachTier runs a test with compiled guests, whose faults are the processor's and which check for themselves.
func eachTier(t *testing.T, test func(*stage)) {
	eachConfig(t, func(t *testing.T, c weft.Config) { test(newStage(t, c)) })
}

func eachConfig(t *testing.T, test func(*testing.T, weft.Config)) {
	if _, err := native.NewEngine(native.Config{ExplicitChecks: true}); err != nil {
		t.Skip(err)
	}
	if os.Getenv(aloneVariable) == "" {
		t.Run("signals", func(t *testing.T) { test(t, weft.Config{Tier: weft.TierCompiled}) })
	}
	t.Run("explicit", func(t *testing.T) { test(t, weft.Config{Tier: weft.TierCompiled, ExplicitChecks: true}) })
}

// staged are the tests that hold under all circumstances.
var staged = []struct {
	name string
	test func(*testing.T)
}{
	{"SpinnersAndGC", TestSpinnersAndGC},
	{"CancelLatency", TestCancelLatency},
	{"CancelOuter", TestCancelOuter},
	{"CancelTyped", TestCancelTyped},
	{"CancelWhileTaken", TestCancelWhileTaken},
	{"Panics", TestPanics},
	{"PanicsOfTyped", TestPanicsOfTyped},
	{"Recovered", TestRecovered},
	{"PanicsBesideGuests", TestPanicsBesideGuests},
	{"PanicsWhileTaken", TestPanicsWhileTaken},
	{"Traps", TestTraps},
	{"TrapsOfTyped", TestTrapsOfTyped},
	{"Overflow", TestOverflow},
	{"ReferencesInRegisters", TestReferencesInRegisters},
	{"FunctionReferences", TestFunctionReferences},
	{"Growth", TestGrowth},
	{"ManyGoroutines", TestManyGoroutines},
}

// TestProfiled repeats the staged tests with the CPU profiler on, whose signals interrupt guests anywhere.
func TestProfiled(t *testing.T) {
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		t.Logf("a profile is being taken anyway: %v", err)
	} else {
		defer pprof.StopCPUProfile()
	}
	for _, s := range staged {
		t.Run(s.name, s.test)
	}
}

// TestExplicitAlone repeats the staged tests, and that of the end of the stack, in a process in which nothing handles the faults of guests: one that an explicit check does not
// prevent ends the process.
func TestExplicitAlone(t *testing.T) {
	if os.Getenv(aloneVariable) != "" {
		return
	}
	args := []string{"-test.run=^Test(EndOfStack|Profiled)$", "-test.timeout=5m"}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), aloneVariable+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// compile compiles a module in the text format.
func (s *stage) compile(text string) *weft.Module {
	s.Helper()
	m, err := wat.Parse("test.wat", []byte(text))
	if err != nil {
		s.Fatal(err)
	}
	compiled, err := s.engine.Compile(bg, wasm.Encode(m))
	if err != nil {
		s.Fatal(err)
	}
	return compiled
}

// instantiate makes an instance that is closed when the test ends.
func (s *stage) instantiate(text string) *weft.Instance {
	s.Helper()
	in, err := s.linker.Instantiate(bg, s.compile(text))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = in.Close() })
	return in
}

func (s *stage) define(name string, v any) {
	s.Helper()
	if err := s.linker.Define("env", name, v); err != nil {
		s.Fatal(err)
	}
}

// try calls an exported function.
func (s *stage) try(ctx context.Context, in *weft.Instance, name string, args ...any) ([]any, error) {
	f, err := in.Func(name)
	if err != nil {
		return nil, err
	}
	return f.Call(ctx, args...)
}

// want calls an exported function that is to return one value.
func (s *stage) want(in *weft.Instance, want any, name string, args ...any) {
	s.Helper()
	results, err := s.try(bg, in, name, args...)
	if err != nil {
		s.Errorf("%s%v: %v", name, args, err)
	} else if len(results) != 1 || results[0] != want {
		s.Errorf("%s%v = %v, want %v", name, args, results, want)
	}
}

// trap checks that a call has ended by a trap, and returns it.
func (s *stage) trap(err error, code weft.TrapCode) *weft.Trap {
	s.Helper()
	trap, ok := errors.AsType[*weft.Trap](err)
	if !ok || trap.Code != code {
		s.Errorf("have %v, want trap %q", err, code)
	}
	return trap
}
