package engine

import (
	"context"
	"errors"
	"os"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

type wazeroEngine struct{ runtime wazero.Runtime }

func openWazero() (Engine, error) { return newWazero(wazero.NewRuntimeConfigCompiler()), nil }

func openWazeroInterpreter() (Engine, error) {
	return newWazero(wazero.NewRuntimeConfigInterpreter()), nil
}

func newWazero(config wazero.RuntimeConfig) wazeroEngine {
	features := api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall |
		experimental.CoreFeaturesExtendedConst |
		experimental.CoreFeaturesExceptionHandling | experimental.CoreFeaturesTypedFunctionReferences
	return wazeroEngine{wazero.NewRuntimeWithConfig(context.Background(), config.WithCoreFeatures(features))}
}

func (wazeroEngine) Note() string { return "" }

func (e wazeroEngine) Compile(ctx context.Context, wasm []byte) (Module, error) {
	compiled, err := e.runtime.CompileModule(ctx, wasm)
	return wazeroModule{e.runtime, compiled}, err
}

type wazeroModule struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

func (m wazeroModule) Instantiate(ctx context.Context, p Process) (Guest, error) {
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, m.runtime); err != nil {
		return nil, err
	}
	marks := m.runtime.NewHostModuleBuilder(markModule)
	for name, mark := range map[string]func(){markBegin: p.Begin, markEnd: p.End} {
		marks.NewFunctionBuilder().WithFunc(mark).Export(name)
	}
	if _, err := marks.Instantiate(ctx); err != nil {
		return nil, err
	}
	// A mount at "." is what wazero calls "/".
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions().WithArgs(p.Args...).
		WithStdin(os.Stdin).WithStdout(os.Stdout).WithStderr(os.Stderr).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().
		WithFSConfig(wazero.NewFSConfig().WithDirMount(p.Dir, "."))
	instance, err := m.runtime.InstantiateModule(ctx, m.compiled, config)
	return wazeroGuest{instance}, err
}

type wazeroGuest struct{ instance api.Module }

func (g wazeroGuest) Start(ctx context.Context) error {
	start := g.instance.ExportedFunction("_start")
	if start == nil {
		return errNoStart
	}
	_, err := start.Call(ctx)
	if code := new(sys.ExitError); errors.As(err, &code) {
		return exit(int(code.ExitCode()))
	}
	return err
}
