package engine

import "context"

// Precompiler is an engine that keeps compiled modules in files.
type Precompiler interface {
	// Precompile writes a module to a file.
	Precompile(ctx context.Context, wasm []byte, file string) error
	// Load does all that the engine does with such a file before it can instantiate, and returns what gives the module up.
	Load(file string) (unload func() error, err error)
}

func (e weftEngine) Precompile(ctx context.Context, wasm []byte, file string) error {
	module, err := e.engine.Compile(ctx, wasm)
	if err != nil {
		return err
	}
	return module.SerializeFile(file)
}

func (e weftEngine) Load(file string) (func() error, error) {
	module, err := e.engine.DeserializeFile(file)
	if err != nil {
		return nil, err
	}
	return module.Close, nil
}
