//go:build cgo

package engine

import (
	"context"
	"errors"
	"math"

	"github.com/bytecodealliance/wasmtime-go/v44"
)

type wasmtimeEngine struct {
	engine  *wasmtime.Engine
	metered bool
}

// WasmtimeConfig leaves the configuration as it comes (Cranelift at its level for speed, functions compiled in parallel, memories as
// reserved address space and initialised by copy-on-write) and turns on what Weft has.
func WasmtimeConfig() *wasmtime.Config {
	config := wasmtime.NewConfig()
	config.SetWasmTailCall(true)
	config.SetWasmFunctionReferences(true)
	config.SetWasmWideArithmetic(true)
	enableExceptions(config)
	return config
}

func openWasmtime() (Engine, error) {
	return wasmtimeEngine{wasmtime.NewEngineWithConfig(WasmtimeConfig()), false}, nil
}

// openWasmtimeFuel opens Wasmtime with guests that are metered, and have more fuel than they can use.
func openWasmtimeFuel() (Engine, error) {
	config := WasmtimeConfig()
	config.SetConsumeFuel(true)
	return wasmtimeEngine{wasmtime.NewEngineWithConfig(config), true}, nil
}

func (wasmtimeEngine) Note() string { return "" }

func (e wasmtimeEngine) Compile(_ context.Context, wasm []byte) (Module, error) {
	module, err := wasmtime.NewModule(e.engine, wasm)
	return wasmtimeModule{e, module}, err
}

type wasmtimeModule struct {
	wasmtimeEngine
	module *wasmtime.Module
}

func (m wasmtimeModule) Instantiate(_ context.Context, p Process) (Guest, error) {
	linker := wasmtime.NewLinker(m.engine)
	if err := linker.DefineWasi(); err != nil {
		return nil, err
	}
	for name, mark := range map[string]func(){markBegin: p.Begin, markEnd: p.End} {
		if err := linker.FuncWrap(markModule, name, mark); err != nil {
			return nil, err
		}
	}
	config := wasmtime.NewWasiConfig()
	config.SetArgv(p.Args)
	config.InheritStdin()
	config.InheritStdout()
	config.InheritStderr()
	if err := config.PreopenDir(p.Dir, ".", wasmtime.DIR_READ|wasmtime.DIR_WRITE, wasmtime.FILE_READ|wasmtime.FILE_WRITE); err != nil {
		return nil, err
	}
	store := wasmtime.NewStore(m.engine)
	if m.metered {
		if err := store.SetFuel(math.MaxInt64); err != nil {
			return nil, err
		}
	}
	store.SetWasi(config)
	instance, err := linker.Instantiate(store, m.module)
	return wasmtimeGuest{store, instance}, err
}

type wasmtimeGuest struct {
	store    *wasmtime.Store
	instance *wasmtime.Instance
}

func (g wasmtimeGuest) Start(context.Context) error {
	start := g.instance.GetFunc(g.store, "_start")
	if start == nil {
		return errNoStart
	}
	_, err := start.Call(g.store)
	var failed *wasmtime.Error
	if errors.As(err, &failed) {
		if code, ok := failed.ExitStatus(); ok {
			return exit(int(code))
		}
	}
	return err
}
