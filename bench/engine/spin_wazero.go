package engine

import (
	"context"

	"github.com/tetratelabs/wazero"
)

type wazeroSpinner struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

// wazeroSpins compiles with checks in loops, which is how wazero's guests can be stopped.
func wazeroSpins(guest []byte) (Spinner, error) {
	r := newWazero(wazero.NewRuntimeConfigCompiler().WithCloseOnContextDone(true)).runtime
	compiled, err := r.CompileModule(context.Background(), guest)
	return wazeroSpinner{r, compiled}, err
}

func (s wazeroSpinner) Make() (func(context.Context) error, error) {
	in, err := s.runtime.InstantiateModule(context.Background(), s.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_, err := in.ExportedFunction(spinExport).Call(ctx)
		return stopped(ctx, err)
	}, nil
}
