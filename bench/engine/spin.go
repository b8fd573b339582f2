package engine

import (
	"context"
	"fmt"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// Spinner makes guests that never return of themselves.
type Spinner interface {
	// Make makes a guest and returns what runs it until ctx is done, which is no error.
	Make() (spin func(ctx context.Context) error, err error)
}

const (
	spinText   = `(module (func (export "spin") (loop $again (br $again))))`
	spinExport = "spin"
)

// Spins returns what makes such guests on an engine that is linked into this program, set up so that they can be stopped.
func Spins(name string) (Spinner, error) {
	m, err := wat.Parse("spin.wat", []byte(spinText))
	if err != nil {
		return nil, err
	}
	guest := wasm.Encode(m)
	switch name {
	case "weft", Auto, "weft-interpreter":
		return weftSpins(name, guest)
	case "wazero":
		return wazeroSpins(guest)
	case "wasmtime":
		return wasmtimeSpins(guest)
	}
	return nil, fmt.Errorf("engine: %s has no guests that spin until they are stopped", name)
}

// SharingSpins is Spins for more guests than there are threads: on Weft with a scheduler.
func SharingSpins(name string) (Spinner, error) {
	if name != "weft" {
		return Spins(name)
	}
	m, err := wat.Parse("spin.wat", []byte(spinText))
	if err != nil {
		return nil, err
	}
	return weftSpinsOn(weft.NewEngine(weft.Config{Tier: weft.TierCompiled, Scheduler: weft.NewScheduler(weft.SchedulerConfig{})}), wasm.Encode(m))
}

// stopped makes of the end of a guest that spins the error that it is.
func stopped(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return fmt.Errorf("engine: a guest that spins has returned")
	case ctx.Err() == nil:
		return err
	}
	return nil
}
