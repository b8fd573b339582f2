package engine

import (
	"context"

	"github.com/weft-wasm/weft"
)

type weftCycler struct{ prepared *weft.Prepared }

func weftCycles(e *weft.Engine, guest []byte) (Cycler, error) {
	module, err := e.Compile(context.Background(), guest)
	if err != nil {
		return nil, err
	}
	linker := weft.NewLinker(e)
	if err := linker.DefineUnknownImportsAsTraps(module); err != nil {
		return nil, err
	}
	prepared, err := linker.Prepare(module)
	return weftCycler{prepared}, err
}

func (c weftCycler) Make(export string) (Closer, error) {
	ctx := context.Background()
	in, err := c.prepared.Instantiate(ctx)
	if err != nil {
		return nil, err
	}
	f, err := in.Func(export)
	if err == nil {
		err = f.CallRaw(ctx, nil)
	}
	return weftInstance{in}, err
}

type weftInstance struct{ in *weft.Instance }

func (i weftInstance) Close() { i.in.Close() }
