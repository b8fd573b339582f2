package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/weft-wasm/weft/internal/realworld"
)

// wazeroEngine runs programs on wazero. Every module gets a runtime of its own, so that nothing is shared between programs
// and Close gives everything back.
type wazeroEngine struct{ config wazero.RuntimeConfig }

// newWazeroInterpreter returns wazero's interpreter with all the proposals it has turned on.
func newWazeroInterpreter() *wazeroEngine {
	return &wazeroEngine{wazero.NewRuntimeConfigInterpreter()}
}

func (e *wazeroEngine) Compile(ctx context.Context, wasm []byte) (realworld.Module, error) {
	runtime := wazero.NewRuntimeWithConfig(ctx, e.config)
	compiled, err := runtime.CompileModule(ctx, wasm)
	if err != nil {
		return nil, errors.Join(err, runtime.Close(ctx))
	}
	return &wazeroModule{runtime, compiled}, nil
}

type wazeroModule struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

func (m *wazeroModule) Close(ctx context.Context) error { return m.runtime.Close(ctx) }

func (m *wazeroModule) Run(ctx context.Context, p realworld.Process) error {
	if err := m.link(ctx, p); err != nil {
		return err
	}
	config := wazero.NewModuleConfig().
		WithName("").
		WithArgs(p.Args...).
		WithStdin(p.Stdin).WithStdout(p.Stdout).WithStderr(p.Stderr).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().
		WithFSConfig(wazero.NewFSConfig().WithDirMount(p.Root, "/"))
	for _, pair := range p.Env {
		key, value, _ := strings.Cut(pair, "=")
		config = config.WithEnv(key, value)
	}
	if p.Drive != nil {
		config = config.WithStartFunctions()
	}
	instance, err := m.runtime.InstantiateModule(ctx, m.compiled, config)
	var exit *sys.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 0 {
		return nil
	}
	if err != nil || p.Drive == nil {
		return err
	}
	return p.Drive(ctx, wazeroGuest{instance}, p.Stdout)
}

// link instantiates the host modules that the process names: its WASI dialect and its stubs. A stub of the dialect's own
// module takes the place of the function that is there.
func (m *wazeroModule) link(ctx context.Context, p realworld.Process) error {
	builders := map[string]wazero.HostModuleBuilder{}
	if p.Dialect != realworld.NoWASI {
		builder := m.runtime.NewHostModuleBuilder(string(p.Dialect))
		wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(builder)
		builders[string(p.Dialect)] = builder
	}
	for _, stub := range p.Stubs {
		builder := builders[stub.Module]
		if builder == nil {
			builder = m.runtime.NewHostModuleBuilder(stub.Module)
			builders[stub.Module] = builder
		}
		exportStub(builder, stub)
	}
	for name, builder := range builders {
		ctx := ctx
		if name == string(realworld.Unstable) {
			ctx = withUnstableLayouts(ctx)
		}
		if _, err := builder.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

func exportStub(builder wazero.HostModuleBuilder, stub realworld.Stub) {
	params := make([]api.ValueType, stub.Params)
	for i := range params {
		params[i] = api.ValueTypeI32
	}
	answer := api.GoFunc(func(_ context.Context, stack []uint64) { stack[0] = uint64(stub.Result) })
	results := []api.ValueType{api.ValueTypeI32}
	if !stub.HasResult {
		answer = func(context.Context, []uint64) { panic(fmt.Errorf("%s.%s called", stub.Module, stub.Name)) }
		results = nil
	}
	builder.NewFunctionBuilder().WithGoFunction(answer, params, results).Export(stub.Name)
}

// wazeroGuest is an instance as a realworld.Drive sees it.
type wazeroGuest struct{ instance api.Module }

func (g wazeroGuest) Call(ctx context.Context, export string, args ...uint64) (uint64, error) {
	f := g.instance.ExportedFunction(export)
	if f == nil {
		return 0, fmt.Errorf("no exported function %q", export)
	}
	results, err := f.Call(ctx, args...)
	if err != nil || len(results) == 0 {
		return 0, err
	}
	return results[0], nil
}

func (g wazeroGuest) Memory() []byte {
	memory := g.instance.Memory()
	bytes, _ := memory.Read(0, memory.Size())
	return bytes
}
