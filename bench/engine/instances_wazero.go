package engine

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

type wazeroCycler struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	config   wazero.ModuleConfig
}

func wazeroCycles(r wazero.Runtime, guest []byte) (Cycler, error) {
	ctx := context.Background()
	compiled, err := r.CompileModule(ctx, guest)
	if err != nil {
		return nil, err
	}
	hosts := map[string]wazero.HostModuleBuilder{}
	for _, f := range compiled.ImportedFunctions() {
		module, name, _ := f.Import()
		host := hosts[module]
		if host == nil {
			host = r.NewHostModuleBuilder(module)
			hosts[module] = host
		}
		trap := func(context.Context, []uint64) { panic("not defined") }
		host.NewFunctionBuilder().WithGoFunction(api.GoFunc(trap), f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	for _, host := range hosts {
		if _, err := host.Instantiate(ctx); err != nil {
			return nil, err
		}
	}
	return wazeroCycler{r, compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions()}, nil
}

func (c wazeroCycler) Make(export string) (Closer, error) {
	ctx := context.Background()
	in, err := c.runtime.InstantiateModule(ctx, c.compiled, c.config)
	if err != nil {
		return nil, err
	}
	_, err = in.ExportedFunction(export).Call(ctx)
	return wazeroInstance{in}, err
}

type wazeroInstance struct{ in api.Module }

func (i wazeroInstance) Close() { i.in.Close(context.Background()) }
