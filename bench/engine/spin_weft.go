package engine

import (
	"context"

	"github.com/weft-wasm/weft"
)

type weftSpinner struct{ prepared *weft.Prepared }

func weftSpins(name string, guest []byte) (Spinner, error) {
	e, err := Open(name)
	if err != nil {
		return nil, err
	}
	return weftSpinsOn(e.(weftEngine).engine, guest)
}

func weftSpinsOn(engine *weft.Engine, guest []byte) (Spinner, error) {
	module, err := engine.Compile(context.Background(), guest)
	if err != nil {
		return nil, err
	}
	prepared, err := weft.NewLinker(engine).Prepare(module)
	return weftSpinner{prepared}, err
}

func (s weftSpinner) Make() (func(context.Context) error, error) {
	in, err := s.prepared.Instantiate(context.Background())
	if err != nil {
		return nil, err
	}
	spin, err := weft.Lookup0[weft.None](in, spinExport)
	return func(ctx context.Context) error {
		_, err := spin(ctx)
		return stopped(ctx, err)
	}, err
}
