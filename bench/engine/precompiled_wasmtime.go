//go:build cgo

package engine

import (
	"context"
	"os"

	"github.com/bytecodealliance/wasmtime-go/v44"
)

func (e wasmtimeEngine) Precompile(_ context.Context, wasm []byte, file string) error {
	module, err := wasmtime.NewModule(e.engine, wasm)
	if err != nil {
		return err
	}
	defer module.Close()
	serialized, err := module.Serialize()
	if err != nil {
		return err
	}
	return os.WriteFile(file, serialized, 0o600)
}

func (e wasmtimeEngine) Load(file string) (func() error, error) {
	module, err := wasmtime.NewModuleDeserializeFile(e.engine, file)
	if err != nil {
		return nil, err
	}
	return func() error {
		module.Close()
		return nil
	}, nil
}
