package weft

import (
	"context"
	"errors"

	"github.com/weft-wasm/weft/internal/rt"
)

// SnapshotError says why an instance cannot be frozen.
type SnapshotError = rt.SnapshotError

// Snapshot freezes the instance: instances of what it returns begin with the memories, tables, globals and segments that this one has now, and
// with its imports, without calling the start function. So an initialiser need run but once:
//
//	first, err := linker.Instantiate(ctx, module)
//	_, err = initialise.Call(ctx)
//	ready, err := first.Snapshot()
//	instance, err := ready.Instantiate(ctx) // as often as you like
//
// Host state (State) is not part of it. The error is ErrConcurrent while the instance executes, ErrClosed, or a *SnapshotError: an instance
// that imports a memory, a table or a mutable global cannot be frozen, nor one that holds external values.
func (in *Instance) Snapshot() (*Prepared, error) {
	plan, err := in.in.Snapshot()
	if err != nil {
		return nil, err
	}
	return &Prepared{module: in.module, plan: plan, frozen: true}, nil
}

// Reset puts the instance back to where it began, closes its host state and calls the start function, unless it began as a snapshot. Its functions, memory,
// tables and globals stay good; slices of its memory do not. What it imports is left as it is. The error is ErrConcurrent while the instance
// executes, ErrClosed, that of the start function, after which the instance is best closed, or says that another instance uses its memory. When the system has no
// memory, the instance is closed.
func (in *Instance) Reset(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if err := in.in.Reset(); err != nil {
		if !in.in.Closed() {
			return publicError(err)
		}
		if also := in.closeStates(); also != nil {
			return errors.Join(publicError(err), also)
		}
		return publicError(err)
	}
	if err := in.closeStates(); err != nil {
		return err
	}
	return in.start(ctx)
}

// start calls the start function.
func (in *Instance) start(ctx context.Context) error {
	start := in.module.m.Start
	if start == nil || in.frozen {
		return nil
	}
	return wrapFunc(in.engine, in.in.Func(*start)).CallRaw(ctx, nil)
}
