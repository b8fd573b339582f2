//go:build cgo

package engine

import (
	"context"

	"github.com/bytecodealliance/wasmtime-go/v44"
)

type wasmtimeSpinner struct{ guest []byte }

func wasmtimeSpins(guest []byte) (Spinner, error) { return wasmtimeSpinner{guest}, nil }

// Make gives each guest an engine, because epochs are an engine's: so each can be stopped when its context is done, and not at the next tick.
func (s wasmtimeSpinner) Make() (func(context.Context) error, error) {
	config := WasmtimeConfig()
	config.SetEpochInterruption(true)
	e := wasmtime.NewEngineWithConfig(config)
	module, err := wasmtime.NewModule(e, s.guest)
	if err != nil {
		return nil, err
	}
	store := wasmtime.NewStore(e)
	store.SetEpochDeadline(1)
	in, err := wasmtime.NewInstance(store, module, nil)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, e.IncrementEpoch)
		defer stop()
		_, err := in.GetFunc(store, spinExport).Call(store)
		return stopped(ctx, err)
	}, nil
}
