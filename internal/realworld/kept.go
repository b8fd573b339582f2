package realworld

import (
	"context"
	"errors"
	"sync"
)

// Kept is an engine that compiles each module once: instances of a program that runs again are in slots that were used before. It is safe for concurrent use.
type Kept struct {
	engine  Engine
	mu      sync.Mutex
	modules map[string]Module // by their bytes
}

// Keep makes such an engine of one.
func Keep(e Engine) *Kept { return &Kept{engine: e, modules: map[string]Module{}} }

// Compile implements Engine. Closing the module does nothing.
func (k *Kept) Compile(ctx context.Context, wasm []byte) (Module, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	m := k.modules[string(wasm)]
	if m == nil {
		var err error
		if m, err = k.engine.Compile(ctx, wasm); err != nil {
			return nil, err
		}
		k.modules[string(wasm)] = m
	}
	return keptModule{m}, nil
}

// Close closes all modules.
func (k *Kept) Close(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	var errs []error
	for _, m := range k.modules {
		errs = append(errs, m.Close(ctx))
	}
	clear(k.modules)
	return errors.Join(errs...)
}

// keptModule is not closed when its user is through with it.
type keptModule struct{ Module }

func (keptModule) Close(context.Context) error { return nil }
